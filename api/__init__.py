"""The Litestar application: one folder for each errand, over infra (no web) and http (no errand)."""
