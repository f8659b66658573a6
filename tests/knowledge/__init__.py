"""Tests of knowledge/: every rule, clock and period at its boundary days."""
