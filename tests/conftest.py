"""One MongoDB a test worker; a database of its own for each test that asks."""

import gc
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from api.infra.mongo import Database
from tests.support.api import Api, open_api
from tests.support.kept import Kept, emptied
from tests.support.mongo import Server, start_server
from tests.support.world import FixedClock

settings.register_profile(
    "untimed", deadline=None
)  # a busy machine is no fault; what is measured stands in tests/bench
settings.load_profile("untimed")
gc.disable()  # while all is loaded


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not go through it during every test."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[Server]:
    """A real mongod of this test worker, reached over the wire."""
    with start_server() as server:
        yield server
        Kept.hang_up()


@pytest.fixture
async def database(mongo_server: Server) -> AsyncIterator[Database]:
    """An empty database, on which the product may have been started before."""
    async with emptied(mongo_server) as database:
        yield database


@pytest.fixture
def clock() -> FixedClock:
    """Stands at 2026-11-21 10:00 in Shanghai until moved."""
    return FixedClock.at("2026-11-21T10:00+08:00")


@pytest.fixture
async def api(database: Database, clock: FixedClock) -> AsyncIterator[Api]:
    """The application on this loop, with an httpx client for each actor."""
    async with open_api(database, clock) as opened:
        yield opened
