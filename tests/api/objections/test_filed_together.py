"""Many people file in the same moment, and are committed together: each gets the answer that they would have got alone."""

import asyncio

import httpx
import pytest

from api.infra.actors import Actor
from tests.support.api import Api, resident
from tests.support.cases import done, penalty, refused, stored
from tests.support.sign_in import resident_number

WRITTEN = {"objections": 1, "queue": 1, "notices": 3, "audits": 1, "once": 1}
"""For each; of the notices two are reminders of later days."""


@pytest.fixture(autouse=True)
def paced(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: in tests, programs play people."""
    monkeypatch.setattr(api.services.limiter, "_keeps_pace", True)


async def file(api: Api, who: Actor, record: str, key: str, text: str = "罚款金额记错了。") -> httpx.Response:
    body = {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": text}
    return await api.as_(who).post("/me/objections", json=body, headers={"Idempotency-Key": key})


async def crowd(api: Api, number: int) -> list[tuple[Actor, str]]:
    people = [
        resident(api.services, f"acc_{n}", resident_number(f"11010519850{n // 28 + 1}{n % 28 + 1:02}123"))
        for n in range(number)
    ]
    return [(who, (await stored(api.services, penalty(who))).id) for who in people]


async def number_of(api: Api, name: str) -> int:
    number: int = await api.services.database.collection(name).count_documents({})
    return number


async def test_everybody_of_a_crowd_has_filed_once(api: Api) -> None:
    people = await crowd(api, 40)
    before = {name: await number_of(api, name) for name in WRITTEN}
    answers = await asyncio.gather(*(file(api, who, record, "key-one") for who, record in people))
    filed = [done(answer, 201) for answer in answers]
    assert len({case["number"] for case in filed}) == 40
    written = {name: await number_of(api, name) - before[name] for name in WRITTEN}
    assert written == {name: 40 * number for name, number in WRITTEN.items()}
    for (who, record), case in zip(people, filed, strict=True):
        (listed,) = done(await api.as_(who).get("/me/objections"))["items"]
        assert listed["id"] == case["id"]
        marks = (await api.services.records.owned(who, record, api.services.clock.now())).marks
        assert [mark.case_id for mark in marks] == [case["id"]]


async def test_what_is_refused_to_one_is_refused_to_nobody_else(api: Api) -> None:
    (again, its_record), (hurried, first), (twice, clicked), *others = await crowd(api, 16)
    earlier = done(await file(api, again, its_record, "earlier"), 201)
    second = (await stored(api.services, penalty(hurried))).id
    same, reused, already_open, one, other, *clicks_and_others = await asyncio.gather(
        file(api, again, its_record, "earlier"),
        file(api, again, its_record, "earlier", "另一件事。"),
        file(api, again, its_record, "later"),
        file(api, hurried, first, "first"),
        file(api, hurried, second, "second"),
        *(file(api, twice, clicked, "click") for _ in range(3)),
        *(file(api, who, record, "key") for who, record in others),
    )
    assert done(same, 201) == earlier
    refused(reused, 409, "idempotency-key-reused")
    refused(already_open, 409, "objection-already-open")
    late, well = sorted((one, other), key=lambda answer: -answer.status_code)
    done(well, 201)
    refused(late, 429, "too-fast")
    assert int(late.headers["Retry-After"]) > 0
    clicks, rest = clicks_and_others[:3], clicks_and_others[3:]
    assert [answer.status_code for answer in rest] == [201] * len(others)
    assert len({done(answer, 201)["id"] for answer in clicks}) == 1
    assert await number_of(api, "objections") == len(others) + 3
