"""Threads in which the driver's statements and calls to WeChat run: for a hop, the library's own pool takes half as long as a statement."""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import Any, NamedTuple

_MOST = 64
"""As many threads as connections. With fewer, all of them can wait on a node that has stopped answering, for as long as an operation
may take, and none is left to ask the new primary."""
_AT_ONCE = 16
"""As many work at once as long as they get on: more only wait for the interpreter (`docs/performance.md`)."""
_PATIENCE = 0.1  # seconds; who has waited so long gets a thread of its own, up to `most`


class _Task(NamedTuple):
    outcome: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    context: Context
    work: Callable[[], Any]


class Threads:
    """At most `most` threads, started as they are needed, which end with the process at the latest. While `at_once` are at work the
    others wait for one of them, but not for long. `run` is called on one loop at a time."""

    def __init__(self, most: int = _MOST, name: str = "database", at_once: int = _AT_ONCE) -> None:
        self._most = most
        self._name = name
        self._at_once = at_once
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # threads do not survive a fork

    def _begin(self) -> None:
        self._waiting: SimpleQueue[_Task | None] = SimpleQueue()
        self._behind: deque[tuple[float, _Task]] = deque()  # with the loop's time from which they wait no longer
        self._is_looking = False  # the next look at them is booked
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = 0
        self._under_way = 0
        self._left = 0  # under way for loops of before: they may still have a thread

    def run(
        self, loop: asyncio.AbstractEventLoop, work: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> asyncio.Future[Any]:
        """Runs `work` in a thread, with the context variables of the caller, such as the deadline. Raises what it raises."""
        outcome: asyncio.Future[Any] = loop.create_future()
        bound = (lambda: work(*args, **kwargs)) if args or kwargs else work
        task = _Task(outcome, loop, copy_context(), bound)
        if loop is not self._loop:  # what another one left under way may never be reported
            self._loop, self._is_looking = loop, False
            self._left, self._under_way = self._left + self._under_way, 0
        if self._under_way < self._at_once:
            self._give(task)
        else:
            self._behind.append((loop.time() + _PATIENCE, task))
            if not self._is_looking:
                self._is_looking = True
                loop.call_later(_PATIENCE, self._let_in, loop)
        return outcome

    def _give(self, task: _Task) -> None:
        self._under_way += 1
        self._waiting.put(task)
        if self._under_way + self._left > self._started and self._started < self._most:
            self._started += 1
            threading.Thread(target=self._serve, args=(self._waiting,), name=self._name, daemon=True).start()

    def _let_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Gives threads to those who have waited long enough. The next look is when the first of the others has."""
        while self._behind and self._behind[0][0] <= loop.time():
            self._give(self._behind.popleft()[1])
        if self._behind:
            loop.call_at(self._behind[0][0], self._let_in, loop)
        else:
            self._is_looking = False

    def end(self) -> None:
        """Ends the threads after what was given to them."""
        while self._behind:
            self._give(self._behind.popleft()[1])
        for _ in range(self._started):
            self._waiting.put(None)
        self._begin()

    def _serve(self, waiting: SimpleQueue[_Task | None]) -> None:
        while (task := waiting.get()) is not None:
            self._do(task)

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
        if self._behind and self._under_way < self._at_once:
            self._give(self._behind.popleft()[1])
        if outcome.done():
            return
        if fault is None:
            outcome.set_result(result)
        else:
            outcome.set_exception(fault)
