"""Tests of api/listings."""
