"""The ground of all errands, which knows neither an errand nor the web: settings, clock, database, secrets, refusals."""

import os

os.environ.setdefault("MOTOR_MAX_WORKERS", "64")  # noqa: TID251 - read by motor when it is first imported
"""As many threads as connections. By default Motor has five for each core. When a node stops answering, all of them would wait for it
until their operation times out, and none would be left to ask the new primary."""
