"""Bounds on expensive work and on waiting for others: how many at once, how many in the queue, and for how long.

Each kind of work has its own bounds: a flood of staff sign-ins, or a WeChat that hangs, takes nothing from the rest of
the product. When the queue is full the caller is refused and told to try again; refusals are counted. Neither waiting
nor working counts against a request's time in the database.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from prometheus_client import Counter

from api.infra.deadlines import resting
from api.infra.errors import Unavailable

T = TypeVar("T")
P = ParamSpec("P")
_RETRY_SECONDS = 3

_refused = Counter("credit_window_work_refused_total", "Work turned away since too much of its kind waited.", ["kind"])


class Busy(Unavailable):
    code = "busy"
    title = "现在办理的人很多"
    default_detail = "系统正忙，这次请求没有办理。"
    default_step = "请过几秒再试；已经收到回执的办理不受影响。"


class Bounded:
    """At most `at_once` at work, and `waiting` in the queue for at most `seconds`. One for each process, used on one event loop."""

    def __init__(
        self, kind: str, at_once: int, *, waiting: int, seconds: float, refusal: type[Unavailable] = Busy
    ) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._may_wait = waiting
        self._waiting = 0
        self._seconds = seconds
        self._refusal = refusal
        self._refused = _refused.labels(kind)

    async def take(self) -> None:
        """Takes a place, which the caller returns with `give_back`. Raises the refusal."""
        if self._places.locked():
            if self._waiting >= self._may_wait:
                self._refuse()
            self._waiting += 1
            try:
                async with asyncio.timeout(self._seconds):
                    await self._places.acquire()
            except TimeoutError:
                self._refuse()
            finally:
                self._waiting -= 1
        else:
            await self._places.acquire()

    def give_back(self) -> None:
        self._places.release()

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None, None]:
        """A place for the length of the block. Raises the refusal."""
        with resting():
            await self.take()
            try:
                yield
            finally:
                self.give_back()

    async def in_thread(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Runs it in a thread. If the caller is cancelled, the thread goes on and keeps its place until it ends. Raises the refusal."""
        with resting():
            await self.take()
            running = asyncio.ensure_future(asyncio.to_thread(work, *given, **named))
            running.add_done_callback(self._leave)
            return await asyncio.shield(running)

    def _leave(self, running: "asyncio.Future[Any]") -> None:
        self.give_back()
        if not running.cancelled():
            running.exception()  # retrieved even if nobody is waiting, so that asyncio does not log it

    def _refuse(self) -> None:
        self._refused.inc()
        raise self._refusal(retry_after_seconds=_RETRY_SECONDS) from None
