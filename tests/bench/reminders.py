"""Reminders under kill -9, their cost among very many, and the rate of delivery beside the bare rate of claiming.

`python -m tests.bench.reminders` runs all of it; `--small` the form that `make test` runs.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from api.composition import Services
from api.infra import loop
from api.infra.clock import civil_date
from api.infra.documents import Codec
from api.infra.ids import new_id
from api.infra.mongo import Database
from api.notices.models import Notice
from api.notices.push.store import OutboxStore
from schedulers.deliveries import BATCH
from tests.bench.figures import beside
from tests.bench.growth import insert
from tests.schedulers.killing import Server, kill_test
from tests.schedulers.world import bank_at_stand_in, deliveries, opening, settle
from tests.support.api import make_settings
from tests.support.wechat import StandIn, start_stand_in
from tests.support.world import KEYS, FixedClock

_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


async def examined(database: Database, now: datetime, limit: int) -> tuple[int, int, int]:
    """Index entries and documents that the pass's own query examines, and what it returns: the server's word."""
    query = OutboxStore(database, KEYS).due(now, limit)
    asked = {"find": query.collection, "filter": query.filter, "sort": query.sort, "limit": query.most}
    plan = await database.raw.command({"explain": {**asked, "projection": query.fields}, "verbosity": "executionStats"})
    stats = plan["executionStats"]
    return stats["totalKeysExamined"], stats["totalDocsExamined"], stats["nReturned"]


async def fill(database: Database, waiting: int) -> Services:
    """So many notices booked for far days: copies of one under other ids, since none of them is opened."""
    services = Services(make_settings(), clock=FixedClock(_NOON), database=database)
    services.keys = KEYS
    await services.prepare()
    booked = Codec(Notice, "notices", KEYS).encode(opening(0, _NOON, date(2027, 6, 1)))

    def copies() -> Iterator[dict[str, Any]]:
        for n in range(waiting):
            wake = booked["wake_at"] + timedelta(days=n % 300)
            yield {**booked, "_id": f"ntc_f{n:09}", "wake_at": wake, "subject": f"sub_{n:09}"}

    await insert(database, "notices", copies())
    return services


async def one_pass(services: Services, turn: int, due: int = 500) -> dict[str, Any]:
    """`due` more notices, without a push, and the pass that tells them: its time and what it examines."""
    first = 10_000_000 * (turn + 1)
    booked_at = _NOON - timedelta(days=2)
    notices = [opening(first + n, booked_at, civil_date(_NOON)) for n in range(due)]
    await settle(services.database, KEYS, [], notices, _NOON)
    keys, documents, returned = await examined(services.database, _NOON, 1000)
    worker = deliveries(services)
    begun = time.perf_counter()
    tally = await worker.run(seconds=300)
    return {
        "told": tally.told,
        "keys_examined": keys,
        "documents_examined": documents,
        "returned": returned,
        "pass_ms": round((time.perf_counter() - begun) * 1000, 1),
    }


async def costs(server: Server, sizes: tuple[int, int], turns: int = 4) -> list[dict[str, Any]]:
    """The best of some turns at each size, turn about, so that a busy machine disturbs both alike."""
    databases = [Database(server.uri, f"cost{size}", timeout_ms=300_000) for size in sizes]
    houses = [await fill(database, size) for database, size in zip(databases, sizes, strict=True)]
    best: list[dict[str, Any]] = [{} for _ in sizes]
    for turn in range(turns):
        for number, services in enumerate(houses):
            seen = await one_pass(services, turn)
            if not best[number] or seen["pass_ms"] < best[number]["pass_ms"]:
                best[number] = {"waiting": sizes[number], **seen}
    for services, database in zip(houses, databases, strict=True):
        await services.close()
        await database.close()
    return best


async def rates(server: Server, folder: Path, count: int, turns: int) -> dict[str, Any]:
    """Deliveries a second by one worker, and bare batch claims a second on the same server, turn about.

    Claims are measured in the worker's own batches and in larger ones, which suit bare claiming better.
    """
    notices = [opening(n, _NOON - timedelta(days=2), civil_date(_NOON)) for n in range(count)]
    delivered: list[float] = []
    claimed: dict[int, list[float]] = {size: [] for size in (BATCH, 2 * BATCH, 4 * BATCH)}
    with start_stand_in(folder / "rates") as wechat:
        for turn in range(turns):
            for size, seen in claimed.items():
                async with _filled(server, f"claim{turn}_{size}", wechat, notices) as services:
                    seen.append(await _bare_claims(services.database, count, size))
            openids = await asyncio.to_thread(bank_at_stand_in, wechat.url, [f"rate{n}" for n in range(count)])
            async with _filled(server, f"rate{turn}", wechat, notices, openids) as services:
                begun = time.perf_counter()
                tally = await deliveries(services).run(seconds=120)
                delivered.append(tally.sent / (time.perf_counter() - begun))
    return {
        "delivered_per_s": delivered,
        "bare_claims_per_s": claimed[BATCH],
        "best_bare_claims_per_s": max(claimed.values(), key=statistics.median),
    }


@asynccontextmanager
async def _filled(
    server: Server, name: str, wechat: StandIn, notices: Sequence[Notice], openids: Sequence[str] = ()
) -> AsyncIterator[Services]:
    database = Database(server.uri, name, timeout_ms=60_000)
    services = Services(make_settings(CW_WECHAT_URL=wechat.url), clock=FixedClock(_NOON), database=database)
    services.keys = KEYS
    await services.prepare()
    await settle(database, KEYS, list(enumerate(openids)), notices, _NOON)
    yield services
    await database.drop()
    await services.close()


async def _bare_claims(database: Database, count: int, size: int) -> float:
    """Find ids by index, update_many with a token, read back by token: nothing else."""
    outbox = OutboxStore(database, KEYS)
    begun = time.perf_counter()
    done = 0
    while due := await outbox.find_due(_NOON, size):
        done += len(await outbox.claim(due, new_id("bare"), _NOON, _NOON + timedelta(hours=1)))
    assert done == count
    return done / (time.perf_counter() - begun)


def run(*, small: bool = False, seconds: float = 315) -> list[dict[str, object]]:
    """All measurements, a row each. Half of the time is for the killing."""
    return loop.run(_run(small=small, seconds=seconds))


async def _run(*, small: bool, seconds: float) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "kill").mkdir()
        (folder / "cost").mkdir()
        killed = await kill_test(
            folder / "kill",
            reminders=300 if small else 5000,
            kills=8 if small else 40,
            workers=3,
            seconds=20 if small else seconds / 2,
        )
        server = Server(folder / "cost", cache_gb=2)
        try:
            table = await costs(server, (10_000, 100_000 if small else 1_000_000))
            rate = await rates(server, folder / "cost", 500 if small else 2000, 2 if small else 5)
        finally:
            server.stop()
    return [
        {
            "name": f"reminders that ended once, of {killed.reminders}, after {killed.kills} kills (-9)",
            "value": sum(killed.final.values()),
            "unit": "reminders",
            "target": f">= {killed.reminders}",
            **msgspec.to_builtins(killed),
        },
        {
            "name": "messages that WeChat saw twice",
            "value": killed.doubles,
            "unit": "messages",
            "target": "<= 0",
        },
        {
            "name": f"unknown, of {killed.reminders}: their worker died in between, or WeChat hung up",
            "value": killed.final.get("unknown", 0),
            "unit": "reminders",
            "target": f"<= {killed.reminders // 100}",
            "accepted": killed.accepted,
        },
        {
            "name": f"unknown, of {killed.reminders}: their worker died in between",
            "value": killed.cut_off,
            "unit": "reminders",
            "deaths": killed.kills - killed.database_kills,
        },
        {
            "name": f"unknown, of {killed.reminders}: WeChat hung up",
            "value": killed.unanswered,
            "unit": "reminders",
            "hang_ups": killed.dropped,
        },
        {
            "name": f"unknown, of {killed.reminders}, until WeChat's event settled them",
            "value": killed.settled,
            "unit": "reminders",
            "events_lost": killed.events_lost,
        },
        {
            "name": f"index entries and documents examined by a pass of 500 among {table[1]['waiting']}",
            "value": max(table[1]["keys_examined"], table[1]["documents_examined"]),
            "unit": "entries",
            "target": "<= 600",
        },
        {
            "name": f"time of that pass beside one among {table[0]['waiting']}",
            "value": round(table[1]["pass_ms"] / table[0]["pass_ms"], 2),
            "unit": "ratio",
            "target": "<= 1.3",
            "pass_ms": [row["pass_ms"] for row in table],
        },
        beside(
            "deliveries of one worker",
            rate["delivered_per_s"],
            rate["bare_claims_per_s"],
            "notices/s",
            f"bare claims in its batches of {BATCH}",
        ),
        {
            "name": "deliveries of one worker: rate",
            "value": round(statistics.median(rate["delivered_per_s"])),
            "unit": "notices/s",
            "target": ">= 1500",
        },
        beside(
            "the same",
            rate["delivered_per_s"],
            rate["best_bare_claims_per_s"],
            "notices/s",
            "bare claims in the batches that suit them best",
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reminders", description=__doc__)
    parser.add_argument("--small", action="store_true", help="the form that make test runs")
    print(msgspec.json.format(msgspec.json.encode(run(small=parser.parse_args().small)), indent=2).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
