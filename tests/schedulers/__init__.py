"""Tests of the worker: planning, delivery, retention, and several workers at once."""
