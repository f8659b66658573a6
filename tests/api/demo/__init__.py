"""Tests of what `make run` starts: supervisor, stand-in for WeChat, demo data."""
