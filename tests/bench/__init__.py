"""Measurements and their limits (`python -m tests.bench`), and the generators of the data that they need."""
