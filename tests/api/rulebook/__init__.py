"""Tests of api/rulebook."""
