"""Tests of api/audits."""
