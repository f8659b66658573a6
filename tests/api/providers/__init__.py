"""Tests of api/providers."""
