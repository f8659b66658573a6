"""Time limits on the database work of a running task."""

import contextvars
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymongo

_NEXT_TO_NOTHING = 0.001  # seconds; zero would mean no limit to the driver


class Deadline:
    """A time limit on all database work of the running task together; exceeding it is an outage. The time runs from `go` to `rest`;
    both have no effect if it already runs or rests.

    Call both in the same task. Tasks started meanwhile share the deadline unless they have a context of their own.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._since = 0.0
        self._limit: Any = None

    def go(self) -> None:
        if self._limit is None:
            self._since = time.monotonic()
            self._limit = pymongo.timeout(max(self._left, _NEXT_TO_NOTHING))
            self._limit.__enter__()
            self._outer = _running.set(self)

    def rest(self) -> None:
        if self._limit is not None:
            _running.reset(self._outer)
            self._limit.__exit__(None, None, None)
            self._limit = None
            self._left -= time.monotonic() - self._since


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """For a job that reads for longer than one operation may take elsewhere: the limit of a cursor is of all that it returns."""
    deadline = Deadline(seconds)
    deadline.go()
    try:
        yield
    finally:
        deadline.rest()


_running: contextvars.ContextVar[Deadline | None] = contextvars.ContextVar("deadline", default=None)


@contextmanager
def resting() -> Iterator[None]:
    """Stops the running task's deadline while it waits for something else. Never inside a transaction."""
    deadline = _running.get()
    if deadline is None:
        yield
        return
    deadline.rest()
    try:
        yield
    finally:
        deadline.go()
