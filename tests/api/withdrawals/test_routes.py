"""Withdrawing commendations over HTTP, in both jurisdictions."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from api.infra.privacy import sm3
from api.records.models import Copy, Section, Standing
from tests.api.reports.test_results import text_of
from tests.support.api import Api, officer, resident
from tests.support.cases import done, refused, signed_in
from tests.support.choices import dishonesty, keyed, known_as, make_record, stored
from tests.support.world import FixedClock


async def test_in_yunnan_a_withdrawal_stops_all_ways_of_disclosure_in_the_request_itself(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    me = api.as_(actor)

    preview = (await me.get("/me/withdrawals/preview", params={"recordId": record.id})).json()
    assert [line["recordId"] for line in preview["before"]] == [record.id]
    assert preview["after"] == [] and preview["obstacle"] is None
    assert preview["citation"]["article"] == 37

    answer = await me.post("/me/withdrawals", json={"recordIds": [record.id]})
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["digest"] == sm3(receipt["receipt"].encode()) and receipt["number"] in receipt["receipt"]
    assert "第三十七条" in receipt["receipt"]

    now = await api.services.records.get(record.id)
    assert now.standing is Standing.WITHDRAWN
    assert (now.disclosure.is_published, now.disclosure.is_shared, now.disclosure.is_queryable) == (False,) * 3
    assert now.changes[-1].law == ("yunnan-37",)
    assert now.copies[0].told_at == api.services.clock.now() and now.copies[0].acknowledged_at is None
    inbox = await api.services.database.collection("notices").find({"subject": actor.subject}).to_list(10)
    assert [notice["kind"] for notice in inbox] == ["withdrawals.done"]
    audited = await api.services.database.collection("audits").find({}).to_list(10)
    assert [(entry["action"], entry["subject"]) for entry in audited] == [("withdrawals.withdraw", actor.subject)]
    listed = (await me.get("/me/withdrawals")).json()["items"]
    assert listed[0]["receipt"] == receipt["receipt"] and listed[0]["isStatutory"]


async def test_it_comes_back_only_by_the_consent_text_in_force_and_then_as_it_was(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    me = api.as_(actor)
    case = (await me.post("/me/withdrawals", json={"recordIds": [record.id]})).json()["withdrawals"][0]

    old = await me.post(f"/me/withdrawals/{case['id']}/undo", json={"consentVersion": "2025-1"})
    assert (old.status_code, old.json()["code"]) == (400, "consent-text-outdated")
    assert [error["field"] for error in old.json()["errors"]] == ["consentVersion"]
    assert (await api.services.records.get(record.id)).standing is Standing.WITHDRAWN

    text = (await me.get("/me/withdrawals/consent")).json()
    done = await me.post(f"/me/withdrawals/{case['id']}/undo", json={"consentVersion": text["version"]})
    assert done.status_code == 200 and done.json()["status"] == "restored"
    back = await api.services.records.get(record.id)
    assert back.standing is Standing.STANDING and back.disclosure == record.disclosure

    again = await me.post(f"/me/withdrawals/{case['id']}/undo", json={"consentVersion": text["version"]})
    assert (again.status_code, again.json()["code"]) == (409, "action-not-allowed")


async def test_an_honour_that_was_taken_back_while_it_was_withdrawn_does_not_come_back(api: Api) -> None:
    """The unit could not say so, and whoever asked for it had the honour public again."""
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    me, unit = api.as_(actor), await keyed(api)
    case = (await me.post("/me/withdrawals", json={"recordIds": [record.id]})).json()["withdrawals"][0]
    body = {"act": "corrected", "reason": "撤销荣誉称号"}
    told = done(await unit.post(f"/provider/records/{record.id}/revocation", json=body))
    assert told["record"]["standing"] == "revoked"
    refused(
        await me.post(f"/me/withdrawals/{case['id']}/undo", json={"consentVersion": "2026-1"}),
        409,
        "record-not-standing",
    )
    after = await api.services.records.get(record.id)
    assert after.standing is Standing.REVOKED and not after.disclosure.is_published
    refused(await unit.post(f"/provider/records/{record.id}/revocation", json=body), 409, "record-not-standing")


async def test_it_comes_back_also_from_another_account_of_the_same_person(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    case = (await api.as_(actor).post("/me/withdrawals", json={"recordIds": [record.id]})).json()["withdrawals"][0]
    later = api.as_(resident(api.services, "acc_after_a_new_phone"))
    assert [item["id"] for item in (await later.get("/me/withdrawals")).json()["items"]] == [case["id"]]
    undone = await later.post(f"/me/withdrawals/{case['id']}/undo", json={"consentVersion": "2026-1"})
    assert undone.status_code == 200
    assert (await api.services.records.get(record.id)).is_disclosed


async def test_a_negative_item_is_refused_with_the_article_and_nothing_of_the_request_is_done(api: Api) -> None:
    actor = resident(api.services)
    praise = await stored(api.services, make_record(actor))
    penalty = await stored(api.services, dishonesty(actor))
    answer = await api.as_(actor).post("/me/withdrawals", json={"recordIds": [praise.id, penalty.id]})
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "not-withdrawable" and problem["citation"]["article"] == 37
    assert problem["nextStep"]["flow"] == "objection"
    assert (await api.services.records.get(praise.id)).standing is Standing.STANDING


async def test_dalian_has_no_such_right_and_says_what_there_is(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor, jurisdiction="dalian", copies=()))
    me = api.as_(actor)
    preview = (await me.get("/me/withdrawals/preview", params={"recordId": record.id})).json()
    assert preview["before"] == preview["after"] and preview["obstacle"]["canAskAsCourtesy"]

    refused = await me.post("/me/withdrawals", json={"recordIds": [record.id]})
    assert (refused.status_code, refused.json()["code"]) == (403, "no-right-to-withdraw-here")
    assert refused.json()["nextStep"]["flow"] == "objection"

    asked = await me.post("/me/withdrawals", json={"recordIds": [record.id], "asCourtesy": True})
    assert asked.status_code == 201 and "不是条例规定的权利" in asked.json()["note"]
    assert asked.json()["digest"] is None
    assert (await api.services.records.get(record.id)).standing is Standing.STANDING
    again = await me.post("/me/withdrawals", json={"recordIds": [record.id], "asCourtesy": True})
    assert (again.status_code, again.json()["code"]) == (409, "already-asked")


async def test_a_courtesy_is_for_the_provider_to_decide_and_a_refusal_has_its_reason(api: Api) -> None:
    actor = resident(api.services)
    unit, other = await keyed(api, jurisdiction="dalian"), await keyed(api, "prv_other", "dalian")
    first = await stored(api.services, make_record(actor, jurisdiction="dalian", copies=()))
    second = await stored(api.services, make_record(actor, jurisdiction="dalian", copies=()))
    body = {"recordIds": [first.id, second.id], "asCourtesy": True}
    cases = (await api.as_(actor).post("/me/withdrawals", json=body)).json()["withdrawals"]

    listed = (await unit.get("/provider/withdrawals")).json()["items"]
    assert {case["id"] for case in listed} == {case["id"] for case in cases}
    assert {action["action"] for action in listed[0]["actions"]} == {"agree", "decline"}
    agreed = (await unit.post(f"/provider/withdrawals/{cases[0]['id']}/answer", json={"isAgreed": True})).json()
    assert agreed["status"] == "agreed" and agreed["digest"] == sm3(agreed["receipt"].encode())
    after = await api.services.records.get(first.id)
    assert after.standing is Standing.WITHDRAWN
    assert [change.unit for change in after.changes] == ["本人", "某志愿服务联合会"]

    answer = f"/provider/withdrawals/{cases[1]['id']}/answer"
    assert (await other.post(answer, json={"isAgreed": True})).status_code == 404
    without = await unit.post(answer, json={"isAgreed": False})
    assert without.status_code == 400 and without.json()["errors"][0]["field"] == "reason"
    assert (await unit.post(answer, json={"isAgreed": False, "reason": "已在报纸公示"})).status_code == 200
    seen = (await api.as_(actor).get(f"/me/withdrawals/{cases[1]['id']}")).json()
    assert seen["statusLabel"] == "提供单位不同意"
    assert (seen["history"][-1]["label"], seen["history"][-1]["note"]) == ("说明理由后不同意", "已在报纸公示")


async def test_a_courtesy_ends_with_its_record(api: Api) -> None:
    """A unit that has revoked the record could still only decline, and told the person that it had."""
    actor = resident(api.services)
    unit = await keyed(api, jurisdiction="dalian")
    record = await stored(api.services, make_record(actor, jurisdiction="dalian", copies=()))
    body = {"recordIds": [record.id], "asCourtesy": True}
    (case,) = done(await api.as_(actor).post("/me/withdrawals", json=body), 201)["withdrawals"]
    revoked = {"act": "revoked", "reason": "评选有误"}
    done(await unit.post(f"/provider/records/{record.id}/revocation", json=revoked))
    (listed,) = done(await unit.get("/provider/withdrawals"))["items"]
    assert (listed["statusLabel"], listed["actions"]) == ("信息已停止披露", [])
    refused(
        await unit.post(f"/provider/withdrawals/{case['id']}/answer", json={"isAgreed": False, "reason": "已撤销"}),
        409,
        "action-not-allowed",
    )
    mine = done(await api.as_(actor).get(f"/me/withdrawals/{case['id']}"))
    assert (mine["status"], mine["actions"]) == ("record_ended", [])
    told = {one["title"] for one in done(await api.as_(actor).get("/me/notices"))["items"]}
    assert "不用再等答复了" in told


async def test_courtesy_is_not_offered_where_there_is_the_right(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    answer = await api.as_(actor).post("/me/withdrawals", json={"recordIds": [record.id], "asCourtesy": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "courtesy-not-needed")


async def test_anothers_record_looks_like_none_and_the_attempt_is_in_the_audit(api: Api) -> None:
    owner, other = resident(api.services), resident(api.services, "acc_two", "110105199001012345")
    record = await stored(api.services, make_record(owner))
    answer = await api.as_(other).post("/me/withdrawals", json={"recordIds": [record.id]})
    assert answer.status_code == 404
    entry = await api.services.database.collection("audits").find_one({"ref": record.id})
    assert entry["by"] == "acc_two" and entry["outcome"] == "not-found"
    assert (await api.services.records.get(record.id)).standing is Standing.STANDING


MALFORMED: tuple[Any, ...] = (
    {"recordIds": []},
    {"recordIds": ["rec"] * 51},
    {"recordIds": "rec"},
    {"recordIds": ["x" * 65]},
    {"recordIds": ["a"], "reason": "没有"},
    {},
    [],
)


async def test_a_malformed_request_is_a_problem_with_a_next_step(api: Api) -> None:
    for body in MALFORMED:
        answer = await api.as_(resident(api.services)).post("/me/withdrawals", json=body)
        assert answer.status_code == 400 and answer.json()["nextStep"]["text"], body


async def test_the_same_record_twice_in_one_request_is_refused(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    answer = await api.as_(actor).post("/me/withdrawals", json={"recordIds": [record.id, record.id]})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


async def test_of_two_withdrawals_at_once_one_wins_and_one_receipt_exists(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    me = api.as_(actor)
    answers = await asyncio.gather(*(me.post("/me/withdrawals", json={"recordIds": [record.id]}) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len((await me.get("/me/withdrawals")).json()["items"]) == 1


async def test_a_declaration_is_withdrawn_elsewhere(api: Api) -> None:
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor, section=Section.DECLARATION))
    answer = await api.as_(actor).post("/me/withdrawals", json={"recordIds": [record.id]})
    assert answer.status_code == 409 and answer.json()["nextStep"]["flow"] == "declaration"


_SHARED = tuple(Copy(system=name, shared_at=datetime(2026, 3, 2, tzinfo=UTC)) for name in ("某银行系统", "信用中国"))


async def test_after_a_withdrawal_each_system_with_a_copy_is_followed_on_a_clock_that_is_no_law(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    actor, unit = resident(api.services), await keyed(api)
    record = await stored(api.services, make_record(actor, copies=_SHARED))
    me, desk = api.as_(actor), api.as_(officer("yunnan"))
    case = (await me.post("/me/withdrawals", json={"recordIds": [record.id]})).json()["withdrawals"][0]
    (line,) = (await desk.get("/staff/queue")).json()["items"]
    assert (line["errand"], line["caseRef"], line["status"]) == ("corrections", record.id, "told")
    assert line["statusLabel"] == "已通知，等待跟进"
    due = line["next"]["due"]
    assert (line["next"]["clock"], due["on"], due["isStatutory"]) == ("withdrawal.follow_copies", "2026-11-26", False)
    assert due["citation"]["regulation"] == "service" and "第三十六条" not in due["reason"]
    (change,) = (await unit.get("/provider/changes")).json()["items"]
    assert change["kind"] == "withdrawn" and change["dueOn"] is None  # no article names a day for it

    def owing(systems: list[dict[str, Any]]) -> dict[str, tuple[bool, bool]]:
        return {one["system"]: (one["acknowledgedAt"] is None, one["isLate"]) for one in systems}

    shown = (await me.get(f"/me/withdrawals/{case['id']}")).json()["followThrough"]
    assert owing(shown) == {"某银行系统": (True, False), "信用中国": (True, False)}
    assert all(one["due"]["on"] == "2026-11-26" and not one["due"]["isStatutory"] for one in shown)
    at = f"/provider/changes/{change['id']}/acknowledgement"
    assert (await unit.post(at, json={"systems": ["信用中国"]})).status_code == 200

    clock.move_to(date(2026, 11, 27))
    me, desk = api.as_(actor), api.as_(officer("yunnan"))
    assert await api.services.desk.record_breaches(clock.now()) == 0  # late, and no breach of law
    shown = (await me.get(f"/me/withdrawals/{case['id']}")).json()["followThrough"]
    assert owing(shown) == {"某银行系统": (True, True), "信用中国": (False, False)}
    noted = {"system": "某银行系统", "reason": "对方来函"}
    assert (await desk.post(f"/staff/records/{record.id}/copies", json=noted)).status_code == 200
    assert (await desk.get("/staff/queue")).json()["items"] == []
    assert (await desk.get("/staff/breaches")).json()["items"] == []


async def test_who_agrees_to_be_public_again_is_followed_no_longer(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    actor = resident(api.services)
    record = await stored(api.services, make_record(actor))
    me, desk = api.as_(actor), api.as_(officer("yunnan"))
    case = (await me.post("/me/withdrawals", json={"recordIds": [record.id]})).json()["withdrawals"][0]
    assert len((await desk.get("/staff/queue")).json()["items"]) == 1
    clock.advance(hours=1)
    me, desk = api.as_(actor), api.as_(officer("yunnan"))
    undone = await me.post(f"/me/withdrawals/{case['id']}/undo", json={"consentVersion": "2026-1"})
    assert undone.status_code == 200
    assert (await desk.get("/staff/queue")).json()["items"] == []
    assert (await me.get(f"/me/withdrawals/{case['id']}")).json()["followThrough"] == []


async def test_what_a_unit_agrees_not_to_publish_any_more_is_followed_too(api: Api) -> None:
    actor, unit = resident(api.services), await keyed(api, jurisdiction="dalian")
    record = await stored(api.services, make_record(actor, jurisdiction="dalian"))
    me, desk = api.as_(actor), api.as_(officer("dalian"))
    body = {"recordIds": [record.id], "asCourtesy": True}
    case = (await me.post("/me/withdrawals", json=body)).json()["withdrawals"][0]
    lines = (await desk.get("/staff/queue")).json()["items"]
    assert [one["errand"] for one in lines] == ["withdrawals"]  # asked only: it goes on being published
    assert (await me.get(f"/me/withdrawals/{case['id']}")).json()["followThrough"] == []
    assert (await unit.post(f"/provider/withdrawals/{case['id']}/answer", json={"isAgreed": True})).status_code == 200
    (line,) = (await desk.get("/staff/queue")).json()["items"]
    assert (line["next"]["clock"], line["next"]["owedBy"]) == ("withdrawal.follow_copies", "某银行系统")
    (followed,) = (await me.get(f"/me/withdrawals/{case['id']}")).json()["followThrough"]
    assert followed["due"]["isStatutory"] is False and followed["acknowledgedAt"] is None


async def test_the_receipt_says_what_is_public_again(api: Api) -> None:
    who = await known_as(api.services, resident(api.services), "王小明")
    me = signed_in(api, who)
    one = await stored(api.services, make_record(who, title="优秀志愿者"))
    other = await stored(api.services, make_record(who, title="见义勇为"))
    cases = done(await me.post("/me/withdrawals", json={"recordIds": [one.id, other.id]}), 201)["withdrawals"]
    papers = [f"/me/withdrawals/{case['id']}/receipt.pdf" for case in cases]
    before = [text_of((await me.get(paper)).content) for paper in papers]
    assert not any("重新同意公开" in text for text in before)
    version = done(await me.get("/me/withdrawals/consent"))["version"]
    done(await me.post(f"/me/withdrawals/{cases[0]['id']}/undo", json={"consentVersion": version}))
    for paper in papers:
        text = text_of((await me.get(paper)).content)
        assert "回执出具以后的变动" in text and "“优秀志愿者”：本人已于" in text and "“见义勇为”：" not in text
        assert cases[0]["number"] in text


async def test_what_is_objected_to_while_withdrawn_is_marked_once_it_is_public_again(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, make_record(resident(api.services)))
    case = done(await me.post("/me/withdrawals", json={"recordIds": [record.id]}), 201)["withdrawals"][0]
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"], "text": "获奖年份写错了"}
    objection = done(await me.post("/me/objections", json=filing), 201)
    assert (await api.services.records.get(record.id)).marks == ()
    done(await me.post(f"/me/withdrawals/{case['id']}/undo", json={"consentVersion": "2026-1"}))
    (mark,) = (await api.services.records.get(record.id)).marks
    assert (mark.case_id, mark.law) == (objection["id"], ("yunnan-36",))
    done(await me.post(f"/me/objections/{objection['id']}/withdraw", json={}))
    assert (await api.services.records.get(record.id)).marks == ()
