"""Whole errands from filing to reminder, through HTTP and the worker's jobs."""
