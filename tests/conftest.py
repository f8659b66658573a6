"""One MongoDB a test worker; a database of its own for each test that asks."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence, Set
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from pymongo import IndexModel

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


class Kept(Database):
    """Its indexes stay from test to test, and are made once: to ask for all of them takes longer than most tests."""

    made: ClassVar[set[tuple[str, str]]] = set()

    async def ensure_indexes(self, indexes: dict[str, Sequence[IndexModel]]) -> None:
        wanted = {(name, str([model.document for model in models])): name for name, models in indexes.items()}
        missing = {name: indexes[name] for key, name in wanted.items() if key not in self.made}
        await super().ensure_indexes(missing)
        self.made.update(wanted)

    async def drop(self) -> None:
        await super().drop()
        self.made.clear()

    async def empty(self, declared: Set[str]) -> None:
        """What is declared stays as a collection, with its indexes."""
        there = set(await self.raw.list_collection_names())
        for name in await self._filled(sorted(there & declared)):
            await self.collection(name).delete_many({})
        for name in there - declared:
            await self.raw.drop_collection(name)
            self.made.difference_update([key for key in self.made if key[0] == name])

    async def _filled(self, names: Sequence[str]) -> list[str]:
        """Those in which something stands, out of one question."""
        if not names:
            return []
        one: dict[str, list[dict[str, Any]]] = {
            name: [{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": name}}}] for name in names
        }
        unions = [{"$unionWith": {"coll": name, "pipeline": one[name]}} for name in names[1:]]
        found = self.collection(names[0]).aggregate([*one[names[0]], *unions])
        return [document["name"] async for document in found]


@pytest.fixture
async def database(mongo_server: Server) -> AsyncIterator[Database]:
    """An empty database."""
    database = Kept(mongo_server.uri, f"t{os.getpid()}", timeout_ms=10_000)
    yield database
    await database.empty({one.name for one in Services.COLLECTIONS} | {migrations.COLLECTION, CONFIRMATIONS})
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
