"""Tests of api/reminders."""
