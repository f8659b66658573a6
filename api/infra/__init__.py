"""The ground of all errands: settings, clock, database, secrets, WeChat's client, and the bases of errand and case."""
