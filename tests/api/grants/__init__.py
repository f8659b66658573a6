"""Tests of api/grants."""
