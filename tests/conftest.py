"""One embedded database a test run; a database of its own for each test that asks."""

from collections.abc import AsyncIterator, Iterator

import pytest

from api.infra.mongo import Database
from tests.support.api import Api, open_api
from tests.support.mongo import Server, TimelessDatabase, start_server
from tests.support.world import FixedClock


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real secantusd process of this test worker, reached over the wire."""
    with start_server(tmp_path_factory.mktemp("mongo")) as server:
        yield server


@pytest.fixture
async def database(mongo_server: Server) -> AsyncIterator[Database]:
    """A fresh database, dropped afterwards."""
    database = TimelessDatabase(mongo_server.uri, mongo_server.new_name(), timeout_ms=10_000)
    yield database
    await database.drop()
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
