"""Tests of api/footprints."""
