"""Tests of api/objections."""
