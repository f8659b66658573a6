"""Ready means able: each thing that would keep residents from filing is named, and what will soon do so is noted."""

import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api.demo import database as embedded
from api.infra.ability import WrongDatabase, look, require
from api.infra.clock import SystemClock
from api.infra.mongo import Database
from tests.support.api import Api
from tests.support.mongo import end, free_port, hindered, wait_for_port
from tests.support.replicas import Replicas


def now(**off: int) -> datetime:
    return SystemClock().now() + timedelta(**off)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[str]:
    """A server that is no replica set."""
    port = free_port()
    command = [embedded.program(), "--port", str(port), "--dbpath", str(tmp_path), "--bind_ip", "127.0.0.1"]
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield f"mongodb://127.0.0.1:{port}/"
    finally:
        end(process)


async def test_a_whole_replica_set_is_able(database: Database) -> None:
    await require(database)
    assert (await look(database, now())).fault is None


async def test_a_single_server_is_refused_in_one_line(alone: str) -> None:
    database = Database(alone, "alone")
    with pytest.raises(WrongDatabase, match="no transactions") as refused:
        await require(database)
    assert "\n" not in str(refused.value)
    assert (await look(database, now())).fault == "database-unfit"
    await database.close()


@pytest.mark.parametrize("off", [{"weeks": 3}, {"minutes": -10}])
async def test_a_clock_that_is_off_is_named(database: Database, off: dict[str, int]) -> None:
    assert (await look(database, now(**off))).fault == "clock-off"


async def test_a_full_disk_is_named(database: Database) -> None:
    async with hindered(database, failCommands=["update"], errorCode=14031):
        assert (await look(database, now())).fault == "database-full"


async def test_nobody_there_is_named() -> None:
    database = Database(f"mongodb://127.0.0.1:{free_port()}/?replicaSet=credit", "nobody")
    assert (await look(database, now())).fault == "database-away"
    await database.close()


async def test_readiness_says_why_in_its_status(api: Api) -> None:
    async with hindered(api.services.database, failCommands=["update"], errorCode=14031):
        answer = await api.anyone.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "database-full")
    assert int(answer.headers["retry-after"]) > 0
    assert (await api.anyone.get("/health/ready")).json()["status"] == "ready"


@pytest.mark.processes
async def test_a_lost_majority_is_named(tmp_path: Path) -> None:
    members = Replicas(tmp_path, 3)
    try:
        members.start()
        others = [number for number in range(3) if number != members.primary()]
        database = Database(members.uri, "majority")
        assert (await look(database, now())).fault is None
        with members.standing_still(*others):
            assert (await look(database, now())).fault == "database-no-majority"
        await database.close()
    finally:
        members.stop()
