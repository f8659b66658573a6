"""Tests of api/repairs."""
