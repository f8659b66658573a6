"""What every errand stands on and that knows no errand: settings, clock, database, secrets, refusals. No web."""
