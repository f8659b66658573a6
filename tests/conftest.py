"""One MongoDB a test worker; a database of its own for each test that asks."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from api.composition import Services
from api.infra import migrations
from api.infra.mongo import CONFIRMATIONS, Database
from tests.support.api import Api, open_api
from tests.support.mongo import Server, start_server
from tests.support.world import FixedClock

settings.register_profile(
    "untimed", deadline=None
)  # a busy machine is no fault; what is measured stands in tests/bench
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[Server]:
    """A real mongod of this test worker, reached over the wire."""
    with start_server() as server:
        yield server


@pytest.fixture
async def database(mongo_server: Server) -> AsyncIterator[Database]:
    """An empty database. Its indexes stay from test to test: making them takes longer than most tests."""
    database = Database(mongo_server.uri, f"t{os.getpid()}", timeout_ms=10_000)
    yield database
    declared = {one.name for one in Services.COLLECTIONS}
    kept = declared | {migrations.COLLECTION, CONFIRMATIONS}
    await asyncio.gather(
        *(
            database.collection(name).delete_many({}) if name in kept else database.raw.drop_collection(name)
            for name in await database.raw.list_collection_names()
        )
    )
    await database.close()


@pytest.fixture
def clock() -> FixedClock:
    """Stands at 2026-11-21 10:00 in Shanghai until moved."""
    return FixedClock.at("2026-11-21T10:00+08:00")


@pytest.fixture
async def api(database: Database, clock: FixedClock) -> AsyncIterator[Api]:
    """The application on this loop, with an httpx client for each actor."""
    async with open_api(database, clock) as opened:
        yield opened
