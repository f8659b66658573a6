"""Tests of api/chat."""
