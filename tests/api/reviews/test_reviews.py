"""Where the centre wants it, nobody sends a paper alone: one officer drafts, others sign, and the last signature decides."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from api.infra.centres import Centre
from api.infra.mongo import Database
from tests.support.api import Api, auditor, officer, open_api, resident
from tests.support.cases import done, employed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

NAMES = {"stf_one": "赵一", "stf_two": "周三", "stf_three": "吴四"}
DRAFT = {"action": "reject", "reasons": "事实核对无误。", "reason": "已看原件"}


def centres(review: int) -> str:
    one = Centre("某市信用中心", "0411", "窗口", "工作日", review=review)
    return msgspec.json.encode({"dalian": one, "yunnan": Centre("某省信用中心", "0871", "窗口", "工作日")}).decode()


class Place:
    def __init__(self, api: Api, case: Any) -> None:
        self.api, self.case = api, case
        self.one, self.two, self.three = (signed_in(api, officer("dalian", name)) for name in NAMES)
        self.party = signed_in(api, resident(api.services))
        self.path = f"/staff/objections/{case['id']}"

    async def status(self) -> str:
        return str(done(await self.party.get(f"/me/objections/{self.case['id']}"))["status"])


async def opened(api: Api) -> Place:
    for name, shown in NAMES.items():
        await employed(api, name, display_name=shown)
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
    return Place(api, done(await signed_in(api, actor).post("/me/objections", json=filing), 201))


@pytest.fixture(params=[1, 2])
async def place(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> AsyncIterator[Place]:
    async with open_api(database, clock, CW_CENTRES=centres(request.param)) as api:
        yield await opened(api)


async def test_who_drafts_does_not_decide_and_the_last_signature_does(place: Place) -> None:
    alone = await place.one.post(f"{place.path}/reject", json={"reasons": "事实核对无误。", "reason": "已看原件"})
    refused(alone, 409, "review-needed")
    wanted = done(await place.one.get("/staff/reviews"))["wanted"]
    refused(
        await place.one.post(f"{place.path}/proposal", json={**DRAFT, "action": "uphold"}),
        400,
        "objection-correction-needed",
    )
    drafted = done(await place.one.post(f"{place.path}/proposal", json=DRAFT), 201)
    refused(await place.two.post(f"{place.path}/proposal", json=DRAFT), 409, "already-proposed")
    (own,), (others,) = [done(await one.get("/staff/reviews"))["items"] for one in (place.one, place.two)]
    assert (own["isMine"], own["isDraftMine"]) == (True, True), "drafted it, and has signed nothing"
    assert (others["isMine"], others["isDraftMine"]) == (False, False)
    refused(await place.one.post(f"/staff/reviews/{drafted['id']}/sign"), 409, "same-officer")
    paper = done(await place.two.get(f"/staff/reviews/{drafted['id']}/paper"))
    assert "事实核对无误" in str(paper["passages"]) and await place.status() == "with_provider"
    elsewhere = signed_in(place.api, officer("yunnan", "stf_far"))
    assert (await elsewhere.post(f"/staff/reviews/{drafted['id']}/sign")).status_code == 404

    signed = done(await place.two.post(f"/staff/reviews/{drafted['id']}/sign"))
    if wanted == 2:
        assert (signed["status"], await place.status()) == ("open", "with_provider")
        (waiting,) = done(await place.two.get("/staff/reviews"))["items"]
        assert (waiting["isMine"], waiting["isDraftMine"]) == (True, False)
        refused(await place.two.post(f"/staff/reviews/{drafted['id']}/sign"), 409, "same-officer")
        signed = done(await place.three.post(f"/staff/reviews/{drafted['id']}/sign"))
    assert (signed["status"], await place.status()) == ("issued", "rejected")
    last = done(await place.one.get(place.path))["history"][-1]
    by = "承办赵一，审核并签发周三" if wanted == 1 else "承办赵一，审核周三，签发吴四"
    assert last["note"] == f"已看原件（{by}）"
    refused(await place.three.post(f"/staff/reviews/{drafted['id']}/sign"), 409, "review-over")
    assert done(await place.one.get("/staff/reviews"))["items"] == []
    entries = done(await signed_in(place.api, auditor()).get("/staff/audit", params={"action": "reviews.issue"}))
    assert [one["byName"] for one in entries["items"]] == ["周三" if wanted == 1 else "吴四"]


async def test_a_draft_is_given_back_with_a_reason_and_drafted_anew(place: Place) -> None:
    drafted = done(await place.one.post(f"{place.path}/proposal", json=DRAFT), 201)
    back = done(await place.two.post(f"/staff/reviews/{drafted['id']}/return", json={"reason": "理由太短"}))
    assert (back["status"], await place.status()) == ("returned", "with_provider")
    done(await place.one.post(f"{place.path}/proposal", json=DRAFT), 201)


async def test_who_drafted_reads_why_it_was_returned(place: Place) -> None:
    drafted = done(await place.one.post(f"{place.path}/proposal", json=DRAFT), 201)
    done(await place.two.post(f"/staff/reviews/{drafted['id']}/return", json={"reason": "理由太短"}))
    (back,) = done(await place.one.get("/staff/reviews"))["returned"]
    assert (back["by"], back["why"], back["caseRef"]) == ("周三", "理由太短", place.case["id"])
    assert done(await place.two.get("/staff/reviews"))["returned"] == []
    own = done(await place.one.post(f"{place.path}/proposal", json=DRAFT), 201)
    done(await place.one.post(f"/staff/reviews/{own['id']}/return", json={"reason": "自己收回"}))
    assert [one["why"] for one in done(await place.one.get("/staff/reviews"))["returned"]] == ["理由太短"]


async def test_where_nothing_is_set_one_officer_decides_as_before(api: Api) -> None:
    place = await opened(api)
    assert done(await place.one.get("/staff/reviews"))["wanted"] == 0
    done(await place.one.post(f"{place.path}/reject", json={"reasons": "事实核对无误。", "reason": "已看原件"}))
    assert await place.status() == "rejected"
