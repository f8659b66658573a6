"""A decision on the list over HTTP, from the notice before it to the removal, in both jurisdictions."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from api.infra.privacy import sm3
from api.records.models import Record
from tests.support.api import Api, officer, resident
from tests.support.choices import Person, dishonesty, keyed, known_as, make_record, stored, uploaded
from tests.support.world import FixedClock


def notice(record: Record, **fields: Any) -> dict[str, Any]:
    return {
        "recordId": record.id,
        "listTitle": "拖欠农民工工资失信联合惩戒对象名单",
        "grounds": "经责令改正后仍未支付",
        "basis": "有关条例和名单管理办法",
        "rights": "您可以陈述、申辩，也可以提出异议",
        "remedies": "对决定不服的，可以申请行政复议或者提起行政诉讼",
        "answerBy": "2026-12-01",
        "replyBy": "2026-12-08",
        **fields,
    }


def decision(**fields: Any) -> dict[str, Any]:
    return {
        "isListed": True,
        "reason": "核实后事实清楚",
        "documentNumber": "某人社名单〔2026〕1号",
        "decidedOn": "2026-12-02",
        "basis": "名单管理办法",
        "measures": ["cn-p1", "cn-p2"],
        "removalConditions": ["全额支付拖欠工资", "期限内未再发生同类行为"],
        "removalProcedure": "向本单位提出申请，附支付凭证",
        "remedies": "六十日内申请行政复议",
        **fields,
    }


CONSENT = {"purpose": "electronic-service", "version": "2026-1"}
PAPER = {"on": "2026-12-02", "way": "post", "proof": "EMS1234567"}


def remedies_of(case: dict[str, Any]) -> dict[str, str]:
    return {way["title"]: way["due"]["on"] for way in case["remedies"] if way["due"]}


async def decided(api: Api, clock: FixedClock, jurisdiction: str) -> tuple[Person, httpx.AsyncClient, str]:
    """A case in which the unit decided to list on 2026-12-02, after the time to answer."""
    me, unit, _, case = await begun(api, jurisdiction)
    clock.move_to(date(2026, 12, 2))
    assert (await unit.post(f"/provider/listings/{case}/decision", json=decision())).status_code == 200
    return me, unit, case


async def begun(api: Api, jurisdiction: str = "yunnan") -> tuple[Person, httpx.AsyncClient, Record, str]:
    actor = await known_as(api.services, resident(api.services), "王小明")
    unit = await keyed(api, jurisdiction=jurisdiction)
    record = await stored(api.services, dishonesty(actor, jurisdiction=jurisdiction))
    told = await unit.post("/provider/listings", json=notice(record))
    assert told.status_code == 201, told.text
    return Person(api, actor), unit, record, told.json()["id"]


@pytest.mark.parametrize(("jurisdiction", "article"), [("dalian", 33), ("yunnan", 31)])
async def test_from_the_notice_to_the_removal(api: Api, clock: FixedClock, jurisdiction: str, article: int) -> None:
    me, unit, record, case = await begun(api, jurisdiction)

    # the resident reads the notice: rights and remedies with the article, and a date that is nobody's but the authority's
    seen = (await me.post(f"/me/listings/{case}/read")).json()
    assert seen["told"]["citation"]["article"] == article and seen["openedAt"]
    assert seen["answerBy"]["on"] == "2026-12-01" and seen["answerBy"]["isStatutory"] is False
    assert "没有写明天数" in seen["answerBy"]["reason"]

    # what is stated has to be replied to before anything is decided
    file = await uploaded(api, resident(api.services))
    statement = {"text": "已于十月付清，附转账记录", "evidence": [file]}
    answered = await me.post(f"/me/listings/{case}/answer", json=statement)
    assert answered.json()["status"] == "answered"
    assert (await unit.get(f"/provider/listings/{case}/evidence/{file}")).status_code == 200
    clock.move_to(date(2026, 12, 2))
    early = await unit.post(f"/provider/listings/{case}/decision", json=decision())
    assert (early.status_code, early.json()["code"]) == (409, "action-not-allowed")
    replied = await unit.post(f"/provider/listings/{case}/reply", json={"text": "经核实，转账记录属另一工程"})
    assert replied.json()["status"] == "responded" and replied.json()["reply"]["isLate"] is False

    # the decision document holds every part, measures are from the published lists
    decided = await unit.post(f"/provider/listings/{case}/decision", json=decision())
    assert decided.status_code == 200, decided.text
    document = decided.json()["decision"]
    assert document["digest"] == sm3(document["content"].encode()) and document["citation"]["article"] == article
    for part in ("事由：", "依据：", "失信惩戒措施提示：", "移出名单的条件：", "移出名单的程序：", "救济途径和程序："):
        assert part in document["content"]
    listed = await api.services.records.get(record.id)
    assert listed.severe_list == "listed" and [m.code for m in listed.measures] == ["cn-p1", "cn-p2"]

    used = (await me.get("/me/footprints?kind=used")).json()["items"]  # each measure is a use of the record
    assert len(used) == 2 and all(print_["unit"] == "某志愿服务联合会" and print_["basis"] for print_ in used)

    # opening it serves whoever consented to electronic service, once, and the remedies run from that day
    assert (await me.post("/me/consents", json=CONSENT)).status_code in (200, 201)
    served = (await me.post(f"/me/listings/{case}/read")).json()
    assert served["status"] == "served" and served["servedAt"]
    assert served["service"]["way"] == "electronic" and served["service"]["consentVersion"] == CONSENT["version"]
    log = (await api.as_(officer(record.jurisdiction)).get(f"/staff/cases/listings/{case}/journal")).json()["items"]
    assert [(one["kind"], one["wayLabel"], one["unit"]) for one in log] == [("served", "电子送达", served["unit"])]
    assert remedies_of(served) == {"申请行政复议": "2027-02-01", "提起行政诉讼": "2027-06-02"}
    clock.advance(hours=1)
    assert (await me.post(f"/me/listings/{case}/read")).json()["servedAt"] == served["servedAt"]
    assert [c["isMet"] for c in served["conditions"]] == [False, False]

    # removal says of each condition how it was met
    removal = {"reason": "条件已达到", "met": [{"key": "c1", "how": "支付凭证核对无误"}]}
    open_condition = await unit.post(f"/provider/listings/{case}/removal", json=removal)
    assert (open_condition.status_code, open_condition.json()["code"]) == (409, "removal-conditions-open")
    removal["met"] = [*removal["met"], {"key": "c2", "how": "系统查询无同类记录"}]
    removed = await unit.post(f"/provider/listings/{case}/removal", json=removal)
    assert removed.json()["status"] == "removed" and all(c["isMet"] for c in removed.json()["conditions"])
    after = await api.services.records.get(record.id)
    assert after.severe_list == "removed" and after.removed_on == date(2026, 12, 2)
    assert all(measure.lifted_at for measure in after.measures)
    told = await api.services.database.collection("notices").find({"state": "told"}).to_list(20)
    assert sorted(n["kind"] for n in told) == [
        "listings.decided", "listings.removed", "listings.replied", "listings.told",
    ]  # fmt: skip
    query = {"state": "booked", "ref": case}
    assert await api.services.database.collection("notices").count_documents(query) == 0


async def test_without_an_answer_the_time_that_was_set_has_to_run_out_first(api: Api, clock: FixedClock) -> None:
    me, unit, _, case = await begun(api)
    clock.move_to(date(2026, 12, 1), hour=23)
    assert (await me.get(f"/me/listings/{case}")).json()["ask"] == "有告知书，请您看、可以申辩"
    path = f"/provider/listings/{case}/decision"
    early = await unit.post(path, json=decision(decidedOn="2026-12-01"))
    assert (early.status_code, early.json()["code"]) == (409, "answer-time-running")
    clock.move_to(date(2026, 12, 2), hour=0)
    assert (await me.get(f"/me/listings/{case}")).json()["ask"] is None, "their time is over"
    assert (await unit.post(path, json=decision())).json()["status"] == "listed"


@pytest.mark.parametrize("day", ["2026-11-28", "2026-12-01"])
async def test_a_decision_is_not_dated_before_the_time_to_answer_was_over(
    api: Api, clock: FixedClock, day: str
) -> None:
    _, unit, record, case = await begun(api)
    clock.move_to(date(2026, 12, 3))
    path = f"/provider/listings/{case}/decision"
    early = await unit.post(path, json=decision(decidedOn=day))
    assert (early.status_code, early.json()["code"]) == (400, "listing-dates-invalid")
    assert [fault["field"] for fault in early.json()["errors"]] == ["decidedOn"]
    assert (await api.services.records.get(record.id)).severe_list is None
    assert (await unit.post(path, json=decision())).json()["status"] == "listed"


async def test_a_decision_is_not_dated_before_the_answer_was_replied_to(api: Api, clock: FixedClock) -> None:
    me, unit, _, case = await begun(api)
    await me.post(f"/me/listings/{case}/answer", json={"text": "请核实"})
    clock.move_to(date(2026, 12, 3))
    assert (await unit.post(f"/provider/listings/{case}/reply", json={"text": "已核实"})).status_code == 200
    path = f"/provider/listings/{case}/decision"
    early = await unit.post(path, json=decision(decidedOn="2026-12-02"))
    assert (early.status_code, early.json()["code"]) == (400, "listing-dates-invalid")
    assert (await unit.post(path, json=decision(decidedOn="2026-12-03"))).json()["status"] == "listed"


async def test_what_is_said_after_a_reply_is_heard_until_the_day_that_was_told(api: Api, clock: FixedClock) -> None:
    """云南第三十一条: who was replied to early keeps the days that the notice gave for saying more."""
    me, unit, record, case = await begun(api)
    path = f"/provider/listings/{case}"
    clock.move_to(date(2026, 11, 24))
    await me.post(f"/me/listings/{case}/answer", json={"text": "已经付清"})
    replied = (await unit.post(f"{path}/reply", json={"text": "属另一工程"})).json()
    assert replied["status"] == "responded" and [one["action"] for one in replied["actions"]] == ["drop"]
    (due,) = [one["due"]["on"] for one in replied["clocks"] if one["doneAt"] is None]
    assert due == "2026-12-15", "the days for the decision run from the last day for the answer"
    (told,) = await api.services.database.collection("notices").find({"kind": "listings.replied_early"}).to_list(2)
    assert "2026年12月1日" in (await me.get("/me/notices")).text and told["state"] == "told"
    clock.move_to(date(2026, 12, 1), hour=22)
    early = await unit.post(f"{path}/decision", json=decision(decidedOn="2026-12-01"))
    assert (early.status_code, early.json()["code"]) == (409, "answer-time-running")
    assert early.json()["citation"] and early.json()["nextStep"]["text"]

    more = (await me.post(f"/me/listings/{case}/answer", json={"text": "还有银行流水"})).json()
    assert more["status"] == "answered" and [said["isLate"] for said in more["answers"]] == [False, False]
    clock.move_to(date(2026, 12, 2))
    unheard = await unit.post(f"{path}/decision", json=decision())
    assert (unheard.status_code, unheard.json()["code"]) == (409, "action-not-allowed")
    clock.move_to(date(2026, 12, 3))
    again = (await unit.post(f"{path}/reply", json={"text": "流水与欠薪无关"})).json()
    assert again["reply"]["text"] == "流水与欠薪无关" and [r["text"] for r in again["earlierReplies"]] == ["属另一工程"]
    assert [one["action"] for one in again["actions"]] == ["list", "drop"]

    over = await me.post(f"/me/listings/{case}/answer", json={"text": "再说一句"})
    assert (over.status_code, over.json()["code"]) == (409, "answer-time-over")
    assert over.json()["citation"] and over.json()["nextStep"]["text"]
    assert (await me.get(f"/me/listings/{case}")).json()["actions"] == []
    wrong = await unit.post(f"{path}/decision", json=decision(decidedOn="2026-12-02"))
    assert wrong.json()["code"] == "listing-dates-invalid", "not before the last reply"
    assert (await unit.post(f"{path}/decision", json=decision(decidedOn="2026-12-03"))).json()["status"] == "listed"
    assert (await api.services.records.get(record.id)).severe_list == "listed"


async def test_a_late_answer_is_heard_as_long_as_nothing_is_decided(api: Api, clock: FixedClock) -> None:
    me, _, _, case = await begun(api)
    clock.move_to(date(2026, 12, 3))
    answered = await me.post(f"/me/listings/{case}/answer", json={"text": "刚看到告知书"})
    assert answered.json()["answers"][0]["isLate"] is True


async def test_not_to_list_ends_it_with_the_reason_and_another_notice_may_follow(api: Api) -> None:
    me, unit, record, case = await begun(api)
    again = await unit.post("/provider/listings", json=notice(record))
    assert (again.status_code, again.json()["code"]) == (409, "listing-already-open")
    dropped = await unit.post(
        f"/provider/listings/{case}/decision", json={"isListed": False, "reason": "已改正，不予列入"}
    )
    assert dropped.json()["status"] == "not_listed"
    assert (await me.get(f"/me/listings/{case}")).json()["closingReason"] == "已改正，不予列入"
    assert (await api.services.records.get(record.id)).severe_list is None
    assert (await unit.post("/provider/listings", json=notice(record))).status_code == 201


async def test_a_decision_that_lacks_a_part_or_names_an_unlisted_measure_is_refused(
    api: Api, clock: FixedClock
) -> None:
    _, unit, record, case = await begun(api)
    clock.move_to(date(2026, 12, 2))
    path = f"/provider/listings/{case}/decision"
    bare = await unit.post(path, json={"isListed": True, "reason": "事实清楚"})
    assert bare.status_code == 400 and bare.json()["citation"]["article"] == 31
    assert {fault["field"] for fault in bare.json()["errors"]} == {
        "documentNumber", "decidedOn", "basis", "measures", "removalConditions", "removalProcedure", "remedies",
    }  # fmt: skip
    for code in ("x-1", "yn-i1"):
        answer = await unit.post(path, json=decision(measures=[code]))
        assert (answer.status_code, answer.json()["code"]) == (400, "measure-not-listed")
        assert answer.json()["citation"]["article"] == 27
    for day in ("2026-12-03", "2026-11-20"):
        answer = await unit.post(path, json=decision(decidedOn=day))
        assert (answer.status_code, answer.json()["code"]) == (400, "listing-dates-invalid")
    assert (await api.services.records.get(record.id)).severe_list is None


async def test_only_the_units_own_negative_record_can_be_told_of_and_only_with_future_dates(api: Api) -> None:
    actor = resident(api.services)
    unit, other = await keyed(api), await keyed(api, "prv_other")
    record = await stored(api.services, dishonesty(actor))
    praise = await stored(api.services, make_record(actor))
    assert (await other.post("/provider/listings", json=notice(record))).status_code == 404
    assert (await unit.post("/provider/listings", json=notice(praise))).json()["code"] == "not-listable"
    for dates in ({"answerBy": "2026-11-21"}, {"replyBy": "2026-11-30"}, {"answerBy": "soon"}, {"extra": 1}):
        assert (await unit.post("/provider/listings", json=notice(record, **dates))).status_code == 400
    for last in ("2031-12-25", "2040-01-01", "9999-12-31"):  # no working day is known there
        for dates in ({"answerBy": last, "replyBy": last}, {"replyBy": last}):
            answer = await unit.post("/provider/listings", json=notice(record, **dates))
            assert (answer.status_code, answer.json()["code"]) == (400, "listing-dates-invalid"), last
            assert answer.json()["citation"] and answer.json()["nextStep"]["text"]
    assert (await unit.get("/provider/listings")).json()["items"] == []


async def test_others_see_nothing_and_an_officer_sees_the_place(api: Api) -> None:
    me, _, _, case = await begun(api)
    other = api.as_(resident(api.services, "acc_two", "11010519491231002X"))
    assert (await other.get(f"/me/listings/{case}")).status_code == 404
    assert (await api.as_(officer("dalian")).get(f"/staff/listings/{case}")).status_code == 404
    assert (await api.as_(officer("yunnan")).get(f"/staff/listings/{case}")).json()["id"] == case
    another = await keyed(api, "prv_other")
    assert (await another.get(f"/provider/listings/{case}")).status_code == 404
    audits = await api.services.database.collection("audits").find({"ref": case, "outcome": "not-found"}).to_list(9)
    assert {entry["by"] for entry in audits} == {"acc_two", "stf_officer", "prv_other"}
    assert (await other.post(f"/me/listings/{case}/answer", json={"text": "不是我"})).status_code == 404
    assert [item["id"] for item in (await me.get("/me/listings")).json()["items"]] == [case]
    assert [i["id"] for i in (await api.as_(officer("yunnan")).get("/staff/listings")).json()["items"]] == [case]
    assert (await api.as_(officer("dalian")).get("/staff/listings")).json()["items"] == []


async def test_an_answer_and_a_decision_at_once_cannot_both_win(api: Api, clock: FixedClock) -> None:
    me, unit, record, case = await begun(api)
    clock.move_to(date(2026, 12, 2))
    answers = await asyncio.gather(
        me.post(f"/me/listings/{case}/answer", json={"text": "请核实"}),
        unit.post(f"/provider/listings/{case}/decision", json=decision()),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    is_listed = (await api.services.records.get(record.id)).severe_list == "listed"
    assert is_listed == (answers[1].status_code == 200)


@pytest.mark.parametrize("jurisdiction", ["dalian", "yunnan"])
async def test_without_consent_opening_serves_nothing_and_the_unit_serves_on_paper(
    api: Api, clock: FixedClock, jurisdiction: str
) -> None:
    """Yunnan 31: served by law. Opening a page is no service unless the person agreed to that."""
    me, unit, case = await decided(api, clock, jurisdiction)
    assert (await me.get(f"/me/listings/{case}")).json()["ask"] == "有决定书，请您看"
    seen = (await me.post(f"/me/listings/{case}/read")).json()
    assert seen["ask"] is None, "looked at: the service on paper is the unit's to do"
    assert seen["status"] == "listed" and seen["seenAt"] and seen["service"] is None and seen["remedies"] == []
    owed = [one for one in seen["clocks"] if one["doneAt"] is None]
    assert [(one["clock"], one["due"]["isStatutory"]) for one in owed] == [("listing.serve", False)]
    path = f"/provider/listings/{case}/service"
    for wrong in ("2026-12-01", "2026-12-03"):  # before the decision, and ahead
        answer = await unit.post(path, json={**PAPER, "on": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "listing-service-date-invalid")
        assert answer.json()["citation"]["article"] in (31, 61)
    clock.move_to(date(2026, 12, 9))
    served = (await unit.post(path, json={**PAPER, "on": "2026-12-07"})).json()
    assert served["status"] == "served" and served["service"]["proof"] == "EMS1234567"
    desk = api.as_(officer(jurisdiction))
    (logged,) = (await desk.get(f"/staff/cases/listings/{case}/journal")).json()["items"]
    assert (logged["kind"], logged["way"], logged["on"], logged["text"]) == (
        "served",
        "post",
        "2026-12-07",
        "EMS1234567",
    )
    mine = (await me.get(f"/me/listings/{case}")).json()
    assert mine["service"]["on"] == "2026-12-07" and mine["servedAt"] is None
    assert remedies_of(mine) == {"申请行政复议": "2027-02-11", "提起行政诉讼": "2027-06-07"}
    assert {way["certainty"] for way in mine["remedies"] if way["due"]} == {"seen"}
    assert any(way["certainty"] == "recall" for way in mine["remedies"])  # the fifteen days after reconsideration
    assert (await unit.post(path, json=PAPER)).status_code == 409
    told = await api.services.database.collection("notices").count_documents({"kind": "listings.served"})
    assert told == 1


async def test_a_consent_taken_back_serves_no_more_and_the_centre_records_service_on_paper(
    api: Api, clock: FixedClock
) -> None:
    me, _, case = await decided(api, clock, "yunnan")
    await me.post("/me/consents", json=CONSENT)
    assert (await api.as_(resident(api.services)).delete("/me/consents/electronic-service")).status_code == 200
    assert (await me.post(f"/me/listings/{case}/read")).json()["status"] == "listed"
    path, body = f"/staff/listings/{case}/service", {**PAPER, "reason": "代为送达"}
    assert (await api.as_(officer("dalian")).post(path, json=body)).status_code == 404
    served = await api.as_(officer("yunnan")).post(path, json=body)
    assert served.json()["service"]["wayLabel"] == "邮寄送达" and served.json()["status"] == "served"


async def test_a_wrong_day_of_service_is_put_right_and_the_remedies_follow(api: Api, clock: FixedClock) -> None:
    me, unit, case = await decided(api, clock, "yunnan")
    clock.move_to(date(2026, 12, 14))
    await unit.post(f"/provider/listings/{case}/service", json={**PAPER, "on": "2026-12-03"})
    before = remedies_of((await me.get(f"/me/listings/{case}")).json())
    path, desk = f"/staff/listings/{case}/service-correction", api.as_(officer("yunnan"))
    body = {**PAPER, "on": "2026-12-07", "reason": "回执上的签收日是七日"}
    assert (await api.as_(officer("dalian")).post(path, json=body)).status_code == 404
    for wrong, code in ((PAPER | {"on": "2026-12-15"}, 400), (PAPER | {"on": "2026-12-01"}, 400), ({}, 400)):
        assert (await desk.post(path, json={**wrong, "reason": "改日子"})).status_code == code
    same = await desk.post(path, json={**PAPER, "on": "2026-12-03", "reason": "没有改动"})
    assert (same.status_code, same.json()["code"]) == (409, "listing-service-unchanged")

    right = (await desk.post(path, json=body)).json()
    assert right["status"] == "served" and right["service"]["on"] == "2026-12-07"
    mine = (await me.get(f"/me/listings/{case}")).json()
    assert mine["service"]["wayLabel"] == (
        "邮寄送达（原来登记为2026年12月3日，2026年12月14日更正：回执上的签收日是七日）"
    )
    assert remedies_of(mine) == {"申请行政复议": "2027-02-11", "提起行政诉讼": "2027-06-07"} != before
    (told,) = [
        one for one in (await me.get("/me/notices")).json()["items"] if one["kind"] == "listings.service_corrected"
    ]
    assert "原来登记在2026年12月3日" in told["text"] and "更正为2026年12月7日" in told["text"]
    document = await api.services.database.collection("listings").find_one({"_id": case})
    assert [one["on"] for one in document["earlier_services"]] == ["2026-12-03"]
    assert document["history"][-1]["action"] == "correct_service" and document["history"][-1]["note"]
    log = (await desk.get(f"/staff/cases/listings/{case}/journal")).json()["items"]
    assert [one["on"] for one in log] == ["2026-12-03", "2026-12-07"] and "回执上的签收日是七日" in log[1]["text"]
    assert (await desk.post(path, json=body | {"on": "2026-12-08"})).json()["service"]["on"] == "2026-12-08"


async def test_a_service_by_opening_has_the_systems_day_and_none_to_correct(api: Api, clock: FixedClock) -> None:
    me, _, case = await decided(api, clock, "yunnan")
    path, desk = f"/staff/listings/{case}/service-correction", api.as_(officer("yunnan"))
    body = {**PAPER, "reason": "改日子"}
    early = await desk.post(path, json=body)
    assert (early.status_code, early.json()["code"]) == (409, "action-not-allowed")
    await me.post("/me/consents", json=CONSENT)
    assert (await me.post(f"/me/listings/{case}/read")).json()["status"] == "served"
    opened = await desk.post(path, json=body)
    assert (opened.status_code, opened.json()["code"]) == (409, "listing-not-served-on-paper")
    assert opened.json()["nextStep"]["text"]
