"""Tests of api/withdrawals."""
