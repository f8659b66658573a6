"""Tests of api/records."""
