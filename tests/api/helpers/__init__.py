"""Tests of api/helpers."""
