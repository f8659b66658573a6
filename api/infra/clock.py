"""The only module that reads the system clock. All other code is given the time as an argument."""

from abc import ABC, abstractmethod
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import time_ns
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil_date(at: datetime) -> date:
    """The civil date in Shanghai at that instant: the date that the law counts."""
    return at.astimezone(SHANGHAI).date()


def start_of(on: date, at: time = time(0)) -> datetime:
    """The UTC instant of the start of the civil date in Shanghai, or of the given Shanghai time on it."""
    return datetime.combine(on, at, SHANGHAI).astimezone(UTC)


class Clock(ABC):
    @abstractmethod
    def now(self) -> datetime:
        """The current instant: aware, in UTC, cut to milliseconds as the database stores them."""

    def today(self) -> date:
        """The civil date in Shanghai."""
        return civil_date(self.now())


class SystemClock(Clock):
    def now(self) -> datetime:
        return datetime.fromtimestamp(time_ns() // 1_000_000 / 1000, UTC)


class ShiftedClock(SystemClock):
    """The system clock moved by the seconds that a file holds, read at each call.

    For development and tests of whole processes, so that "on the day" can be shown today. Production refuses it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        try:
            shift = timedelta(seconds=float(self._file.read_text() or 0))
        except FileNotFoundError:
            shift = timedelta()
        return super().now() + shift

    @staticmethod
    def move(file: Path, seconds: float) -> None:
        """In one step, so that a reader gets the old value or the new one, and never an empty file, which means the
        true time."""
        written = file.with_name(f"{file.name}.new")
        written.write_text(str(seconds))
        written.replace(file)
