"""What reaches a unit that has neither a key nor an account here: nothing, and nobody is told that it did."""

from datetime import date

import pytest

from tests.support.api import Api, officer, resident
from tests.support.cases import UNIT, done, keyed, penalty, signed_in, stored
from tests.support.world import FixedClock

FILED = {"pledgeVersion": "2026-1", "performance": "已缴清"}


@pytest.mark.parametrize("is_here", [False, True])
@pytest.mark.parametrize("what", ["objections", "repairs", "letters"])
async def test_urging_says_who_can_see_it_and_the_queue_shows_it(
    api: Api, clock: FixedClock, what: str, is_here: bool
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer())
    record = await stored(api.services, penalty(resident(api.services)))
    if is_here:
        await keyed(api)
    filing = {
        "objections": {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"], "text": "金额不对"},
        "repairs": {**FILED, "recordId": record.id, "addressee": "unit"},
        "letters": {"kind": "question", "recordId": record.id, "topics": ["class"]},
    }[what]
    case = done(await me.post(f"/me/{what}", json=filing), 201)
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert line["urgedOn"] is None
    done(await me.post(f"/me/{what}/{case['id']}/urge", json={}))
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert line["urgedOn"] == "2026-11-23"
    notices = {one["kind"]: one["text"] for one in done(await me.get("/me/notices"))["items"]}
    told = notices[f"{what}.urged"]
    if is_here:
        assert f"{UNIT}和" in told and "都看得到" in told and "没有在这里开通账号" not in told
    else:
        assert f"{UNIT}没有在这里开通账号，看不到" in told and "打电话或者书面催办" in told
    first = notices["letters.asked" if what == "letters" else f"{what}.filed"]
    assert ("没有在这里开通账号" in first) is not is_here, "nor is the case itself said to have reached it"
    assert done(await desk.get(f"/staff/cases/{what}/{case['id']}"))["isUnitHere"] is is_here, "the desk says it"


async def test_what_the_centre_owes_is_urged_of_the_centre(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {**FILED, "recordId": record.id, "addressee": "centre"}
    case = done(await me.post("/me/repairs", json=filing), 201)
    done(await me.post(f"/me/repairs/{case['id']}/urge", json={}))
    (told,) = [one["text"] for one in done(await me.get("/me/notices"))["items"] if one["kind"] == "repairs.urged"]
    assert "的工作人员在待办里看得到" in told and UNIT not in told
    (filed,) = [one["text"] for one in done(await me.get("/me/notices"))["items"] if one["kind"] == "repairs.filed"]
    assert "没有在这里开通账号" not in filed
