"""Tests of api/administration."""
