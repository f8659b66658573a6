"""What a transaction holds back is sent in its order, seen by what comes after, refused as if it had been sent at once, and never halved."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from pymongo import ASCENDING, IndexModel

from api.infra.collections import matches
from api.infra.database_faults import AlreadyThere
from api.infra.errors import Conflict, Outdated
from api.infra.mongo import Database
from tests.support.mongo import hindered


def put(database: Database, tx: Any, *keys: str, taken: type[Conflict] | None = None) -> None:
    for key in keys:
        database.hold(tx, {"insert": "things", "documents": [{"_id": key}]}, taken=taken)


async def left(database: Database) -> list[str]:
    return sorted([row["_id"] async for row in database.collection("things").find({})])


async def by_find_one(things: Any, tx: Any) -> int:
    return int(await things.find_one({"_id": "b"}, session=tx) is not None) + 1


async def by_find(things: Any, tx: Any) -> int:
    return len(await things.find({}, session=tx).to_list(9))


async def by_count(things: Any, tx: Any) -> int:
    number: int = await things.count_documents({}, session=tx)
    return number


async def by_aggregate(things: Any, tx: Any) -> int:
    return len(await things.aggregate([{"$match": {}}], session=tx).to_list(9))


async def by_update(things: Any, tx: Any) -> int:
    number: int = (await things.update_many({}, {"$set": {"seen": True}}, session=tx)).matched_count
    return number


LOOKS = (by_find_one, by_find, by_count, by_aggregate, by_update)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.__name__)
async def test_the_next_statement_of_the_transaction_sees_what_was_held_and_nobody_else_does(
    database: Database, look: Callable[[Any, Any], Awaitable[int]]
) -> None:
    things = database.collection("things")

    async def work(tx: Any) -> int:
        put(database, tx, "a", "b")
        assert await left(database) == []
        return await look(things, tx)

    assert await database.transact(work) == 2
    assert await left(database) == ["a", "b"]


async def test_a_taken_key_is_refused_as_the_caller_says_or_by_its_index_and_leaves_nothing(database: Database) -> None:
    await database.ensure_indexes({"things": [IndexModel([("key", ASCENDING)], name="by_key", unique=True)]})
    await database.collection("things").insert_one({"_id": "there", "key": 1})

    async def refused(tx: Any) -> None:
        put(database, tx, "new")
        put(database, tx, "there", taken=Conflict)

    async def named(tx: Any) -> None:
        database.hold(tx, {"insert": "things", "documents": [{"_id": "new", "key": 2}, {"_id": "other", "key": 1}]})

    for way in (database.transact, database.rehearse):
        with pytest.raises(Conflict):
            await way(refused)
        with pytest.raises(AlreadyThere) as taken:
            await way(named)
        assert taken.value.index == "by_key"
    assert await left(database) == ["there"]


async def test_an_update_that_finds_nothing_ends_the_transaction(database: Database) -> None:
    async def work(tx: Any) -> None:
        put(database, tx, "a")
        gone = {"q": {"_id": "gone"}, "u": {"$set": {"seen": True}}}
        database.hold(tx, {"update": "things", "updates": [gone]}, check=matches(1))

    with pytest.raises(Outdated):
        await database.transact(work)
    assert await left(database) == []


async def test_what_is_refused_after_it_was_held_is_not_sent(database: Database) -> None:
    async def work(tx: Any) -> None:
        put(database, tx, "a")
        raise Conflict

    async def next_one(tx: Any) -> None:
        put(database, tx, "b")

    with pytest.raises(Conflict):
        await database.transact(work)
    await database.transact(next_one)
    assert await left(database) == ["b"]


async def test_writers_in_each_others_way_all_get_through(database: Database) -> None:
    await database.collection("things").insert_one({"_id": "n", "count": 0})

    async def work(tx: Any) -> None:
        one_more = {"q": {"_id": "n"}, "u": {"$inc": {"count": 1}}}
        database.hold(tx, {"update": "things", "updates": [one_more]}, check=matches(1))

    await asyncio.gather(*(database.transact(work) for _ in range(4)))
    assert await database.collection("things").find_one({"_id": "n"}) == {"_id": "n", "count": 4}


async def test_who_leaves_while_it_is_sent_leaves_all_of_it_or_nothing(database: Database) -> None:
    await database.collection("things").insert_one({"_id": "before"})

    async def work(tx: Any) -> None:
        put(database, tx, "a", "b", "c")

    async with hindered(database, failCommands=["insert"], blockConnection=True, blockTimeMS=200):
        leaving = asyncio.create_task(database.transact(work))
        await asyncio.sleep(0.3)
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving
    assert await left(database) in (["before"], ["a", "b", "before", "c"])


def test_nothing_is_held_without_a_transaction(database: Database) -> None:
    with pytest.raises(TypeError):
        put(database, None, "a")
