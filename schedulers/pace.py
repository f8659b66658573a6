"""How many messages a worker sends at once, and when it tries one again.

At once are as few as keep it going, since a killed worker leaves those of unknown outcome.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from api.infra.database_faults import is_outage
from api.infra.randomness import CHANCE

T = TypeVar("T")

AT_ONCE, AT_ONCE_WHEN_QUICK = 16, 8
"""Messages that are with WeChat or whose answers are not noted yet, at most; the smaller number where WeChat answers within 25 ms."""
TOGETHER_SECONDS = 0.005
"""For which further answers are waited for once there is one: a note that a majority holds costs as much as several messages."""
_ENOUGH = 320  # messages a second
_LONGEST_PAUSE = timedelta(hours=1)
_SILENCE, _LONGEST_SILENCE = timedelta(seconds=20), timedelta(minutes=2)
_OUTAGE_SECONDS = 20  # for which a database is waited for that is to note what WeChat has answered


class Pace:
    def __init__(self) -> None:
        self._answer_takes = 0.0  # seconds, a running mean

    @property
    def at_once(self) -> int:
        """By Little's law: what is enough a second, times what an answer takes."""
        return min(max(math.ceil(_ENOUGH * self._answer_takes), AT_ONCE_WHEN_QUICK), AT_ONCE)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Round one message and its answer."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._answer_takes += (time.monotonic() - begun - self._answer_takes) / AT_ONCE


class Turn:
    """One after the other in the order in which they were drawn, however long each takes to come."""

    def __init__(self, before: "Turn | None") -> None:
        self._before = before.over if before else None
        self.over: asyncio.Event = asyncio.Event()

    async def comes(self) -> None:
        """Returns when the one before is over."""
        if self._before is not None:
            await self._before.wait()

    def ends(self) -> None:
        """To be called whatever happens: the next one waits for it."""
        self.over.set()


def retry_after(attempts: int, chance: float) -> timedelta:
    """The pause before the next attempt: none after the first failure, then ever longer. `chance` from 0 to 1 spreads the workers."""
    if attempts <= 1:
        return timedelta()
    return min(timedelta(minutes=3 ** min(attempts - 2, 6)), _LONGEST_PAUSE) * (0.5 + chance)


def silence(before: int) -> timedelta:
    """For which nothing is sent where nothing gets through, after so many silences in a row. Behind each the next message is a trial,
    of which nobody may ever know what became of it: WeChat can take it and not answer."""
    return min(_SILENCE * (1 << min(before, 3)), _LONGEST_SILENCE)


async def patiently(note: Callable[[], Awaitable[T]]) -> T:
    """Tries again while the database is away: messages are with WeChat, and an answer that is not noted is lost with the batch."""
    end = time.monotonic() + _OUTAGE_SECONDS
    while True:
        try:
            return await note()
        except Exception as fault:
            if not is_outage(fault) or time.monotonic() > end:
                raise
        await asyncio.sleep(CHANCE.uniform(0.1, 0.5))
