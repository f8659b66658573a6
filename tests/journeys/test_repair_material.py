"""Material that a repair waits for: a day told in advance, a reminder before it, and an end after it that refuses nothing."""

from datetime import date
from typing import Any

import httpx
import pytest

from tests.support.api import Api, officer, resident
from tests.support.cases import UNIT, allowed, done, keyed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

NOTE = {"reason": "核对材料"}
FILING = {"pledgeVersion": "2026-1", "performance": "已缴清"}
LAST = date(2026, 12, 14)  # fifteen working days after 23 November


class Waiting:
    """A repair that waits for material, asked for on 23 November 2026 by the centre or by the unit."""

    def __init__(self, me: httpx.AsyncClient, by: httpx.AsyncClient, record: str, case: Any, at: str) -> None:
        self.me, self.by, self.record, self.case, self.at = me, by, record, case, at

    async def step(self, action: str) -> httpx.Response:
        return await self.by.post(f"{self.at}/{action}", json=NOTE if self.at.startswith("/staff") else {})

    async def notices(self, kind: str) -> list[Any]:
        return [one for one in done(await self.me.get("/me/notices"))["items"] if one["kind"] == kind]

    async def booked(self) -> list[str]:
        found = done(await self.me.get("/me/notices/booked"))["items"]
        return [one["on"] for one in found if one["kind"] == "repairs.material_due"]


async def waiting(api: Api, clock: FixedClock, who: str, place: str = "dalian") -> Waiting:
    clock.move_to(date(2026, 11, 23))
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services), place))
    addressee = "unit" if who == "unit" else "centre"
    case = done(await me.post("/me/repairs", json={**FILING, "recordId": record.id, "addressee": addressee}), 201)
    by = await keyed(api, place) if who == "unit" else signed_in(api, officer(place))
    at = f"/{'provider' if who == 'unit' else 'staff'}/repairs/{case['id']}"
    asking = {"items": ["缴款凭证", "整改照片"], **({} if who == "unit" else NOTE)}
    asked = done(await by.post(f"{at}/ask-for-material", json=asking))
    assert asked["material"]["answerBy"] == LAST.isoformat()
    return Waiting(me, by, record.id, case, at)


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
@pytest.mark.parametrize("who", ["centre", "unit"])
async def test_what_is_never_given_ends_the_application_after_the_day_that_was_told_and_refuses_nothing(
    api: Api, clock: FixedClock, who: str, place: str
) -> None:
    one = await waiting(api, clock, who, place)
    (told,) = await one.notices("repairs.material_asked")
    assert "2026年12月14日" in told["text"] and "不是法定期限" in told["text"]
    assert await one.booked() == ["2026-12-09"]
    mine = done(await one.me.get(f"/me/repairs/{one.case['id']}"))
    assert mine["ask"] == "请您补交材料，最晚12月14日" and mine["material"]["answerBy"] == "2026-12-14"

    clock.move_to(LAST, hour=23)
    assert "lapse" not in allowed(done(await one.by.get(one.at)))
    early = refused(await one.step("lapse"), 409, "repair-material-day-running")
    assert "2026年12月14日" in early["detail"]
    clock.move_to(date(2026, 12, 15))
    assert "lapse" in allowed(done(await one.by.get(one.at)))
    ended = done(await one.step("lapse"))
    assert ended["status"] == "lapsed" and not ended["isOpen"] and ended["actions"] == []
    assert ended["decision"]["by"] == (UNIT if who == "unit" else ended["material"]["by"])
    assert not [step for step in ended["clocks"] if step["doneAt"] is None]

    (closed,) = await one.notices("repairs.lapsed")
    assert "随时可以再申请" in closed["text"] and "不是不同意" in closed["text"]
    paper = done(await one.me.get(f"/me/repairs/{one.case['id']}/decision"))
    text = "".join(line for passage in paper["passages"] for line in passage["paragraphs"])
    assert paper["title"] == "信用修复申请办理终止通知书" and paper["issuedBy"] == ended["decision"]["by"]
    assert "缴款凭证、整改照片" in text and "2026年12月14日" in text and "不是不予修复" in text
    assert done(await one.me.get(f"/me/repairs/{one.case['id']}"))["remedies"]
    pledges = done(await one.me.get("/me/pledges"))["items"]
    assert {pledge["status"] for pledge in pledges} == {"released"}
    again = {**FILING, "recordId": one.record, "addressee": "centre", "pledgeVersion": "2026-2"}
    assert done(await one.me.post("/me/repairs", json=again), 201)["status"] == "submitted"


@pytest.mark.parametrize("who", ["centre", "unit"])
async def test_material_that_comes_after_the_day_is_taken_as_long_as_nobody_has_ended_it(
    api: Api, clock: FixedClock, who: str
) -> None:
    one = await waiting(api, clock, who)
    clock.move_to(date(2026, 12, 21))
    given = done(await one.me.post(f"/me/repairs/{one.case['id']}/material", json={"answer": "刚出院，见附件"}))
    assert given["status"] == ("forwarded" if who == "unit" else "submitted") and given["ask"] is None
    assert await one.booked() == []
    refused(await one.step("lapse"), 409, "action-not-allowed")


async def test_the_day_can_be_put_off_but_never_brought_forward(api: Api, clock: FixedClock) -> None:
    one = await waiting(api, clock, "centre")
    assert "give-time" not in allowed(done(await one.by.get(one.at)))
    refused(await one.step("give-time"), 409, "repair-material-day-not-later")
    clock.move_to(date(2026, 12, 10))
    later = done(await one.step("give-time"))
    assert later["material"]["answerBy"] == "2026-12-31" and later["status"] == "material_asked"
    (told,) = await one.notices("repairs.material_day")
    assert "2026年12月31日" in told["text"]
    assert await one.booked() == ["2026-12-26"]
    clock.move_to(date(2026, 12, 15))
    refused(await one.step("lapse"), 409, "repair-material-day-running")


async def test_who_was_told_no_day_is_told_one_before_anything_ends(api: Api, clock: FixedClock) -> None:
    """As those who were asked before days were told."""
    one = await waiting(api, clock, "centre")
    await api.services.database.collection("repairs").update_one(
        {"_id": one.case["id"]}, {"$unset": {"material.answer_by": ""}}
    )
    clock.move_to(date(2027, 3, 1))
    assert allowed(done(await one.by.get(one.at))) == {"give-time"}
    refused(await one.step("lapse"), 409, "repair-material-day-not-told")
    told = done(await one.step("give-time"))
    clock.move_to(date.fromisoformat(told["material"]["answerBy"]))
    refused(await one.step("lapse"), 409, "repair-material-day-running")
