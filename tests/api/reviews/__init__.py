"""Tests of api/reviews."""
