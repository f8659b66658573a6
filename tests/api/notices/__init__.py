"""Tests of api/notices."""
