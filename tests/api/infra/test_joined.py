"""Transactions that only write are committed as one with those that wait beside them, and nobody is harmed or helped by another."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pymongo
import pytest
from pymongo import ASCENDING, IndexModel
from pymongo.errors import PyMongoError
from pymongo.monitoring import CommandListener, CommandStartedEvent

from api.infra.collections import matches
from api.infra.database_faults import AlreadyThere, is_outage
from api.infra.errors import Conflict, Outdated
from api.infra.mongo import Database
from tests.support.mongo import Server, hindered

Work = Callable[[Any], Awaitable[None]]
NAMES = [f"n{number:02}" for number in range(12)]


class Counted(CommandListener):
    """What went out, with how much of it each statement held."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []

    def started(self, event: CommandStartedEvent) -> None:
        items = event.command.get("documents") or event.command.get("updates") or event.command.get("deletes") or ()
        self.sent.append((event.command_name, len(items)))

    def number(self, name: str) -> int:
        return sum(sent == name for sent, _ in self.sent)

    async def until_sent(self, name: str) -> None:
        async with asyncio.timeout(10):
            while not self.number(name):  # noqa: ASYNC110  # the driver's threads tell
                await asyncio.sleep(0.005)

    def most(self, name: str) -> int:
        return max(items for sent, items in self.sent if sent == name)

    def succeeded(self, event: object) -> None: ...
    def failed(self, event: object) -> None: ...


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
async def database(mongo_server: Server, counted: Counted) -> AsyncIterator[Database]:
    database = Database(mongo_server.uri, mongo_server.new_name(), timeout_ms=10_000, listeners=[counted])
    await database.ensure_indexes({"things": [IndexModel([("key", ASCENDING)], name="by_key", unique=True)]})
    for name in ("papers", "counts", "lists", "many", "slow"):
        await database.raw.create_collection(name)  # or those who do it first are in each other's way
    counted.sent.clear()
    yield database
    await database.drop()
    await database.close()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes without who is under way, however slow the machine is."""
    monkeypatch.setattr("api.infra.joined._LONGEST_WAIT", 20.0)


def adding(database: Database, name: str, *, taken: type[Conflict] | None = None, key: str | None = None) -> Work:
    async def work(tx: Any) -> None:
        database.hold(tx, {"insert": "things", "documents": [{"_id": name, "key": key or name}]}, taken=taken)
        database.hold(tx, {"insert": "papers", "documents": [{"_id": name}]})

    return work


def counting(database: Database, name: str, seen: int | None = None) -> Work:
    """One more, if it is as it was seen."""

    async def work(tx: Any) -> None:
        query = {"_id": name} if seen is None else {"_id": name, "count": seen}
        one_more = {"q": query, "u": {"$inc": {"count": 1}}}
        database.hold(tx, {"update": "counts", "updates": [one_more]}, check=matches(1))
        database.hold(
            tx, {"update": "lists", "updates": [{"q": {"_id": name}, "u": {"$inc": {"n": 1}}, "upsert": True}]}
        )

    return work


async def all_of(database: Database, works: list[Work]) -> list[BaseException | None]:
    return await asyncio.gather(*(database.transact(work) for work in works), return_exceptions=True)


async def left(database: Database, collection: str) -> list[str]:
    return sorted([row["_id"] async for row in database.collection(collection).find({})])


@asynccontextmanager
async def one_under_way(database: Database) -> AsyncIterator[None]:
    """Somebody's commit does not come to its end within the context: who comes then waits, and goes without it in the end."""
    begun, may_end = threading.Event(), threading.Event()

    def wait(_: Mapping[str, Any]) -> None:
        begun.set()
        may_end.wait(20)

    async def work(tx: Any) -> None:
        database.hold(tx, {"insert": "slow", "documents": [{"_id": "slow"}]}, check=wait)

    slow = asyncio.create_task(database.transact(work))
    await asyncio.to_thread(begun.wait, 20)
    try:
        yield
    finally:
        may_end.set()
        await slow


@pytest.mark.usefixtures("patience")
async def test_who_comes_alone_is_committed_at_once_and_who_waits_is_committed_together(
    database: Database, counted: Counted
) -> None:
    await database.transact(adding(database, "alone"))
    assert counted.sent == [("insert", 1), ("insert", 1), ("commitTransaction", 0)]
    counted.sent.clear()
    assert await all_of(database, [adding(database, name) for name in NAMES]) == [None] * 12
    assert counted.sent == [
        ("insert", 1), ("insert", 1), ("commitTransaction", 0),
        ("insert", 11), ("insert", 11), ("commitTransaction", 0),
    ]  # fmt: skip
    assert await left(database, "things") == await left(database, "papers") == ["alone", *NAMES]


@pytest.mark.usefixtures("patience")
async def test_at_most_sixteen_are_committed_together(database: Database, counted: Counted) -> None:
    names = [f"m{number:02}" for number in range(40)]
    assert await all_of(database, [adding(database, name) for name in names]) == [None] * 40
    assert await left(database, "things") == names
    assert counted.most("insert") == 16 and counted.number("commitTransaction") == 4


async def test_a_taken_key_is_refused_to_its_owner_alone(database: Database) -> None:
    await database.collection("things").insert_one({"_id": "there", "key": "n03"})
    works = [adding(database, name) for name in NAMES]
    works[5] = adding(database, "there", taken=Conflict, key="other")
    outcomes = await all_of(database, works)
    assert isinstance(outcomes[3], AlreadyThere) and outcomes[3].index == "by_key"
    assert isinstance(outcomes[5], Conflict)
    assert [outcome for number, outcome in enumerate(outcomes) if number not in (3, 5)] == [None] * 10
    well = [name for name in NAMES if name not in ("n03", "n05")]
    assert await left(database, "papers") == well
    assert await left(database, "things") == sorted(["there", *well])


async def test_of_two_who_want_the_same_key_one_gets_it(database: Database) -> None:
    works = [adding(database, name, key=f"key{number % 4}") for number, name in enumerate(NAMES)]
    outcomes = await all_of(database, works)
    assert sum(outcome is None for outcome in outcomes) == 4
    assert sum(isinstance(outcome, AlreadyThere) for outcome in outcomes) == 8
    assert len(await left(database, "things")) == len(await left(database, "papers")) == 4


async def test_what_has_moved_on_since_it_was_seen_is_told_to_its_owner_alone(
    database: Database, counted: Counted
) -> None:
    await database.collection("counts").insert_many([{"_id": name, "count": 7} for name in NAMES])
    assert await all_of(database, [counting(database, name, 7) for name in NAMES]) == [None] * 12
    assert counted.most("update") == 11
    outcomes = await all_of(database, [counting(database, name, 7 if name == "n04" else 8) for name in NAMES])
    assert isinstance(outcomes.pop(4), Outdated) and outcomes == [None] * 11
    counts = {row["_id"]: row["count"] async for row in database.collection("counts").find({})}
    assert counts == {name: 8 if name == "n04" else 9 for name in NAMES}
    lists = {row["_id"]: row["n"] async for row in database.collection("lists").find({})}
    assert lists == {name: 1 if name == "n04" else 2 for name in NAMES}


async def test_who_writes_the_same_document_is_not_joined_and_none_is_lost(
    database: Database, counted: Counted
) -> None:
    await database.collection("counts").insert_many([{"_id": name, "count": 0} for name in "ab"])
    assert await all_of(database, [counting(database, name) for name in "ab" * 10]) == [None] * 20
    counts = {row["_id"]: row["count"] async for row in database.collection("counts").find({})}
    assert counts == {"a": 10, "b": 10}
    assert counted.most("update") == 2


async def test_who_has_read_in_the_transaction_is_not_joined(database: Database, counted: Counted) -> None:
    counts = database.collection("counts")
    await counts.insert_many([{"_id": name, "count": 0} for name in NAMES])

    def reading(name: str) -> Work:
        async def work(tx: Any) -> None:
            seen = await counts.find_one({"_id": name}, session=tx)
            await counting(database, name, seen["count"])(tx)

        return work

    assert await all_of(database, [reading(name) for name in NAMES]) == [None] * 12
    assert counted.most("update") == 1 and counted.number("commitTransaction") == 12


async def test_what_cannot_be_told_by_ids_goes_by_itself(database: Database, counted: Counted) -> None:
    await database.collection("counts").insert_many([{"_id": name, "count": 0, "of": name} for name in NAMES])

    def twice(name: str) -> Work:
        async def work(tx: Any) -> None:
            for _ in range(2):
                await counting(database, name)(tx)

        return work

    def by_another_field(name: str) -> Work:
        async def work(tx: Any) -> None:
            database.hold(tx, {"update": "counts", "updates": [{"q": {"of": name}, "u": {"$inc": {"count": 1}}}]})

        return work

    def many(name: str) -> Work:
        async def work(tx: Any) -> None:
            database.hold(tx, {"insert": "many", "documents": [{"_id": f"{name}/{n}"} for n in range(20)]})

        return work

    for kind in (twice, by_another_field, many):
        counted.sent.clear()
        assert await all_of(database, [kind(name) for name in NAMES]) == [None] * 12
        assert counted.number("commitTransaction") == 12
    assert {row["count"] async for row in database.collection("counts").find({})} == {3}


async def test_who_leaves_harms_nobody_and_leaves_all_or_nothing(database: Database, counted: Counted) -> None:
    slowly = {"failCommands": ["commitTransaction"], "blockConnection": True, "blockTimeMS": 200}
    async with one_under_way(database), hindered(database, **slowly):
        waiting = [asyncio.create_task(database.transact(adding(database, name))) for name in NAMES]
        await asyncio.sleep(0.01)
        waiting[2].cancel()  # before it is sent
        await counted.until_sent("commitTransaction")
        waiting[7].cancel()  # while it is sent
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    for number in (7, 2):
        assert isinstance(outcomes.pop(number), asyncio.CancelledError)
    assert outcomes == [None] * 10
    there = await left(database, "things")
    assert there == await left(database, "papers") == [name for name in NAMES if name != "n02"]


async def test_another_writer_in_the_way_of_one_harms_nobody(database: Database) -> None:
    await database.collection("counts").insert_many([{"_id": name, "count": 0} for name in NAMES])
    may_end = asyncio.Event()

    async def slowly(tx: Any) -> None:
        await database.collection("counts").update_one({"_id": "n06"}, {"$inc": {"count": 1}}, session=tx)
        await may_end.wait()

    other = asyncio.create_task(database.transact(slowly))
    await asyncio.sleep(0.1)
    all_others = asyncio.create_task(all_of(database, [counting(database, name) for name in NAMES]))
    await asyncio.sleep(0.1)
    may_end.set()
    assert await all_others == [None] * 12
    await other
    counts = {row["_id"]: row["count"] async for row in database.collection("counts").find({})}
    assert counts == {name: 2 if name == "n06" else 1 for name in NAMES}


@pytest.mark.parametrize(
    "fault",
    [
        {"failCommands": ["insert"], "closeConnection": True},
        {"failCommands": ["commitTransaction"], "closeConnection": True},
        {"failCommands": ["insert"], "errorCode": 112, "errorLabels": ["TransientTransactionError"]},
        {"failCommands": ["commitTransaction"], "errorCode": 91},
        {"failCommands": ["commitTransaction"], "writeConcernError": {"code": 91, "errmsg": "shutting down"}},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values()),
)
async def test_a_fault_on_the_way_loses_nothing_and_does_nothing_twice(
    database: Database, fault: dict[str, Any]
) -> None:
    await database.collection("counts").insert_many([{"_id": name, "count": 0} for name in NAMES])

    def both(name: str) -> Work:
        async def work(tx: Any) -> None:
            await adding(database, name)(tx)
            await counting(database, name)(tx)

        return work

    admin = database.raw.client.admin
    async with one_under_way(database):
        before = await admin.command({"configureFailPoint": "failCommand", "mode": {"times": 1}, "data": fault})
        assert await all_of(database, [both(name) for name in NAMES]) == [None] * 12
    after = await admin.command({"configureFailPoint": "failCommand", "mode": "off"})
    assert after["count"] == before["count"] + 1
    assert await left(database, "things") == await left(database, "papers") == NAMES
    assert {row["count"] async for row in database.collection("counts").find({})} == {1}


async def test_who_waits_longer_than_their_time_is_told_of_an_outage_and_nothing_is_halved(database: Database) -> None:
    async def in_time(name: str, seconds: float) -> None:
        with pymongo.timeout(seconds):
            await database.transact(adding(database, name))

    slowly = {"failCommands": ["commitTransaction"], "blockConnection": True, "blockTimeMS": 600}
    async with one_under_way(database), hindered(database, **slowly):
        begun = time.monotonic()
        waiting = [asyncio.create_task(in_time(name, 0.3 if name < "n06" else 5.0)) for name in NAMES]
        hurried = await asyncio.gather(*waiting[:6], return_exceptions=True)
        assert time.monotonic() - begun < 0.6
        assert all(isinstance(fault, PyMongoError) and is_outage(fault) for fault in hurried), hurried
        assert await asyncio.gather(*waiting[6:]) == [None] * 6
    assert await left(database, "things") == await left(database, "papers") == NAMES


async def test_a_commit_without_an_answer_keeps_nobody_from_the_next(database: Database, counted: Counted) -> None:
    async with one_under_way(database):
        async with asyncio.timeout(5):
            assert await all_of(database, [adding(database, name) for name in NAMES]) == [None] * 12
        assert counted.most("insert") == 12
    assert await left(database, "slow") == ["slow"]
