"""Whether a report, a page of the officers' queue and the scan for what is due take longer among many than among few."""

import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uvloop

from api.desk.models import Docket
from api.desk.store import DeskStore
from api.house import House
from api.infra.documents import Codec
from api.infra.mongo import Database
from api.notices.models import Notice
from api.notices.push.store import OutboxStore
from api.records.store import RecordStore
from tests.bench.figures import beside
from tests.bench.site import fill, show, site
from tests.schedulers.world import opening
from tests.support.api import resident
from tests.support.records import make_record

_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_BATCH = 2000
_CALLS = 40
Measure = Callable[[], Awaitable[object]]


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(sizes=(1000, 10_000) if quick else (1000, 10_000, 100_000, 1_000_000)))


async def _run(sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    times: dict[str, list[float]] = {}
    async with site(serves=False) as here:
        house, there = here.house, 0
        me = resident(house, "acc_me", "number-me")
        await fill(house, [me], 20)
        queue, outbox = DeskStore(house.database, house.keys), OutboxStore(house.database, house.keys)
        for size in sizes:
            show(f"growing to {size}")
            await _grow(house, there, size)
            there = size
            for name, measure in (
                ("report of 20 records", lambda: house.reports.own(me, house.clock.now())),
                ("a page of the queue", lambda: queue.page({"jurisdiction": "dalian"}, None, 20)),
                ("scan for what is due", lambda: outbox.find_due(_NOON, 100)),
            ):
                times.setdefault(name, []).append(await _milliseconds(measure))
    return [
        beside(
            f"growth: {name}", [found[-1]], [found[0]], "ms", f"itself at {sizes[0]:,}", at_most=1.3,
            sizes=sizes, all_ms=[round(one, 2) for one in found],
        )
        for name, found in times.items()
    ]  # fmt: skip


async def _milliseconds(measure: Measure) -> float:
    """The lower quartile: what it takes when left alone."""
    found = []
    for _ in range(_CALLS):
        begun = time.perf_counter()
        await measure()
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.quantiles(found, n=4)[0]


async def _grow(house: House, there: int, size: int) -> None:
    """Documents as the product writes them, under other ids; nobody reads what is sealed in them."""
    keys = house.keys
    other = resident(house, "acc_other", "number-other")
    record = RecordStore(house.database, keys).codec.encode(make_record(house, other))
    notice = Codec(Notice, "notices", keys).encode(opening(0, _NOON, date(2027, 6, 1)))
    docket = Codec(Docket, "queue", keys).encode(
        Docket("obj_0", "objections", "dalian", "YY1", "filed", date(2026, 12, 1), ())
    )

    def records() -> Iterator[dict[str, Any]]:
        for n in range(there, size):
            yield {**record, "_id": f"rec_f{n:09}", "natural_key": f"f{n:09}", "subject": f"sub_{n // 10:09}"}

    def notices() -> Iterator[dict[str, Any]]:
        for n in range(there, size):
            wake = _NOON - timedelta(hours=1) if n < 100 else _NOON + timedelta(minutes=1 + n)
            yield {**notice, "_id": f"ntc_f{n:09}", "wake_at": wake, "subject": f"sub_{n // 10:09}"}

    def dockets() -> Iterator[dict[str, Any]]:
        for n in range(there, size):
            due = date(2026, 12, 1) + timedelta(days=n % 60)
            yield {**docket, "_id": f"obj_f{n:09}", "due_on": due.isoformat(), "owner": f"acc_{n:09}"}

    for collection, documents in (("records", records()), ("notices", notices()), ("queue", dockets())):
        await _insert(house.database, collection, documents)


async def _insert(database: Database, collection: str, documents: Iterator[dict[str, Any]]) -> None:
    while batch := list(itertools.islice(documents, _BATCH)):
        await database.collection(collection).insert_many(batch, ordered=False)
