"""Transactions over the real wire: all or nothing, unique keys named, writers in the way tried again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pymongo import ASCENDING, IndexModel, UpdateMany
from pymongo.errors import PyMongoError

from api.infra.database_faults import AlreadyThere, is_outage
from api.infra.errors import Conflict
from api.infra.mongo import Database
from api.infra.queries import Query
from tests.support.mongo import Server, hindered


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


async def test_indexes_are_built_for_as_long_as_it_takes(database: Database, hurried: Database) -> None:
    things = database.collection("things")
    models = [IndexModel([("key", ASCENDING), (other, ASCENDING)], name=other) for other in ("one", "two", "three")]
    async with hindered(database, failCommands=["createIndexes"], blockConnection=True, blockTimeMS=1600):
        with pytest.raises(PyMongoError):
            await hurried.raw["things"].create_indexes(models)
        await hurried.ensure_indexes({"things": models})
    assert {"one", "two", "three"} <= (await things.index_information()).keys()


async def test_a_session_serves_again_only_after_its_transaction_ended_well(database: Database) -> None:
    rows = database.collection("things")
    seen: list[Any] = []

    async def put(tx: Any) -> None:
        seen.append(tx)
        await rows.insert_one({"_id": len(seen)}, session=tx)

    async def refuse(tx: Any) -> None:
        await put(tx)
        raise Conflict

    await database.transact(put)
    await database.transact(put)
    with pytest.raises(Conflict):
        await database.transact(refuse)
    await database.transact(put)
    assert seen[0] is seen[1] is seen[2] is not seen[3]
    assert seen[2].has_ended
    await asyncio.gather(database.transact(put), database.transact(put))
    assert seen[4] is not seen[5]
    assert sorted([row["_id"] async for row in rows.find({})]) == [1, 2, 4, 5, 6]


async def test_what_is_missing_is_inserted_also_where_one_command_cannot_hold_it(database: Database) -> None:
    rows = database.collection("things")
    await rows.insert_one({"_id": 16, "was": "there"})
    large = [{"_id": number, "text": "x" * 1_000_000} for number in range(18)]
    assert await database.insert_missing("things", lambda: [*large, {"_id": 3}]) == [large[16], {"_id": 3}]
    assert await rows.count_documents({}) == 18
    assert await rows.find_one({"_id": 16}) == {"_id": 16, "was": "there"}
    assert await database.insert_missing("things", lambda: [{"_id": 18}]) == []


async def test_writers_in_each_others_way_all_get_through(database: Database) -> None:
    things = database.collection("things")
    await things.insert_one({"_id": "n", "count": 0})

    async def work(tx: Any) -> None:
        current = await things.find_one({"_id": "n"}, session=tx)
        await things.update_one({"_id": "n"}, {"$set": {"count": current["count"] + 1}}, session=tx)

    await asyncio.gather(*(database.transact(work) for _ in range(4)))
    assert (await things.find_one({"_id": "n"}))["count"] == 4


async def lasts_too_long(hurried: Database, *, first: Any = None) -> None:
    """A transaction that holds a document of `things` and is over its time."""

    async def work(tx: Any) -> None:
        await hurried.collection("things").update_one({"_id": "n"}, {"$set": {"by": "slow"}}, session=tx)
        await asyncio.sleep(1.1)
        if first is not None:
            await first(tx)

    with pytest.raises(PyMongoError):
        await hurried.transact(work)


@pytest.fixture
async def hurried(database: Database, mongo_server: Server) -> AsyncIterator[Database]:
    made = Database(mongo_server.uri, database.raw.name, timeout_ms=1000)
    await made.raw.command("ping")  # the time is for the work, not for meeting the server
    yield made
    await made.close()


@pytest.mark.timeout(30)
async def test_who_runs_out_of_time_at_work_keeps_no_document_from_others(
    database: Database, hurried: Database
) -> None:
    things = database.collection("things")
    await things.insert_one({"_id": "n", "by": "nobody"})

    async def again(tx: Any) -> None:
        await hurried.collection("things").update_one({"_id": "n"}, {"$set": {"by": "slow"}}, session=tx)

    await lasts_too_long(hurried, first=again)

    async def work(tx: Any) -> None:
        await things.update_one({"_id": "n", "by": "nobody"}, {"$set": {"by": "next"}}, session=tx)

    await database.transact(work)
    assert (await things.find_one({"_id": "n"}))["by"] == "next"


@pytest.mark.timeout(30)
async def test_a_commit_that_came_too_late_to_be_sent_is_still_settled(database: Database, hurried: Database) -> None:
    things = database.collection("things")
    await things.insert_one({"_id": "n", "by": "nobody"})
    await lasts_too_long(hurried)
    await hurried.close()

    async def work(tx: Any) -> None:
        await things.update_one({"_id": "n"}, {"$set": {"last": "next"}}, session=tx)

    await database.transact(work)
    assert await things.find_one({"_id": "n"}) == {"_id": "n", "by": "slow", "last": "next"}


async def test_a_database_that_is_away_is_unavailable_within_its_timeout() -> None:
    away = Database("mongodb://127.0.0.1:1", "x", timeout_ms=300)
    with pytest.raises(PyMongoError) as fault:
        await away.confirm()
    assert is_outage(fault.value)
    await away.close()


WRITES: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "insert": lambda things: things.insert_one({"_id": "a"}),
    "insert several": lambda things: things.insert_many([{"_id": "a"}, {"_id": "b"}], ordered=False),
    "update": lambda things: things.update_many({}, {"$set": {"n": 1}}),
    "bulk": lambda things: things.bulk_write([UpdateMany({}, {"$set": {"n": 1}})], ordered=False),
    "findAndModify": lambda things: things.find_one_and_update({"_id": "a"}, {"$set": {"n": 1}}, upsert=True),
    "createIndexes": lambda things: things.create_indexes([IndexModel([("n", ASCENDING)], name="by_n")]),
}


@pytest.mark.parametrize("name", WRITES)
async def test_a_primary_that_steps_down_while_a_majority_is_waited_for_is_an_outage(
    database: Database, hurried: Database, name: str
) -> None:
    """What the server says of it comes with its answer, as a write concern that failed: a worker that made its indexes died of it."""
    things = hurried.collection("things")
    commands = ["insert", "update", "findAndModify", "createIndexes"]
    stepped_down = {"code": 189, "codeName": "PrimarySteppedDown", "errmsg": "Primary stepped down while waiting"}
    async with hindered(database, failCommands=commands, writeConcernError=stepped_down):
        with pytest.raises(PyMongoError) as fault:
            await WRITES[name](things)
    assert is_outage(fault.value), repr(fault.value)


async def test_a_taken_key_in_a_bulk_is_no_outage(database: Database) -> None:
    things = database.collection("things")
    with pytest.raises(PyMongoError) as fault:
        await things.insert_many([{"_id": "a"}, {"_id": "a"}])
    assert not is_outage(fault.value)


async def test_two_reads_in_one_statement_give_each_its_own_in_order_also_where_it_is_more_than_an_answer_holds(
    database: Database,
) -> None:
    await database.collection("things").insert_many([{"_id": n, "of": "a", "large": "x" * 900_000} for n in range(40)])
    await database.collection("others").insert_many([{"_id": n, "of": "a", "kept": n, "left": n} for n in range(3)])
    many = Query("things", {"of": "a"}, lambda found: [one["_id"] for one in found], 30, sort={"_id": -1})
    few = Query("others", {"of": "a"}, list, 2, fields={"_id": 0, "kept": 1}, sort={"kept": 1})
    assert await database.read_both(many, few) == (list(range(39, 9, -1)), [{"kept": 0}, {"kept": 1}])
    assert await database.read_both(few, many) == ([{"kept": 0}, {"kept": 1}], list(range(39, 9, -1)))
    assert await database.read(many) == list(range(39, 9, -1))
    none = Query("nothing", {"of": "a"}, list, 5)
    assert await database.read_both(none, few) == ([], [{"kept": 0}, {"kept": 1}])
