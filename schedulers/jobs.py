"""The whole timetable. Each job does all that is due at or before now and not yet done; running it twice changes nothing."""

from collections.abc import Awaitable, Callable

import msgspec

from schedulers.work import Work

Run = Callable[[Work], Awaitable[dict[str, int]]]


class Job(msgspec.Struct, frozen=True):
    """Looked at every so many seconds. `is_shared`: all workers at once; otherwise whoever gets the lease.

    `stale_after_seconds` without success makes the worker not ready.
    """

    id: str
    run: Run
    every_seconds: int
    is_shared: bool = False
    stale_after_seconds: int = 3600


async def deliver(work: Work) -> dict[str, int]:
    """Tells what is due and pushes it to whoever banked a push."""
    return msgspec.structs.asdict(await work.deliveries.run())


JOBS: tuple[Job, ...] = (Job("deliver", deliver, every_seconds=3, is_shared=True, stale_after_seconds=120),)
