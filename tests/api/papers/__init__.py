"""Tests of api/papers."""
