"""The demo's clock. `later` moves it to a morning, because that is when the notices of a day are sent."""

from datetime import datetime, time, timedelta

import msgspec

from api.infra.clock import civil_date, start_of
from api.notices.service import MORNING, QUIET_FROM

_AWAKE = time(MORNING.hour, MORNING.minute + 5)
"""The time of day at which its notices have been sent."""


class Moved(msgspec.Struct, frozen=True):
    """`why` is set if the hour was changed too: what would not have happened at the current hour."""

    to: datetime
    why: str | None


def moved(now: datetime, days: float) -> Moved:
    """So many days later, at the same hour, or by day if the hour is at night, when nobody is told anything."""
    to = now + timedelta(days=days)
    if days != int(days) or start_of(civil_date(to), _AWAKE) <= to < start_of(civil_date(to), QUIET_FROM):
        return Moved(to, None)
    return Moved(
        start_of(civil_date(to), _AWAKE),
        f"Nobody is told anything before {MORNING:%H:%M} or pushed to after {QUIET_FROM:%H:%M}, so it is that morning.",
    )


def morning_of(due: datetime) -> datetime:
    """The instant just after booked notices of the day are due."""
    return start_of(civil_date(due), _AWAKE)
