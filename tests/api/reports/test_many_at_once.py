"""Many people ask for their reports at the same moment: their reads are shared, and nobody sees anything of another."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.infra.actors import Actor
from api.infra.mongo import Database
from api.records import store
from tests.support.api import Api, open_api, resident
from tests.support.kept import emptied
from tests.support.mongo import Server
from tests.support.records import make_record, put_records
from tests.support.world import FixedClock
from tests.wiring.test_round_trips import Counted

_PEOPLE = 24


@pytest.fixture
async def crowd(mongo_server: Server, clock: FixedClock) -> AsyncIterator[tuple[Api, Database, list[Actor], Counted]]:
    """Everybody has as many records as their number says, modulo four, each with a title of its own."""
    counted = Counted()
    async with emptied(mongo_server, [counted]) as database, open_api(database, clock) as api:
        people = [resident(api.services, f"acc_{n}", f"number-{n}") for n in range(_PEOPLE)]
        for n, who in enumerate(people):
            await put_records(
                api.services, *(make_record(api.services, who, title=f"第{n}人第{k}条") for k in range(n % 4))
            )
        counted.sent.clear()
        yield api, database, people, counted


async def _all(api: Api, people: list[Actor], tags: dict[str, str] | None = None) -> list[httpx.Response]:
    return await asyncio.gather(
        *(api.as_(who).get("/me/report", headers={"If-None-Match": tags[who.id]} if tags else {}) for who in people)
    )


def _titles(answer: httpx.Response) -> list[Any]:
    return [record["title"] for record in _records(answer)]


def _ids(answer: httpx.Response) -> list[Any]:
    return [record["id"] for record in _records(answer)]


def _records(answer: httpx.Response) -> list[Any]:
    return [record for section in answer.json()["sections"] for record in section["records"]]


async def test_each_gets_the_own_records_in_order_by_fewer_statements_than_people(
    crowd: tuple[Api, Database, list[Actor], Counted],
) -> None:
    api, _, people, counted = crowd
    answers = await _all(api, people)
    for n, answer in enumerate(answers):
        assert answer.status_code == 200, answer.text
        assert sorted(_titles(answer)) == [f"第{n}人第{k}条" for k in range(n % 4)]
        assert _ids(answer) == sorted(_ids(answer), reverse=True), "the newest first"
    alone = [await api.as_(who).get("/me/report") for who in people[:4]]
    assert [one.headers["etag"] for one in alone] == [one.headers["etag"] for one in answers[:4]]
    reads = [name for name, where, _ in counted.sent if where == "records"]
    assert reads.count("aggregate") <= _PEOPLE / 4 + len(alone), counted.sent
    counted.sent.clear()
    tags = {who.id: answer.headers["etag"] for who, answer in zip(people, answers, strict=True)}
    assert {answer.status_code for answer in await _all(api, people, tags)} == {304}
    assert len(counted.sent) <= _PEOPLE / 4, counted.sent
    shifted = dict(zip(tags, [*list(tags.values())[1:], tags[people[0].id]], strict=True))
    assert {answer.status_code for answer in await _all(api, people, shifted)} == {200}, "another's version is none"


async def test_whose_record_cannot_be_opened_is_the_only_one_without_a_report(
    crowd: tuple[Api, Database, list[Actor], Counted],
) -> None:
    api, database, people, _ = crowd
    await database.collection("records").update_one({"title": "第7人第0条"}, {"$set": {"particulars": b"nonsense"}})
    assert [answer.status_code for answer in await _all(api, people)] == [
        500 if n == 7 else 200 for n in range(_PEOPLE)
    ]


async def test_nobodys_records_are_left_out_because_others_have_many(
    crowd: tuple[Api, Database, list[Actor], Counted], monkeypatch: pytest.MonkeyPatch
) -> None:
    api, _, people, _ = crowd
    before = await _all(api, people)
    monkeypatch.setattr(store, "_MAX_READ", 4)
    after = await _all(api, people)
    assert [_titles(one) for one in after] == [_titles(one) for one in before]
    assert [one.headers["etag"] for one in after] == [one.headers["etag"] for one in before]


async def test_a_report_has_all_records_of_somebody_with_more_than_are_read_of_many(
    crowd: tuple[Api, Database, list[Actor], Counted],
) -> None:
    api, database, people, _ = crowd
    many = [make_record(api.services, people[0], title=f"第{k}条") for k in range(store._MAX_READ + 3)]
    documents = store.RecordStore(database, api.services.keys).documents_of(many)
    await database.collection("records").insert_many(documents)
    answers = await _all(api, people[:4])
    assert [len(_ids(answer)) for answer in answers] == [len(many), 1, 2, 3]
    tags = {who.id: answer.headers["etag"] for who, answer in zip(people, answers, strict=False)}
    oldest = min(many, key=lambda record: record.id)
    await database.collection("records").update_one({"_id": oldest.id}, {"$inc": {"version": 1}})
    assert [answer.status_code for answer in await _all(api, people[:4], tags)] == [200, 304, 304, 304]
    subject = people[0].bound_subject
    assert len(await api.services.records.list_of_subject(subject)) == len(many)
    assert len(await api.services.records.versions_of_subject(subject)) == len(many)
