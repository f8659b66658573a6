"""The threads of the driver: outcomes come back on the loop, and nobody waits for a thread that is busy."""

import asyncio
import os
import threading
from contextvars import ContextVar

import pytest

from api.infra.threads import Threads

_said: ContextVar[str] = ContextVar("said", default="nothing")


async def test_the_outcome_comes_back_and_the_context_goes_along() -> None:
    threads, loop = Threads(), asyncio.get_running_loop()
    _said.set("of the caller")
    assert await threads.run(loop, lambda: (_said.get(), threading.current_thread() is threading.main_thread())) == (
        "of the caller",
        False,
    )
    assert await threads.run(loop, divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await threads.run(loop, divmod, 1, 0)


async def test_as_many_run_at_once_as_there_are_threads_and_the_rest_after_them() -> None:
    threads, loop = Threads(3), asyncio.get_running_loop()
    meeting = threading.Barrier(3, timeout=10)
    await asyncio.gather(*(threads.run(loop, meeting.wait) for _ in range(9)))
    assert {thread.name for thread in threading.enumerate()} >= {"database"}


async def test_what_was_given_up_before_its_turn_is_not_done() -> None:
    threads, loop = Threads(1), asyncio.get_running_loop()
    done: list[str] = []
    go_on = threading.Event()
    first = threads.run(loop, go_on.wait, 10)
    second = threads.run(loop, done.append, "second")
    third = threads.run(loop, done.append, "third")
    second.cancel()
    go_on.set()
    await asyncio.gather(first, third)
    assert done == ["third"]


async def test_a_thread_whose_caller_gave_up_is_not_counted_as_free() -> None:
    """A node stops answering, callers run out of time, and the next one must reach the new primary at once."""
    threads, loop = Threads(4), asyncio.get_running_loop()
    go_on = threading.Event()
    stuck = [threads.run(loop, go_on.wait, 10) for _ in range(3)]
    for one in stuck:
        one.cancel()
    await asyncio.sleep(0)
    try:
        assert await asyncio.wait_for(threads.run(loop, lambda: "served"), 5) == "served"
    finally:
        go_on.set()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    threads = Threads(1)

    async def seven() -> int:
        return await asyncio.wait_for(threads.run(asyncio.get_running_loop(), lambda: 7), 10)

    assert asyncio.run(seven()) == 7
    child = os.fork()
    if child == 0:
        try:
            os._exit(asyncio.run(seven()))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
