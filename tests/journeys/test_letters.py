"""书面请求: a question to the unit of a record, a complaint about a late step, and what goes to who stands outside."""

from datetime import date
from typing import Any

import httpx
import pytest

from api.infra.actors import SYSTEM
from api.providers.models import Provider
from tests.support.api import Api, officer, resident
from tests.support.cases import PROVIDER, UNIT, allowed, clocks, done, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

DEPARTMENTS = {
    "dalian": "社会信用主管部门（市及区市县人民政府发展改革部门）",
    "yunnan": "社会信用工作主管部门（县级以上人民政府发展和改革部门）",
}
"""As Article 6 of each regulation names them."""


@pytest.fixture
def me(api: Api) -> httpx.AsyncClient:
    return signed_in(api, resident(api.services))


async def key_of_unit(api: Api) -> httpx.AsyncClient:
    providers, now = api.services.providers, api.services.clock.now()
    await providers.add(None, SYSTEM, Provider(PROVIDER, UNIT, "dalian", "11210200MB0000009X"), now)
    return api.with_key(await providers.issue_key(None, SYSTEM, PROVIDER, now))


async def test_a_missing_class_is_asked_of_the_unit_which_answers_within_its_days(
    api: Api, me: httpx.AsyncClient, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 6, 1))
    record = await stored(api.services, penalty(resident(api.services), record_class=None))
    refused(await me.post("/me/letters", json={"kind": "question", "recordId": record.id}), 400, "letter-unclear")
    ask = {"kind": "question", "recordId": record.id, "topics": ["class", "document"]}
    case = done(await me.post("/me/letters", json=ask), 201)
    assert case["addressee"] == UNIT and clocks(case) == {"question.answer": "2026-06-08"}
    assert "没有写明失信类别" in case["body"] and "王小明" not in case["body"] and "1101051990" not in case["body"]
    assert not case["clocks"][0]["due"]["isStatutory"]  # no article gives days for it, and none is claimed
    refused(await me.post("/me/letters", json=ask), 409, "letter-already-open")

    clock.move_to(date(2026, 6, 9))
    assert done(await me.get(f"/me/letters/{case['id']}"))["clocks"][0]["isLate"]
    done(await me.post(f"/me/letters/{case['id']}/urge", json={}))
    unit = await key_of_unit(api)
    (waiting,) = done(await unit.get("/provider/letters"))["items"]
    assert waiting["id"] == case["id"] and "body" not in waiting
    assert allowed(done(await unit.get(f"/provider/letters/{case['id']}"))) == {"answer-letter"}
    at = f"/provider/letters/{case['id']}/answer-letter"
    refused(await unit.post(at, json={"text": "一般失信", "agreed": True}), 400, "letter-answer-undecided")
    done(await unit.post(at, json={"text": "属于一般失信，已经更正"}))
    after = done(await me.get(f"/me/letters/{case['id']}"))
    assert (after["status"], after["answer"]["text"]) == ("answered", "属于一般失信，已经更正") and not clocks(after)
    inbox = done(await me.get("/me/notices"))["items"]
    assert {one["kind"] for one in inbox} >= {"letters.asked", "letters.urged", "letters.answered"}


async def test_who_is_not_responsible_for_a_listed_company_is_decided_with_remedies(
    api: Api, me: httpx.AsyncClient, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 6, 1))
    who = resident(api.services)
    own = await stored(api.services, penalty(who))
    letter = {"kind": "responsibility", "text": "我在2024年已经离任"}
    refused(await me.post("/me/letters", json={**letter, "recordId": own.id}), 400, "letter-unclear")
    listed = await stored(api.services, penalty(who, derived_from="某运输有限公司"))
    case = done(await me.post("/me/letters", json={**letter, "recordId": listed.id}), 201)
    assert case["citations"][0]["article"] == 36 and "某运输有限公司" in case["body"] and case["isDecided"]
    desk = signed_in(api, officer("dalian"))
    at = f"/staff/letters/{case['id']}/answer-letter"
    refused(await desk.post(at, json={"reason": "函复", "text": "不同意"}), 400, "letter-answer-undecided")
    after = done(await desk.post(at, json={"reason": "函复", "text": "当时仍是法定代表人", "agreed": False}))
    assert after["answer"]["isAgreed"] is False
    assert [way["title"] for way in after["remedies"]][:2] == ["申请行政复议", "提起行政诉讼"]


@pytest.mark.parametrize(
    ("place", "article", "late_on"), [("dalian", 57, date(2026, 6, 15)), ("yunnan", 59, date(2026, 6, 15))]
)
async def test_a_late_step_becomes_a_complaint_with_the_breach_in_it(
    api: Api, me: httpx.AsyncClient, clock: FixedClock, place: str, article: int, late_on: date
) -> None:
    clock.move_to(date(2026, 6, 1))
    record = await stored(api.services, penalty(resident(api.services), place))
    body = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"], "text": "金额写错了"}
    objection = done(await me.post("/me/objections", json=body), 201)
    complaint = {"kind": "complaint", "caseId": objection["id"]}
    refused(await me.post("/me/letters", json=complaint), 409, "step-not-late")
    clock.move_to(late_on)
    case = done(await me.post("/me/letters", json=complaint), 201)
    assert (case["addressee"], case["citations"][0]["article"]) == (DEPARTMENTS[place], article)
    assert "12345" in case["reach"], "no address that nobody has read"
    assert objection["number"] in case["body"] and UNIT in case["body"] and "法定期限" in case["body"]
    assert clocks(case) == {"letter.forward": "2026-06-18"}

    desk = signed_in(api, officer(place))
    lines = done(await desk.get("/staff/queue", params={"errand": "letters"}))["items"]
    assert [line["caseRef"] for line in lines] == [case["id"]]
    at = f"/staff/letters/{case['id']}"
    sent = done(await desk.post(f"{at}/forward-letter", json={"reason": "已送达", "on": "2026-06-15"}))
    assert sent["status"] == "sent" and set(clocks(sent)) == {"complaint.answer"}
    heard = done(await desk.post(f"{at}/answer-letter", json={"reason": "函复", "text": "已责令限期办理"}))
    assert heard["status"] == "heard" and done(await me.get(f"/me/letters/{case['id']}"))["answer"]["text"]


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_a_complaint_about_the_centre_goes_past_its_desk(
    api: Api, me: httpx.AsyncClient, clock: FixedClock, place: str
) -> None:
    """Yunnan 59, Dalian 58: it is the competent department that puts the centre right, not the centre."""
    clock.move_to(date(2026, 6, 1))
    record = await stored(api.services, penalty(resident(api.services), place))
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    objection = done(await me.post("/me/objections", json=body), 201)
    clock.move_to(date(2026, 6, 15))
    late = next(
        one["clock"] for one in done(await me.get(f"/me/objections/{objection['id']}"))["clocks"] if one["isLate"]
    )
    case = done(await me.post("/me/letters", json={"kind": "complaint", "caseId": objection["id"], "clock": late}), 201)
    assert case["isDirect"] and case["status"] == "to_hand_in" and clocks(case) == {}
    assert allowed(case) == {"send", "add-evidence", "withdraw"}

    desk = signed_in(api, officer(place))
    assert done(await desk.get("/staff/queue", params={"errand": "letters"}))["items"] == []
    refused(await desk.get(f"/staff/letters/{case['id']}"), 404, "not-found")
    at = f"/staff/letters/{case['id']}/forward-letter"
    refused(await desk.post(at, json={"reason": "转交", "on": "2026-06-15"}), 404, "not-found")
    beside = done(await desk.get(f"/staff/cases/objections/{objection['id']}"))
    assert case["id"] not in str(beside)

    sent = done(await me.post(f"/me/letters/{case['id']}/send", json={"on": "2026-06-15"}))
    assert sent["status"] == "sent" and sent["sentOn"] == "2026-06-15"
    booked = await api.services.database.collection("notices").find_one({"kind": "letters.unanswered"})
    assert booked is not None and booked["state"] == "booked"
    heard = done(await me.post(f"/me/letters/{case['id']}/note-answer", json={"text": "已责令改正"}))
    assert heard["status"] == "heard" and not heard["isOpen"]


async def test_a_report_about_the_centre_is_not_shown_to_it(api: Api, me: httpx.AsyncClient) -> None:
    letter = {"kind": "paid_repair", "text": "信用中心的人收钱", "jurisdiction": "yunnan", "direct": True}
    case = done(await me.post("/me/letters", json=letter), 201)
    assert case["isDirect"]
    refused(await signed_in(api, officer("yunnan")).get(f"/staff/letters/{case['id']}"), 404, "not-found")


async def test_a_letter_to_a_credit_service_is_tracked_though_it_signs_in_nowhere(
    api: Api, me: httpx.AsyncClient, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 6, 1))
    letter = {"kind": "company", "jurisdiction": "dalian", "text": "评分里用了已修复的记录"}
    refused(await me.post("/me/letters", json=letter), 400, "letter-unclear")  # which company
    case = done(await me.post("/me/letters", json={**letter, "to": "某信用服务有限公司"}), 201)
    assert [one["article"] for one in case["citations"]] == [41, 42] and "异议标注" in case["body"]
    at = f"/me/letters/{case['id']}"
    refused(await me.post(f"{at}/send", json={"on": "2026-06-02"}), 400, "invalid")
    sent = done(await me.post(f"{at}/send", json={"on": "2026-06-01"}))
    assert sent["sentOn"] == "2026-06-01" and set(clocks(sent)) == {"objection.outside"}
    heard = done(await me.post(f"{at}/note-answer", json={"text": "已更正，来源是公开网站"}))
    assert heard["status"] == "heard" and not clocks(heard) and not heard["isOpen"]


async def test_paid_repair_is_reported_by_the_article_of_the_place(api: Api, me: httpx.AsyncClient) -> None:
    letter: dict[str, Any] = {"kind": "paid_repair", "text": "有人收三千元说包修复"}
    refused(await me.post("/me/letters", json=letter), 400, "letter-unclear")
    yunnan = done(await me.post("/me/letters", json={**letter, "jurisdiction": "yunnan"}), 201)
    dalian = done(await me.post("/me/letters", json={**letter, "jurisdiction": "dalian"}), 201)
    assert yunnan["citations"][0]["article"] == 38 and dalian["citations"] == []
    done(await me.post(f"/me/letters/{dalian['id']}/withdraw", json={}))


async def test_anothers_letter_case_and_record_are_not_found(api: Api, me: httpx.AsyncClient) -> None:
    record = await stored(api.services, penalty(resident(api.services), record_class=None))
    case = done(
        await me.post("/me/letters", json={"kind": "question", "recordId": record.id, "topics": ["class"]}), 201
    )
    other = signed_in(api, resident(api.services, "acc_two", "110105199001012345"))
    assert (await other.get(f"/me/letters/{case['id']}")).status_code == 404
    ask = {"kind": "question", "recordId": record.id, "topics": ["class"]}
    assert (await other.post("/me/letters", json=ask)).status_code == 404
    refused(await other.post("/me/letters", json={"kind": "complaint", "caseId": case["id"]}), 409, "step-not-late")
    assert (await signed_in(api, officer("yunnan")).get(f"/staff/letters/{case['id']}")).status_code == 404
