"""The outside world as tests hold it: the clock and the keys."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from api.infra.clock import Clock, start_of
from api.infra.key_file import make_development_keys
from api.infra.privacy import KeyRing

_FILE = make_development_keys()
KEYS = KeyRing.of(_FILE)
KEY_FILE = msgspec.json.encode(_FILE).decode()


class FixedClock(Clock):
    """Stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    @classmethod
    def at(cls, text: str) -> "FixedClock":
        return cls(datetime.fromisoformat(text))

    def now(self) -> datetime:
        return self._now

    def move_to(self, on: date, hour: int = 10) -> None:
        self._now = start_of(on) + timedelta(hours=hour)

    def advance(self, **delta: float) -> None:
        self._now += timedelta(**delta)
