"""Tests of api/mandates."""
