"""The database of a test worker that stays from test to test: emptied after each, with its indexes and its connections."""

import os
from collections.abc import AsyncIterator, Sequence, Set
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from pymongo import IndexModel

from api.composition import Services
from api.infra import held, migrations, rekeying
from api.infra.mongo import CONFIRMATIONS, Database
from tests.support.mongo import Server
from tests.support.world import KEYS

_MARKS: dict[str, dict[str, Any]] = {
    migrations.COLLECTION: {"_id": "schema", "version": migrations.newest(), "after": None},
    rekeying.STATE.name: rekeying._document(rekeying.Progress(id=rekeying._STATE, name=KEYS.index_name)),
}
"""What a start writes into a database that has never been started on, after asking five times: most tests start one."""
_DECLARED = {one.name for one in Services.COLLECTIONS} | {migrations.COLLECTION, CONFIRMATIONS}


class Kept(Database):
    """Its indexes are made once: to ask for all of them takes longer than most tests. So does meeting the server, and whoever brings
    no listeners takes the client of the one before.
    """

    made: ClassVar[set[tuple[str, str]]] = set()
    _clients: ClassVar[dict[str, Any]] = {}

    def __init__(self, uri: str, name: str, listeners: Sequence[Any] = ()) -> None:
        self._uri = uri
        self._is_shared = not listeners
        super().__init__(uri, name, timeout_ms=60_000, listeners=listeners)  # a busy machine is no fault

    def _connected(self, uri: str, timeout_ms: int, pool: int, listeners: Sequence[Any]) -> Any:
        if not self._is_shared:
            return super()._connected(uri, timeout_ms, pool, listeners)
        if uri not in self._clients:
            self._clients[uri] = super()._connected(uri, timeout_ms, pool, listeners)
        self._clients[uri]._io_loop = None  # it finds the loop of this test
        return self._clients[uri]

    async def ensure_indexes(self, indexes: dict[str, Sequence[IndexModel]]) -> None:
        wanted = {(name, str([model.document for model in models])): name for name, models in indexes.items()}
        missing = {name: indexes[name] for key, name in wanted.items() if key not in self.made}
        await super().ensure_indexes(missing)
        self.made.update(wanted)

    async def drop(self) -> None:
        await super().drop()
        self.made.clear()

    async def close(self) -> None:
        """A statement that is still under way must not meet the next test: its connection is closed under it."""
        if self._is_shared and not self._settling and not self._joined.tasks and not held.threads._under_way:
            while self._sessions:
                await self._sessions.pop().end_session()
            return
        if self._is_shared:
            self._clients.pop(self._uri, None)
        await super().close()

    @classmethod
    def hang_up(cls) -> None:
        for client in cls._clients.values():
            client.close()
        cls._clients.clear()

    async def empty(self, declared: Set[str]) -> None:
        """What is declared stays as a collection, with its indexes, and the marks where they are as a start leaves them."""
        there = set(await self.raw.list_collection_names())
        for name in await filled(self, sorted(there & declared)):
            await self.collection(name).delete_many({"$nor": [_MARKS[name]]} if name in _MARKS else {})
        for name in there - declared:
            await self.raw.drop_collection(name)
            self.made.difference_update([key for key in self.made if key[0] == name])


@asynccontextmanager
async def emptied(server: Server, listeners: Sequence[Any] = ()) -> AsyncIterator[Kept]:
    """An empty database; `listeners` hear what is sent to it."""
    database = Kept(server.uri, f"t{os.getpid()}", listeners)
    try:
        yield database
    finally:
        await database.empty(_DECLARED)
        await database.close()


async def filled(database: Database, names: Sequence[str]) -> list[str]:
    """Those collections in which something stands, out of one question."""
    if not names:
        return []
    one: dict[str, list[dict[str, Any]]] = {
        name: [{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": name}}}] for name in names
    }
    unions = [{"$unionWith": {"coll": name, "pipeline": one[name]}} for name in names[1:]]
    found = database.collection(names[0]).aggregate([*one[names[0]], *unions])
    return [document["name"] async for document in found]
