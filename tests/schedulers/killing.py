"""Reminders under kill -9: workers and the database die while WeChat is slow, refuses, hangs up and expires tokens.

WeChat's events reach a real API process over HTTP: late, several times, and some never.
"""

import asyncio
import random
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from api.composition import Services
from api.demo import database as embedded
from api.infra.clock import civil_date
from api.infra.mongo import Database
from schedulers.afterwards import LOOK
from tests.schedulers.world import bank_at_stand_in, opening, settle, states
from tests.support import processes
from tests.support.api import make_settings
from tests.support.mongo import end, free_port, launch
from tests.support.wechat import StandIn, start_stand_in
from tests.support.workers import Workers
from tests.support.world import KEYS

FINAL = ("sent", "refused", "failed", "unknown", "none")
_STEP = 100  # seconds: a lease takes three
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


class Killed(msgspec.Struct):
    """What is left after the killing. `doubles` are keys that the stand-in saw twice: none is right.

    `cut_off` are unknown because their worker died in between, `unanswered` because WeChat hung up, which it did `dropped` times. Of
    both, `accepted` were accepted by WeChat, which only the stand-in knows. `settled` were unknown until their event was looked at;
    `events_lost` never came.
    """

    reminders: int
    kills: int
    database_kills: int
    seconds: float
    final: dict[str, int]
    unfinished: int
    cut_off: int
    unanswered: int
    accepted: int
    settled: int
    dropped: int
    events_lost: int
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
    api_url = f"http://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        server = Server(folder)
        stack.callback(server.stop)
        events_url = f"{api_url}/api/v1/wechat/events"
        wechat = stack.enter_context(start_stand_in(folder / "wechat", events_url, folder / "shift"))
        group = Workers(uri=server.uri, database="kill", wechat=wechat.url, folder=folder)
        group.shift((_NOON - datetime.now(UTC)).total_seconds())
        more = {"CW_PORT": api_url.rpartition(":")[2], "CW_METRICS_PORT": str(free_port())}
        api = processes.python("-m", "api", "serve", environ=group.environ | more, log=folder / "api.log")
        stack.callback(processes.stop, api)
        stack.callback(group.stop_all)
        await asyncio.to_thread(processes.wait_until_ready, api_url, api, folder / "api.log")
        return await _kill_test(group, server, wechat, chance, reminders, kills, workers, seconds)


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
    whim = random.Random(chance.random())
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
            eventSlowMs=whim.choice([0, 1000, 15000]), times=whim.choice([1, 3]), eventLose=whim.choice([0, 0.05]),
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
    await _drain(group, wechat, database, seconds)
    return await _count(database, wechat, reminders, kills, database_kills, time.monotonic() - begun)


async def _drain(group: Workers, wechat: StandIn, database: Database, seconds: float) -> None:
    """Until nothing is due any more. Where nothing moves, the clock does: leases run out, waiting attempts come up, and events are
    looked for.

    While the workers get on, it is left alone: leases that run out under their hands would only make them stumble, and a message that
    is accepted under them would be too far from its claim. So it is until each has looked since the clock was moved last, which takes
    many seconds on a busy machine, and while events are on their way, which would be late by the clock.
    """
    end = time.monotonic() + seconds + 90
    notices = database.collection("notices")
    before, moved_at = -1, _LONG_AGO
    while time.monotonic() < end:
        left = await notices.count_documents({"wake_at": {"$gt": _LONG_AGO}})
        if left == 0:
            return
        has_looked = await asyncio.to_thread(group.delivered_since, moved_at) is not None
        if has_looked and left == before and not (await asyncio.to_thread(wechat.health))["eventsWaiting"]:
            looked_for = await notices.count_documents(
                {"push": "unknown", "claim": None, "wake_at": {"$gt": _LONG_AGO}}
            )
            step = _STEP if left > looked_for else LOOK.total_seconds()
            shift = float(group.shift_file.read_text()) + step
            group.shift(shift)
            moved_at = datetime.now(UTC) + timedelta(seconds=shift)
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
    unknown = {d["_id"]: d["reason"] async for d in told.find({"push": "unknown"}, {"reason": 1})}
    settled = await told.count_documents({"reason": {"$regex": "^event:"}})
    why = Counter(unknown.values())
    health = await asyncio.to_thread(wechat.health)
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
        accepted=len(unknown.keys() & set(keys)),
        settled=settled,
        dropped=health["dropped"],
        events_lost=health["eventsLost"],
        doubles=len(keys) - len(set(keys)),
        pushed=len(keys),
        sent_without_push=len(sent - set(keys)),
    )
