"""Tests of api/pledges."""
