"""Tests of api/evidence."""
