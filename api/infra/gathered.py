"""What many callers wait for, asked together: a statement, its way into a thread and back cost more than what one person reads or leaves."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain
from typing import Generic, TypeVar

import pymongo

from api.infra.database_faults import is_outage

K = TypeVar("K")
V = TypeVar("V")
_AT_ONCE = 2
_MOST = 16
_LONGEST_WAIT = 0.05
"""Seconds that a caller waits for statements under way. One that gets no answer, from a primary that has stopped, keeps nobody from asking the next."""
_SECONDS = 2.0  # for a statement, as a request has for all of its own


class Gathered(Generic[K, V]):
    """Asks at once while few statements are under way; who comes then is asked for with all others who wait. `ask` gets keys that are all
    different and answers each. What one of them does not get for a reason of its own is no fault of the others: they are asked for alone.
    """

    def __init__(
        self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], *, at_once: int = _AT_ONCE, most: int = _MOST
    ) -> None:
        self._ask = ask
        self._at_once = at_once
        self._most = most
        self._waiting: dict[K, list[asyncio.Future[V]]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._later: asyncio.TimerHandle | None = None

    def of(self, key: K) -> asyncio.Future[V]:
        """What is there now or later, or what `ask` raises. It is asked for at once, whether or not the caller goes on to wait for it."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[V] = loop.create_future()
        if (beside := self._waiting.get(key)) is not None:
            beside.append(outcome)
            return outcome
        self._waiting[key] = [outcome]
        if len(self._under_way) < self._at_once:
            self._go()
        elif self._later is None:
            self._later = loop.call_later(_LONGEST_WAIT, self._go)
        return outcome

    def _go(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        chosen = {key: self._waiting.pop(key) for key in list(self._waiting)[: self._most]}
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

    async def _answer(self, asked: Mapping[K, "list[asyncio.Future[V]]"]) -> None:
        try:
            with pymongo.timeout(_SECONDS):
                found = await self._ask(list(asked))
        except Exception as fault:
            if len(asked) > 1 and not is_outage(fault):
                for key, outcomes in asked.items():
                    await self._answer({key: outcomes})
                return
            for outcome in chain.from_iterable(asked.values()):
                if not outcome.done():  # nobody waits any more
                    outcome.set_exception(fault)
        else:
            for key, outcomes in asked.items():
                for outcome in outcomes:
                    if not outcome.done():
                        outcome.set_result(found[key])
