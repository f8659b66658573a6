"""`python -m schedulers --once`: it ends when it is told to, and says what it left to somebody else."""

import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from api.infra.clock import SystemClock
from api.infra.heartbeats import HeartbeatStore
from api.infra.mongo import Database
from api.infra.settings import Settings
from schedulers.cli import work_until_told
from schedulers.jobs import Job
from schedulers.work import Work
from tests.support.api import make_settings
from tests.support.mongo import Server


@pytest.fixture
async def settings(mongo_server: Server) -> AsyncIterator[Settings]:
    name = mongo_server.new_name()
    yield make_settings(MONGODB_URI=mongo_server.uri, CW_DATABASE=name)
    database = Database(mongo_server.uri, name)
    await database.drop()
    await database.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_end_it_begins_no_other_job(settings: Settings, number: signal.Signals) -> None:
    done: list[str] = []

    async def first(_: Work) -> dict[str, int]:
        done.append("first")
        os.kill(os.getpid(), number)
        return {}

    async def second(_: Work) -> dict[str, int]:
        done.append("second")
        return {}

    jobs = (Job("first", first, every_seconds=5), Job("second", second, every_seconds=5))
    assert await work_until_told(settings, jobs, is_once=True) == 1, "not everything was done"
    assert done == ["first"]


async def test_a_job_that_another_worker_holds_is_said_to_be_left(settings: Settings) -> None:
    """A worker that was killed holds its jobs for minutes yet: whoever runs them by hand must not take them for done."""
    done: list[str] = []

    async def free(_: Work) -> dict[str, int]:
        done.append("free")
        return {}

    async def taken(_: Work) -> dict[str, int]:
        done.append("taken")
        return {}

    database = Database(settings.mongodb_uri, settings.mongodb_database)
    now = SystemClock().now()
    assert await HeartbeatStore(database).lease("taken", "wrk_dead", now, now + timedelta(minutes=9))
    await database.close()
    with capture_logs() as logs:
        jobs = (Job("taken", taken, every_seconds=5), Job("free", free, every_seconds=5))
        assert await work_until_told(settings, jobs, is_once=True) == 0, "nothing failed"
    assert done == ["free"]
    assert [(line["event"], line["job"]) for line in logs if "job" in line] == [("job-held-elsewhere", "taken")]
