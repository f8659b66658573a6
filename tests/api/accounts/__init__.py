"""Tests of api/accounts."""
