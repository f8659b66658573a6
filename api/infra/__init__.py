"""What every errand stands on and that knows no errand: settings, clock, database, secrets, refusals. No web."""

import os

os.environ.setdefault("MOTOR_MAX_WORKERS", "64")  # noqa: TID251 - read by motor when it is first imported
"""As many threads as connections. Motor takes five for each core, and all of them wait, for as long as an operation may
take, on a node that has stopped answering, while the new primary has nobody who would ask it."""
