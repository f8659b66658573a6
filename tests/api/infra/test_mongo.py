"""Transactions over the real wire: all or nothing, unique keys named, writers in the way tried again."""

import asyncio
from typing import Any

import pytest
from pymongo import ASCENDING, IndexModel

from api.infra.errors import Conflict, Unavailable
from api.infra.mongo import AlreadyThere, Database


async def test_what_is_refused_in_the_middle_leaves_nothing(database: Database) -> None:
    things = database.collection("things")

    async def work(tx: Any) -> None:
        await things.insert_one({"_id": "a"}, session=tx)
        raise Conflict

    with pytest.raises(Conflict):
        await database.transact(work)
    assert await things.count_documents({}) == 0


async def test_a_taken_unique_key_names_its_index(database: Database) -> None:
    await database.ensure_indexes({"things": [IndexModel([("key", ASCENDING)], name="by_key", unique=True)]})
    things = database.collection("things")
    await things.insert_one({"_id": "a", "key": 1})

    async def work(tx: Any) -> None:
        await things.insert_one({"_id": "b", "key": 1}, session=tx)

    with pytest.raises(AlreadyThere) as refused:
        await database.transact(work)
    assert refused.value.index == "by_key"


async def test_writers_in_each_others_way_all_get_through(database: Database) -> None:
    things = database.collection("things")
    await things.insert_one({"_id": "n", "count": 0})

    async def work(tx: Any) -> None:
        current = await things.find_one({"_id": "n"}, session=tx)
        await things.update_one({"_id": "n"}, {"$set": {"count": current["count"] + 1}}, session=tx)

    await asyncio.gather(*(database.transact(work) for _ in range(4)))
    assert (await things.find_one({"_id": "n"}))["count"] == 4


async def test_a_database_that_is_away_is_unavailable_within_its_timeout() -> None:
    away = Database("mongodb://127.0.0.1:1", "x", timeout_ms=300)
    with pytest.raises(Unavailable):
        await away.ping()
    await away.close()
