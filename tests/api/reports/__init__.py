"""Tests of api/reports."""
