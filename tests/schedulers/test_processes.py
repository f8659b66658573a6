"""The worker as a real process: killed, stopped, sent four days ahead; over a real database and a real stand-in."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api.composition import Services
from api.infra.clock import civil_date
from api.infra.mongo import Database
from schedulers.deliveries import is_quiet
from schedulers.pace import AT_ONCE
from tests.schedulers.killing import kill_test
from tests.schedulers.world import bank_at_stand_in, opening, settle, states
from tests.support.api import make_settings
from tests.support.mongo import Server
from tests.support.wechat import start_stand_in
from tests.support.workers import Workers
from tests.support.world import KEYS

pytestmark = pytest.mark.processes
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


async def test_killed_at_random_every_reminder_ends_once_and_wechat_sees_no_key_twice(tmp_path: Path) -> None:
    seen = await kill_test(tmp_path, reminders=300, kills=4, workers=2, seconds=8)
    assert seen.unfinished == 0, seen
    assert sum(seen.final.values()) == 300, seen
    assert seen.doubles == 0, seen
    assert seen.sent_without_push == 0, seen
    assert seen.final.get("sent", 0) > 150, seen
    unseen = seen.pushed - seen.final.get("sent", 0)
    assert 0 <= unseen <= seen.final.get("unknown", 0), "whatever WeChat saw beyond what we know is unknown"
    assert seen.cut_off <= seen.kills * AT_ONCE, "what was with WeChat when its worker died, and nothing else"
    assert seen.unanswered <= seen.dropped, seen
    assert seen.accepted <= seen.events_lost, "what WeChat accepted is unknown only where its event was lost"


@pytest.fixture
def group(mongo_server: Server, tmp_path: Path) -> Iterator[Workers]:
    with start_stand_in(tmp_path / "wechat") as wechat:
        workers = Workers(uri=mongo_server.uri, database=mongo_server.new_name(), wechat=wechat.url, folder=tmp_path)
        yield workers
        workers.stop_all()


async def until(group: Workers, database: Database, wanted: dict[tuple[str, str], int], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    seen: dict[tuple[str, str], int] = {}
    while time.monotonic() < end:
        seen = await states(database)
        if seen == wanted:
            return
        await asyncio.sleep(0.3)
    raise AssertionError(f"{seen} is not {wanted}\n{group.logs()}")


async def delivered_since(group: Workers, instant: datetime, seconds: float = 90) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if page := await asyncio.to_thread(group.delivered_since, instant):
            return page
        await asyncio.sleep(0.2)
    raise AssertionError(group.logs())


async def test_the_clock_jumps_four_days_and_all_is_caught_up_outside_the_quiet_hours(group: Workers) -> None:
    database = Database(group.uri, group.database, timeout_ms=20_000)
    await Services(make_settings(), database=database).prepare()
    openids = await asyncio.to_thread(bank_at_stand_in, group.wechat, [f"jump{n}" for n in range(20)])
    booked_at = NOON - timedelta(days=1)
    today = civil_date(NOON)
    notices = [opening(n, booked_at, today + timedelta(days=1 + n % 4)) for n in range(20)]
    await settle(database, KEYS, list(enumerate(openids)), notices, booked_at)
    group.shift((NOON - datetime.now(UTC)).total_seconds())
    for _ in range(2):
        group.start()
    await delivered_since(group, NOON)
    assert await states(database) == {("booked", "waiting"): 20}, "nothing is due today"
    late = NOON + timedelta(days=4, hours=11)
    group.shift((late - datetime.now(UTC)).total_seconds())
    await delivered_since(group, late)
    assert await states(database) == {("booked", "waiting"): 20}, "it is eleven at night"
    group.shift((NOON - datetime.now(UTC) + timedelta(days=5)).total_seconds())
    await until(group, database, {("told", "sent"): 20})
    async for document in database.collection("notices").find({}, {"told_at": 1}):
        assert not is_quiet(document["told_at"])
    await database.drop()
    await database.close()


async def test_it_shows_itself_on_its_own_port_and_ends_cleanly_when_told(group: Workers) -> None:
    group.shift(0)
    began, process = datetime.now(UTC), group.start()
    assert "credit_window_outbox_backlog" in await delivered_since(group, began)
    ready = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{group.ports[-1]}/ready", timeout=10)
    assert ready.json() == {"status": "ready", "faults": []}
    process.terminate()
    assert await asyncio.to_thread(process.wait, 30) == 0, group.logs()
    group.running.remove(process)


async def test_once_runs_all_that_is_due_and_exits(group: Workers) -> None:
    group.shift(0)
    process = group.start("--once")
    assert await asyncio.to_thread(process.wait, 60) == 0, group.logs()
    group.running.remove(process)


def test_it_loads_neither_the_web_nor_the_bot_nor_what_draws_and_names_every_missing_setting_at_once() -> None:
    code = "import schedulers.cli, sys; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], env={"PYTHONPATH": "."}, text=True).split()
    assert not {"litestar", "bot.reading", "numpy", "rapidfuzz", "segno", "typst"} & set(loaded)
    told = subprocess.run(
        [sys.executable, "-m", "schedulers"], env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "MONGODB_URI" in told.stderr
    assert "CW_WECHAT_APPID" in told.stderr
