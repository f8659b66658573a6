"""Reminders under kill -9, their cost among very many, and the rate of delivery beside the bare rate of claiming.

`python -m tests.bench.reminders` runs all of it; `--small` the form that `make test` runs.
"""

import argparse
import asyncio
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from api.composition import Services
from api.demo import database as embedded
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
from tests.schedulers.world import bank_at_stand_in, deliveries, opening, settle, states
from tests.support.api import make_settings
from tests.support.mongo import end, free_port, launch
from tests.support.wechat import StandIn, start_stand_in
from tests.support.workers import Workers
from tests.support.world import KEYS, FixedClock

FINAL = ("sent", "refused", "failed", "unknown", "none")
_STEP = 100  # seconds: a lease takes two
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


class Killed(msgspec.Struct):
    """What is left after the killing. `doubles` are keys that the stand-in saw twice: none is right. `cut_off` are unknown because their
    worker died in between, `unanswered` because WeChat hung up, which it did `dropped` times."""

    reminders: int
    kills: int
    database_kills: int
    seconds: float
    final: dict[str, int]
    unfinished: int
    cut_off: int
    unanswered: int
    dropped: int
    doubles: int
    pushed: int
    sent_without_push: int


class Server:
    """A database that can be killed and comes back with its data."""

    def __init__(self, folder: Path, cache_gb: float = 0.25) -> None:
        self.folder = folder / "data"
        self.port = free_port()
        self._cache_gb = cache_gb
        self.process: subprocess.Popen[bytes] = launch(self.folder, self.port, cache_gb=cache_gb)

    @property
    def uri(self) -> str:
        return embedded.uri(("127.0.0.1", self.port))

    def kill_and_restart(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = launch(self.folder, self.port, cache_gb=self._cache_gb)

    def stop(self) -> None:
        end(self.process)


async def kill_test(folder: Path, *, reminders: int, kills: int, workers: int, seconds: float, seed: int = 1) -> Killed:
    """Workers and the database are killed at random while WeChat is slow, refuses, drops and expires tokens."""
    chance = random.Random(seed)
    server = Server(folder)
    with start_stand_in(folder / "wechat") as wechat:
        group = Workers(uri=server.uri, database="kill", wechat=wechat.url, folder=folder)
        try:
            return await _kill_test(group, server, wechat, chance, reminders, kills, workers, seconds)
        finally:
            group.stop_all()
            server.stop()


async def _kill_test(
    group: Workers,
    server: Server,
    wechat: StandIn,
    chance: random.Random,
    reminders: int,
    kills: int,
    workers: int,
    seconds: float,
) -> Killed:
    shift = (_NOON - datetime.now(UTC)).total_seconds()
    group.shift(shift)
    database = Database(server.uri, "kill", timeout_ms=20_000)
    services = Services(make_settings(), database=database)
    await services.prepare()
    openids = await asyncio.to_thread(bank_at_stand_in, wechat.url, [f"kill{n}" for n in range(reminders)])
    booked_at = _NOON - timedelta(days=2)
    notices = [opening(n, booked_at, civil_date(_NOON)) for n in range(reminders)]
    await settle(database, KEYS, list(enumerate(openids)), notices, booked_at)
    begun = time.monotonic()
    for _ in range(workers):
        group.start()
    database_kills = 0
    pause = seconds / (kills + 1)
    for number in range(kills):
        await asyncio.to_thread(
            wechat.call, "faults",
            delayMs=chance.choice([0, 50, 300]), refuse=chance.choice([0, 0.05]), drop=chance.choice([0, 0.02]),
            busy=chance.choice([0, 0.1]), expireTokens=chance.random() < 0.3,
        )  # fmt: skip
        await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
        if number % 8 == 7:
            await asyncio.to_thread(server.kill_and_restart)
            database_kills += 1
        else:
            victim = chance.choice(group.running)
            await asyncio.to_thread(group.kill, victim)
            group.start()
    await asyncio.to_thread(wechat.call, "faults")
    await _drain(group, database, shift, seconds)
    return await _count(database, wechat, reminders, kills, database_kills, time.monotonic() - begun)


async def _drain(group: Workers, database: Database, shift: float, seconds: float) -> None:
    """Until nothing is due any more. Where nothing moves, the clock does: leases run out and waiting attempts come up.

    While the workers get on, it is left alone: leases that run out under their hands would only make them stumble.
    """
    end = time.monotonic() + seconds + 60
    before = -1
    while time.monotonic() < end:
        left = await database.collection("notices").count_documents({"wake_at": {"$gt": _LONG_AGO}})
        if left == 0:
            return
        if left == before:
            shift += _STEP
            group.shift(shift)
        before = left
        await asyncio.sleep(2)


async def _count(
    database: Database, wechat: StandIn, reminders: int, kills: int, database_kills: int, seconds: float
) -> Killed:
    final: dict[str, int] = {}
    unfinished = 0
    for (state, push), count in (await states(database)).items():
        if state == "told" and push in FINAL:
            final[push] = final.get(push, 0) + count
        else:
            unfinished += count
    keys = [str(message["page"]).split("=")[-1] for message in await asyncio.to_thread(wechat.sent)]
    told = database.collection("notices")
    sent = {d["_id"] async for d in told.find({"push": "sent"}, {"_id": 1})}
    why = Counter([d["reason"] async for d in told.find({"push": "unknown"}, {"reason": 1})])
    await database.close()
    return Killed(
        reminders=reminders,
        kills=kills,
        database_kills=database_kills,
        seconds=round(seconds, 1),
        final=final,
        unfinished=unfinished,
        cut_off=why["no-outcome"],
        unanswered=why["no-answer"],
        dropped=(await asyncio.to_thread(wechat.health))["dropped"],
        doubles=len(keys) - len(set(keys)),
        pushed=len(keys),
        sent_without_push=len(sent - set(keys)),
    )


async def examined(database: Database, now: datetime, limit: int) -> tuple[int, int, int]:
    """Index entries and documents that the pass's own query examines, and what it returns: the server's word."""
    query = OutboxStore(database, KEYS).explainable(now, limit)
    plan = await database.raw.command({"explain": {"find": "notices", **query}, "verbosity": "executionStats"})
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
            "cut_off": killed.cut_off,
            "unanswered": killed.unanswered,
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
