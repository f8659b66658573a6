"""Tests of the worker: planning, delivery, WeChat away, retention, and workers that are killed or share the load."""
