"""Providers: the units that send records, and the API keys they send them with."""
