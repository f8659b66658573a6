"""Tests of api/window."""
