"""Tests of api/declarations."""
