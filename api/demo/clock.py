"""The demo's clock. `later` moves it to a morning, because that is when the notices of a day are sent."""

from datetime import datetime, time, timedelta

import msgspec

from api.infra.clock import civil_date, start_of
from api.notices.service import MORNING, QUIET_FROM

_AWAKE = time(MORNING.hour, MORNING.minute + 5)
"""When the notices of the day are out."""


class Moved(msgspec.Struct, frozen=True):
    """`why` says, where the hour was changed too, what would not have happened at the hour of now."""

    to: datetime
    why: str | None


def moved(now: datetime, days: float) -> Moved:
    """So many days on, at the same hour; a whole number of days lands while people are told things, not in the night."""
    to = now + timedelta(days=days)
    if days != int(days) or start_of(civil_date(to), _AWAKE) <= to < start_of(civil_date(to), QUIET_FROM):
        return Moved(to, None)
    return Moved(
        start_of(civil_date(to), _AWAKE),
        f"Nobody is told anything before {MORNING:%H:%M} or pushed to after {QUIET_FROM:%H:%M}, so it is that morning.",
    )


def morning_of(due: datetime) -> datetime:
    """Just after a booked notice is due."""
    return start_of(civil_date(due), _AWAKE)
