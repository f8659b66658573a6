"""Tests of api/journal."""
