"""A courtesy request (大连) to a unit that cannot read it here: the officer sees it, passes it on and enters the answer."""

from datetime import date
from typing import Any

import httpx
import pytest

from api.infra.migrations import COLLECTION, migrate, newest
from api.records.models import Standing
from tests.support.api import Api, officer, resident
from tests.support.cases import allowed, clocks, done, refused, signed_in
from tests.support.choices import keyed, make_record, stored
from tests.support.world import KEYS, FixedClock

UNIT = "某志愿服务联合会"


async def asked(api: Api, clock: FixedClock) -> tuple[httpx.AsyncClient, httpx.AsyncClient, str, Any]:
    """The resident, the desk, the record and the reply to the request."""
    clock.move_to(date(2026, 11, 23))
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("dalian"))
    record = await stored(api.services, make_record(actor, jurisdiction="dalian", copies=()))
    return (
        me,
        desk,
        record.id,
        done(await me.post("/me/withdrawals", json={"recordIds": [record.id], "asCourtesy": True}), 201),
    )


async def test_it_waits_in_the_queue_is_passed_on_and_declined_on_paper(api: Api, clock: FixedClock) -> None:
    me, desk, record, reply = await asked(api, clock)
    assert "没有在这里开通账号，由信用中心书面转给它" in reply["note"]
    case = reply["withdrawals"][0]
    assert case["statusLabel"] == "等提供单位答复" and clocks(case) == {"withdrawal.pass_on": "2026-11-26"}
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert (line["errand"], line["caseRef"], line["about"]) == ("withdrawals", case["id"], "优秀志愿者")
    assert not line["next"]["due"]["isStatutory"]
    assert done(await desk.get(f"/staff/cases/withdrawals/{case['id']}"))["record"]["id"] == record
    at = f"/staff/withdrawals/{case['id']}"
    assert allowed(done(await desk.get(at))) == {"pass_on", "agree", "decline"}
    assert (await signed_in(api, officer("yunnan", "stf_other")).get(at)).status_code == 404

    clock.move_to(date(2026, 11, 25))
    for wrong in ("2026-11-22", "2026-11-26"):
        refused(await desk.post(f"{at}/pass-on", json={"reason": "发函", "on": wrong}), 400, "invalid")
    passed = done(await desk.post(f"{at}/pass-on", json={"reason": "挂号信 XA1", "on": "2026-11-24"}))
    assert clocks(passed) == {"withdrawal.courtesy": "2026-12-08"} and passed["passedOn"] == "2026-11-24"
    refused(await desk.post(f"{at}/pass-on", json={"reason": "发函", "on": "2026-11-25"}), 409, "courtesy-passed-on")
    (told,) = [n for n in done(await me.get("/me/notices"))["items"] if n["kind"] == "withdrawals.passed_on"]
    assert "2026年11月24日" in told["text"] and UNIT in told["text"]
    (found,) = done(await desk.post("/staff/cases/search", json={"number": case["number"]}))["items"]
    assert found["caseRef"] == case["id"]

    assert (
        await desk.post(f"{at}/decline", json={"reason": "来函"})
    ).status_code == 400  # never without the unit's reasons
    said = {"reason": "来函〔2026〕3号", "reasons": "表彰依规须公开一年"}
    assert done(await desk.post(f"{at}/decline", json=said))["status"] == "declined"
    mine = done(await me.get(f"/me/withdrawals/{case['id']}"))
    assert [one["note"] for one in mine["history"]] == [None, None, "表彰依规须公开一年"]
    assert "来函〔2026〕3号" not in str(mine) and clocks(mine) == {}
    assert done(await desk.get("/staff/queue"))["items"] == []


async def test_what_the_unit_agreed_to_on_paper_is_stopped_in_its_name(api: Api, clock: FixedClock) -> None:
    me, desk, record, reply = await asked(api, clock)
    at = f"/staff/withdrawals/{reply['withdrawals'][0]['id']}"
    agreed = done(await desk.post(f"{at}/agree", json={"reason": "单位来函同意"}))
    assert agreed["status"] == "agreed" and agreed["digest"]
    after = await api.services.records.get(record)
    assert after.standing is Standing.WITHDRAWN and after.changes[-1].unit == UNIT
    assert done(await desk.get("/staff/queue"))["items"] == []
    assert "单位来函同意" not in (await me.get(agreed["id"] and f"/me/withdrawals/{agreed['id']}")).text


async def test_a_unit_that_can_read_it_here_owes_the_answer_and_gives_it(api: Api, clock: FixedClock) -> None:
    unit = await keyed(api, jurisdiction="dalian")
    _, desk, _, reply = await asked(api, clock)
    case = reply["withdrawals"][0]
    assert reply["note"].startswith("请求已转给提供单位") and clocks(case) == {"withdrawal.courtesy": "2026-12-07"}
    at = f"/staff/withdrawals/{case['id']}"
    assert allowed(done(await desk.get(at))) == {"agree", "decline"}, "it may still answer on paper"
    answered = done(await unit.post(f"/provider/withdrawals/{case['id']}/answer", json={"isAgreed": True}))
    assert answered["status"] == "agreed" and done(await desk.get("/staff/queue"))["items"] == []


@pytest.mark.parametrize("end", ["cancel", "agree"])
async def test_who_asked_before_there_was_a_queue_stands_in_it_after_the_migration(
    api: Api, clock: FixedClock, end: str
) -> None:
    me, desk, _, reply = await asked(api, clock)
    case, database = reply["withdrawals"][0]["id"], api.services.database
    await database.collection("withdrawals").update_one({"_id": case}, {"$unset": {"steps": ""}})
    await database.collection("queue").delete_one({"_id": case})
    await database.collection(COLLECTION).replace_one({"_id": "schema"}, {"version": 12, "after": None}, upsert=True)
    for _ in range(2):
        assert await migrate(database, KEYS, lambda *_: None) == newest()
        (line,) = done(await desk.get("/staff/queue"))["items"]
        assert (line["caseRef"], line["next"]["clock"]) == (case, "withdrawal.courtesy")
        assert (line["next"]["owedBy"], line["next"]["due"]["on"]) == (UNIT, "2026-12-07")
    if end == "agree":
        done(await desk.post(f"/staff/withdrawals/{case}/agree", json={"reason": "来函"}))
    else:
        done(await me.post(f"/me/withdrawals/{case}/cancel"))
    assert done(await desk.get("/staff/queue"))["items"] == []
