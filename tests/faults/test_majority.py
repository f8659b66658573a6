"""What a primary shows and no majority holds yet is told to nobody: neither an answer, nor a refusal that it would cause."""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from pymongo import ASCENDING, IndexModel
from pymongo.errors import PyMongoError

from api.composition import Services
from api.infra.database_faults import AlreadyThere, is_outage
from api.infra.errors import Conflict, Unavailable
from api.infra.mongo import Database
from tests.support.api import Api, open_api, resident
from tests.support.cases import penalty, stored
from tests.support.replicas import Replicas
from tests.support.world import FixedClock

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with tempfile.TemporaryDirectory(prefix="cw-majority-") as folder:
        started = Replicas(Path(folder), 3)
        try:
            started.start()
            yield started
        finally:
            started.stop()


@pytest.fixture
async def database(replicas: Replicas) -> AsyncIterator[Database]:
    """As patient as in production: three seconds."""
    made = Database(replicas.uri, "majority")
    await made.drop()
    yield made
    await made.close()


@pytest.fixture
async def api(database: Database, clock: FixedClock) -> AsyncIterator[Api]:
    async with open_api(database, clock) as opened:
        yield opened


class Seen(msgspec.Struct):
    """Whose WeChat it is."""

    openid: str
    unionid: str | None = None


def others(replicas: Replicas) -> list[int]:
    return [number for number in range(3) if number != replicas.primary()]


async def filed(api: Api, services: Services, record: str, key: str) -> httpx.Response:
    body = {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    who = api.as_(resident(services))
    return await who.post("/me/objections", json=body, headers={"Idempotency-Key": key})


async def test_a_filing_of_unknown_outcome_is_answered_once_a_majority_holds_it_and_never_refused(
    replicas: Replicas, api: Api
) -> None:
    record = (await stored(api.services, penalty(resident(api.services)))).id
    with replicas.standing_still(*others(replicas)):
        for _ in range(2):
            answer = await filed(api, api.services, record, "same-key")
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["retry-after"]) > 0
        other = await filed(api, api.services, record, "other-key")
        assert other.status_code == 503, "whether a case is open is not known yet"
    await asyncio.to_thread(replicas.wait_until_whole)
    answer = await filed(api, api.services, record, "same-key")
    assert answer.status_code == 201, answer.text
    cases = await api.services.database.collection("objections").find({}).to_list(9)
    assert [case["_id"] for case in cases] == [answer.json()["id"]]
    refused = await filed(api, api.services, record, "other-key")
    assert (refused.status_code, refused.json()["code"]) == (409, "objection-already-open")


async def test_a_refusal_waits_for_what_it_was_taken_from(replicas: Replicas, database: Database) -> None:
    await database.ensure_indexes({"things": [IndexModel([("key", ASCENDING)], name="by_key", unique=True)]})
    things = database.collection("things")

    async def put(tx: Any) -> None:
        await things.insert_one({"_id": asyncio.get_running_loop().time(), "key": 1}, session=tx)

    async def look(tx: Any) -> None:
        if await things.find_one({"key": 1}, session=tx):
            raise Conflict

    with replicas.standing_still(*others(replicas)):
        for work in (put, put, look):
            with pytest.raises(PyMongoError) as fault:
                await database.transact(work)
            assert is_outage(fault.value), repr(fault.value)
    with pytest.raises(AlreadyThere):
        await database.transact(put)
    with pytest.raises(Conflict):
        await database.transact(look)


async def test_what_is_there_already_by_ones_own_earlier_try_counts_only_when_a_majority_holds_it(
    replicas: Replicas, database: Database
) -> None:
    documents = [{"_id": n} for n in range(3)]
    with replicas.standing_still(*others(replicas)):
        for _ in range(2):
            with pytest.raises((PyMongoError, Unavailable)) as fault:
                await database.insert_missing("rows", lambda: documents)
            assert is_outage(fault.value), repr(fault.value)
    assert await database.insert_missing("rows", lambda: [*documents, {"_id": 3}]) == documents
    assert await database.collection("rows").count_documents({}) == 4


async def test_a_refusal_is_an_outage_when_another_primary_took_over_meanwhile(
    replicas: Replicas, database: Database
) -> None:
    before = replicas.primary()

    async def work(tx: Any) -> None:
        await database.collection("things").find_one({}, session=tx)
        await asyncio.to_thread(replicas.ask, before, {"replSetStepDown": 20, "secondaryCatchUpPeriodSecs": 5})
        await asyncio.to_thread(replicas.primary, before)
        raise Conflict

    with pytest.raises((Unavailable, PyMongoError)) as fault:
        await database.transact(work)
    assert isinstance(fault.value, Unavailable) or is_outage(fault.value), repr(fault.value)
    await asyncio.to_thread(replicas.wait_until_whole)


async def test_one_who_signs_in_twice_at_once_waits_for_the_account_that_is_there(
    replicas: Replicas, api: Api, clock: FixedClock
) -> None:
    with replicas.standing_still(*others(replicas)):
        for _ in range(2):
            with pytest.raises(PyMongoError) as fault:
                await api.services.accounts.admit(Seen("openid-one"), clock.now())
            assert is_outage(fault.value), repr(fault.value)
    account = await api.services.accounts.admit(Seen("openid-one"), clock.now())
    assert (await api.services.accounts.admit(Seen("openid-one"), clock.now())).id == account.id


def put(database: Database, name: str) -> Callable[[Any], Awaitable[None]]:
    async def work(tx: Any) -> None:
        for collection in ("things", "papers"):
            database.hold(tx, {"insert": collection, "documents": [{"_id": name}]})

    return work


async def there(database: Database, collection: str) -> list[str]:
    return sorted([row["_id"] async for row in database.collection(collection).find({})])


async def test_what_many_wrote_together_is_acknowledged_to_nobody_before_a_majority_holds_it(
    replicas: Replicas, database: Database
) -> None:
    names = [f"n{number:02}" for number in range(20)]
    with replicas.standing_still(*others(replicas)):
        outcomes = await asyncio.gather(
            *(database.transact(put(database, name)) for name in names), return_exceptions=True
        )
        for outcome in outcomes:
            assert isinstance(outcome, PyMongoError) and is_outage(outcome), repr(outcome)
    await asyncio.to_thread(replicas.wait_until_whole)
    outcomes = await asyncio.gather(*(database.transact(put(database, name)) for name in names), return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, AlreadyThere) for outcome in outcomes), outcomes
    assert await there(database, "things") == await there(database, "papers") == names


async def test_a_primary_killed_while_many_commit_together_loses_halves_and_doubles_nothing(
    replicas: Replicas, database: Database
) -> None:
    for collection in ("things", "papers"):
        await database.raw.create_collection(collection)
    acknowledged: list[str] = []
    open_: list[BaseException] = []
    is_over = asyncio.Event()

    async def person(number: int) -> None:
        for turn in itertools.count():
            name = f"{number:02}/{turn:05}"
            while not is_over.is_set():
                try:
                    await database.transact(put(database, name))
                except AlreadyThere:
                    pass  # by a try of unknown outcome, which a majority holds
                except (PyMongoError, Unavailable) as fault:
                    open_.append(fault)
                    continue
                acknowledged.append(name)
                break
            else:
                return

    people = [asyncio.create_task(person(number)) for number in range(40)]
    await asyncio.sleep(0.5)
    killed = replicas.primary()
    await asyncio.to_thread(replicas.kill, killed)
    before = len(acknowledged)
    await asyncio.to_thread(replicas.primary, killed)
    async with asyncio.timeout(30):
        while len(acknowledged) < before + 2 * len(people):  # noqa: ASYNC110  # forty tasks add to it
            await asyncio.sleep(0.05)
    is_over.set()
    await asyncio.gather(*people)
    assert all(isinstance(fault, Unavailable) or is_outage(fault) for fault in open_), open_
    things = await there(database, "things")
    assert things == await there(database, "papers")
    assert set(acknowledged) <= set(things) and len(acknowledged) == len(set(acknowledged))
    assert len(set(things) - set(acknowledged)) <= len(people), "at most the last of each is of unknown outcome"
    await asyncio.to_thread(replicas.launch, killed)
    await asyncio.to_thread(replicas.wait_until_whole)
