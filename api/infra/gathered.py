"""Reads that many callers wait for, asked together: a statement, its way into a thread and back cost more than what one person reads."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

import pymongo

from api.infra.database_faults import is_outage

K = TypeVar("K")
V = TypeVar("V")
_AT_ONCE = 2
_MOST = 16
_LONGEST_WAIT = 0.05
"""Seconds that a caller waits for reads under way. One that gets no answer, from a primary that has stopped, keeps nobody from asking the next."""
_SECONDS = 2.0  # for a read, as a request has for all of its own


class Gathered(Generic[K, V]):
    """Asks at once while few reads are under way; who comes then is asked for with all others who wait. `ask` gets keys that are all
    different and answers each. What one of them does not get for a reason of its own is no fault of the others: they are asked for alone.
    """

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._later: asyncio.TimerHandle | None = None

    async def of(self, key: K) -> V:
        """What was there when this was called, or later. Raises what `ask` raises."""
        outcome = self._waiting.get(key)
        if outcome is None:
            loop = asyncio.get_running_loop()
            outcome = self._waiting[key] = loop.create_future()
            if len(self._under_way) < _AT_ONCE:
                self._go()
            elif self._later is None:
                self._later = loop.call_later(_LONGEST_WAIT, self._go)
        return await asyncio.shield(outcome)

    def _go(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        chosen = {key: self._waiting.pop(key) for key in list(self._waiting)[:_MOST]}
        if not chosen:
            return
        task = asyncio.get_running_loop().create_task(
            self._answer(chosen), context=contextvars.Context()
        )  # nobody's deadline
        self._under_way.add(task)
        task.add_done_callback(self._is_done)

    def _is_done(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        if self._waiting:
            self._go()

    async def _answer(self, asked: Mapping[K, "asyncio.Future[V]"]) -> None:
        try:
            with pymongo.timeout(_SECONDS):
                found = await self._ask(list(asked))
        except Exception as fault:
            if len(asked) > 1 and not is_outage(fault):
                for key, outcome in asked.items():
                    await self._answer({key: outcome})
                return
            for outcome in asked.values():
                outcome.set_exception(fault)
        else:
            for key, outcome in asked.items():
                outcome.set_result(found[key])
