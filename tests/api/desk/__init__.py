"""Tests of api/desk."""
