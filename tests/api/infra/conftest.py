"""The ground is tested on databases that hold nothing at all, not even indexes."""

from collections.abc import AsyncIterator

import pytest

from api.infra.mongo import Database
from tests.support.mongo import Server


@pytest.fixture
async def database(mongo_server: Server) -> AsyncIterator[Database]:
    """A new database, dropped afterwards."""
    database = Database(mongo_server.uri, mongo_server.new_name(), timeout_ms=10_000)
    yield database
    await database.drop()
    await database.close()
