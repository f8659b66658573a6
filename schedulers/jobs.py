"""The whole timetable. Each job does all that is due at or before now and not yet done; running it twice changes nothing."""

from collections.abc import Awaitable, Callable

import msgspec

from schedulers.recounting import recount
from schedulers.reminders import plan
from schedulers.retention import retain
from schedulers.work import Work

Run = Callable[[Work], Awaitable[dict[str, int]]]

_MINUTE = 60
_HOUR = 3600


class Job(msgspec.Struct, frozen=True):
    """A job runs every so many seconds. `is_shared`: in all workers at once; otherwise in the one that gets the lease.

    After `stale_after_seconds` without success the worker is not ready.
    """

    id: str
    run: Run
    every_seconds: int
    is_shared: bool = False
    stale_after_seconds: int = _HOUR


async def expire(work: Work) -> dict[str, int]:
    """Ends disclosure and publicity whose periods are over: Dalian 35 and the national periods."""
    return {"ended": await work.services.expiry.expire(work.clock.now())}


async def expire_grants(work: Work) -> dict[str, int]:
    """Closes grants and appointments of helpers whose last day is past, and visits at the window whose time is over."""
    services, now = work.services, work.clock.now()
    expired = await work.all_of(
        services.grants.expire_due(now), services.window.expire_due(now), services.helpers.expire_due(now)
    )
    return {"expired": sum(expired)}


async def begin_pledges(work: Work) -> dict[str, int]:
    """Pledges whose cooling-off is over enter the record."""
    return {"begun": await work.services.pledges.take_effect_due(work.clock.now())}


async def chain_audit(work: Work) -> dict[str, int]:
    """Gives every audit entry its place in the chain of its day."""
    return {"chained": await work.services.audits.chain_pending(work.clock.now())}


async def digest(work: Work) -> dict[str, int]:
    """Writes the officers' digest of late and soon due steps, once each morning."""
    return {"written": await work.services.digests.write(work.clock.now())}


async def count(work: Work) -> dict[str, int]:
    """Counts the figures of each place anew, at most a fiftieth of the time."""
    return {"counted": await work.services.counting.count(work.clock.now())}


async def deliver(work: Work) -> dict[str, int]:
    """Tells due notices, and pushes them to residents with a banked push."""
    return msgspec.structs.asdict(await work.deliveries.run())


async def record_breaches(work: Work) -> dict[str, int]:
    """Records every official step that was not done by its day, once each."""
    return {"new": await work.services.desk.record_breaches(work.clock.now())}


JOBS: tuple[Job, ...] = (
    Job("expire", expire, every_seconds=5 * _MINUTE),
    Job("expire-grants", expire_grants, every_seconds=5 * _MINUTE),
    Job("begin-pledges", begin_pledges, every_seconds=_MINUTE),
    Job("recount", recount, every_seconds=10 * _MINUTE),
    Job("plan", plan, every_seconds=5, stale_after_seconds=10 * _MINUTE),
    Job("deliver", deliver, every_seconds=3, is_shared=True, stale_after_seconds=2 * _MINUTE),
    Job("breaches", record_breaches, every_seconds=10 * _MINUTE),
    Job("digest", digest, every_seconds=10 * _MINUTE),
    Job("figures", count, every_seconds=_MINUTE, stale_after_seconds=24 * _HOUR),
    Job("chain-audit", chain_audit, every_seconds=5, stale_after_seconds=10 * _MINUTE),
    Job("retain", retain, every_seconds=_HOUR, stale_after_seconds=24 * _HOUR),
)
