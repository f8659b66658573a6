"""Tests of the ground of all errands: database, secrets, tokens, limits, settings, WeChat."""
