"""Threads in which the driver's statements run: for a hop, the library's own pool takes half as long as a statement."""

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import Any, NamedTuple

_MOST = 64
"""As many threads as connections. With fewer, all of them can wait on a node that has stopped answering, for as long as an operation
may take, and none is left to ask the new primary."""


class _Task(NamedTuple):
    outcome: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    context: Context
    work: Callable[[], Any]


class Threads:
    """At most `most` threads, started as they are needed, which end with the process at the latest. `run` is called on one loop at a
    time."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # threads do not survive a fork

    def _begin(self) -> None:
        self._waiting: SimpleQueue[_Task] = SimpleQueue()
        self._started = 0
        self._under_way = 0

    def run(
        self, loop: asyncio.AbstractEventLoop, work: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> asyncio.Future[Any]:
        """Runs `work` in a thread, with the context variables of the caller, such as the deadline. Raises what it raises."""
        outcome: asyncio.Future[Any] = loop.create_future()
        bound = (lambda: work(*args, **kwargs)) if args or kwargs else work
        self._under_way += 1
        self._waiting.put(_Task(outcome, loop, copy_context(), bound))
        if self._under_way > self._started and self._started < self._most:
            self._started += 1
            threading.Thread(target=self._serve, args=(self._waiting,), name="database", daemon=True).start()
        return outcome

    def _serve(self, waiting: SimpleQueue[_Task]) -> None:
        while True:
            self._do(waiting.get())

    def _do(self, task: _Task) -> None:
        result = fault = None
        if not task.outcome.cancelled():
            try:
                result = task.context.run(task.work)
            except BaseException as raised:
                fault = raised
        with suppress(RuntimeError):  # the loop is closed: nobody is waiting
            task.loop.call_soon_threadsafe(self._is_done, task.outcome, result, fault)
        fault = None  # its traceback refers to this frame, and both would keep each other alive

    def _is_done(self, outcome: asyncio.Future[Any], result: Any, fault: BaseException | None) -> None:
        """On the loop, when the thread is free again: a caller who gave up does not free it."""
        self._under_way -= 1
        if outcome.done():
            return
        if fault is None:
            outcome.set_result(result)
        else:
            outcome.set_exception(fault)
