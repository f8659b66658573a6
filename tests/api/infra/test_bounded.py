"""So many at work, so many waiting, for so long: whoever comes too many is told at once, and one that left frees nothing early."""

import asyncio
import threading

import pytest

from api.infra.bounded import Bounded, Busy


async def test_who_comes_after_the_last_place_to_wait_is_refused_at_once_and_counted() -> None:
    bounded = Bounded("test", 2, waiting=3, seconds=5)
    goes_on = asyncio.Event()

    async def work() -> None:
        async with bounded.place():
            await goes_on.wait()

    tasks = [asyncio.create_task(work()) for _ in range(10)]
    await asyncio.sleep(0.05)
    refused = [task for task in tasks if task.done()]
    assert len(refused) == 5
    assert all(isinstance(task.exception(), Busy) for task in refused)
    goes_on.set()
    assert sum(not isinstance(answer, Busy) for answer in await asyncio.gather(*tasks, return_exceptions=True)) == 5


async def test_who_waits_longer_than_the_bound_is_refused_and_the_place_stays_whole() -> None:
    bounded = Bounded("test", 1, waiting=3, seconds=0.02)
    await bounded.take()
    with pytest.raises(Busy) as caught:
        await bounded.take()
    assert caught.value.retry_after_seconds
    bounded.give_back()
    async with bounded.place():
        pass


async def test_a_thread_that_nobody_waits_for_keeps_its_place() -> None:
    bounded, goes_on = Bounded("test", 1, waiting=1, seconds=0.05), threading.Event()
    left = asyncio.create_task(bounded.in_thread(goes_on.wait, 5))
    await asyncio.sleep(0.02)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    with pytest.raises(Busy):
        await bounded.in_thread(len, "x")
    bounded._seconds = 20  # now that it was refused: the thread ends when it gets to it
    goes_on.set()
    assert await bounded.in_thread(len, "xyz") == 3
