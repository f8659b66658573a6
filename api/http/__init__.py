"""Litestar, knowing no errand: problems, access, once-only answers, health, the OpenAPI document."""
