"""The ground of all errands, which knows neither an errand nor the web: settings, clock, database, secrets, refusals."""
