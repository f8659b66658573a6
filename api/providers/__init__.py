"""Providers: the units that send records, and their API keys."""
