"""Providers: the units that send records, their API keys and tokens. What they send comes in by `api/records`."""
