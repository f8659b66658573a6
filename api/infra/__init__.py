"""The ground of all errands, which knows neither an errand nor the web: settings, clock, database, secrets, refusals."""

import os

os.environ.setdefault("MOTOR_MAX_WORKERS", "64")  # noqa: TID251 - read by motor when it is first imported
"""As many threads as connections. Motor takes five for each core, and all of them wait, for as long as an operation may
take, on a node that has stopped answering, while the new primary has nobody who would ask it."""
