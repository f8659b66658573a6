"""What an officer says beside the steps of a case: who reads it, who is told, and what the party never sees."""

from datetime import date
from typing import Any

import httpx
import pytest

from tests.support.api import Api, auditor, officer, resident
from tests.support.cases import PROVIDER, done, employed, keyed, penalty, refused, signed_in, stored
from tests.support.sign_in import resident_number
from tests.support.world import FixedClock

STRANGER = resident_number("21020319900102444")


class Desk:
    def __init__(self, api: Api, case: Any) -> None:
        self.officer, self.party = signed_in(api, officer("dalian")), signed_in(api, resident(api.services))
        self.case = case
        self.path = f"/staff/cases/objections/{case['id']}"

    async def says(self, what: str, **body: Any) -> httpx.Response:
        return await self.officer.post(f"{self.path}/{what}", json=body)

    async def titles(self) -> list[str]:
        return [one["title"] for one in done(await self.party.get("/me/notices"))["items"]]


@pytest.fixture
async def desk(api: Api, clock: FixedClock) -> Desk:
    clock.move_to(date(2026, 11, 23))
    await employed(api, "stf_officer", display_name="赵一")
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
    return Desk(api, done(await signed_in(api, actor).post("/me/objections", json=filing), 201))


async def test_a_question_is_told_answered_once_and_found_by_officers(api: Api, desk: Desk) -> None:
    done(await desk.says("questions", text="罚款是哪一天缴的？"), 201)
    assert "有一个问题请您回答" in await desk.titles()
    (asked,) = done(await desk.party.get("/me/messages", params={"case": desk.case["id"]}))["items"]
    assert (asked["text"], asked["who"], asked["unit"]) == ("罚款是哪一天缴的？", None, "dalian-centre")
    stranger = signed_in(api, resident(api.services, "acc_two", STRANGER))
    assert (await stranger.post(f"/me/messages/{asked['id']}/answer", json={"text": "不是我"})).status_code == 404
    done(await desk.party.post(f"/me/messages/{asked['id']}/answer", json={"text": "六月一日。"}), 201)
    again = await desk.party.post(f"/me/messages/{asked['id']}/answer", json={"text": "六月二日。"})
    refused(again, 409, "question-answered")

    (new,) = done(await desk.officer.get("/staff/journal/answers"))["items"]
    assert (new["caseRef"], new["text"]) == (desk.case["id"], None)
    elsewhere = signed_in(api, officer("yunnan", "stf_other"))
    assert done(await elsewhere.get("/staff/journal/answers"))["items"] == []
    assert (await elsewhere.get(f"{desk.path}/journal")).status_code == 404
    items = done(await desk.officer.get(f"{desk.path}/journal"))["items"]
    assert [(one["kind"], one["who"], one["text"]) for one in items] == [
        ("question", "赵一", "罚款是哪一天缴的？"), ("answer", None, "六月一日。"),
    ]  # fmt: skip
    assert done(await desk.officer.get("/staff/journal/answers"))["items"] == []
    entries = done(await signed_in(api, auditor()).get("/staff/audit", params={"action": "journal.question"}))["items"]
    assert [one["byName"] for one in entries] == ["赵一"]


async def test_a_note_for_colleagues_is_seen_by_no_party_and_stands_in_no_export(api: Api, desk: Desk) -> None:
    done(await desk.says("notes", text="电话里情绪激动，慢慢说。"), 201)
    assert done(await desk.party.get("/me/messages"))["items"] == []
    unit = await keyed(api)
    seen = (await unit.get(f"/provider/verifications/{desk.case['id']}")).text
    exported = await api.services.journal.of_subject(resident(api.services).bound_subject)
    assert "情绪激动" not in seen and exported == []
    assert not {"有一个问题请您回答"} & set(await desk.titles())
    (one,) = done(await desk.officer.get(f"{desk.path}/journal"))["items"]
    assert (one["kindLabel"], one["text"]) == ("内部备注", "电话里情绪激动，慢慢说。")


async def test_a_unit_is_reminded_once_a_day_and_the_party_told(api: Api, desk: Desk, clock: FixedClock) -> None:
    unit = await keyed(api)
    done(await desk.says("reminders", text="请尽快核查。"), 201)
    refused(await desk.says("reminders"), 409, "reminded-today")
    (one,) = done(await unit.get("/provider/reminders"))["items"]
    assert (one["caseRef"], one["text"]) == (desk.case["id"], "请尽快核查。")
    other = await keyed(api, name="prv_other")
    assert done(await other.get("/provider/reminders"))["items"] == []
    assert "已经替您催办" in await desk.titles()
    clock.advance(days=1)
    done(await desk.says("reminders"), 201)
    done(await desk.party.post(f"/me/objections/{desk.case['id']}/withdraw", json={}))
    refused(await desk.says("reminders"), 409, "case-over")
    refused(await desk.says("questions", text="还办吗？"), 409, "case-over")
    done(await desk.says("notes", text="当事人撤回。"), 201)


async def test_a_unit_that_cannot_read_it_here_is_reminded_otherwise_and_the_party_told_how(
    api: Api, desk: Desk, clock: FixedClock
) -> None:
    nowhere = refused(await desk.says("reminders", text="请尽快核查。"), 409, "unit-not-here")
    assert "打电话" in nowhere["nextStep"]["text"] and "已经替您催办" not in await desk.titles()
    noted = done(await desk.says("reminders", text="王科长接的电话。", way="phone"), 201)
    assert (noted["way"], noted["wayLabel"]) == ("phone", "打电话")
    (told,) = [one for one in done(await desk.party.get("/me/notices"))["items"] if one["kind"] == "journal.reminded"]
    assert f"信用中心已经打电话催{desk.case['providerUnit']}" in told["text"]
    invited = {"role": "provider", "provider": PROVIDER, "unit": "市交通运输局"}
    await employed(api, "stf_clerk", activation="digest", **invited)  # nobody has taken the invitation up yet
    clock.advance(days=1)
    refused(await desk.says("reminders"), 409, "unit-not-here")
    await employed(api, "stf_other_clerk", **invited)
    done(await desk.says("reminders"), 201)


async def test_nobody_reminds_a_unit_of_what_the_centre_owes(api: Api, desk: Desk) -> None:
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    case = done(await desk.party.post("/me/objections", json=filing), 201)
    refused(await desk.officer.post(f"/staff/cases/objections/{case['id']}/reminders", json={}), 409, "nothing-owed")
    assert case["providerUnit"] and PROVIDER


async def test_how_a_paper_was_served_is_noted_once_there_is_one(api: Api, desk: Desk, clock: FixedClock) -> None:
    day = {"way": "post", "on": "2026-11-23"}
    refused(await desk.says("service", **day), 409, "paper-not-ready")
    reply = {"reason": "单位来函", "founded": False, "reasons": "事实核对无误。"}
    done(await desk.officer.post(f"/staff/objections/{desk.case['id']}/reply", json=reply))
    clock.advance(days=1)
    for wrong in ("2026-11-22", "2026-11-25"):
        refused(await desk.says("service", way="post", on=wrong), 400, "invalid")
    done(await desk.says("service", way="post", on="2026-11-24", text="挂号信 XA123"), 201)
    (served,) = done(await desk.party.get("/me/messages"))["items"]
    assert (served["wayLabel"], served["on"], served["text"]) == ("邮寄", "2026-11-24", "挂号信 XA123")
    assert "文书已经送出" in await desk.titles()
