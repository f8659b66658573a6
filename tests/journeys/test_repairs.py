"""修复: journeys through HTTP, day by day, so that an official can read them."""

from datetime import date
from typing import Any

import pytest

from api.records.models import Standing
from tests.support.api import Api, officer, resident
from tests.support.cases import (
    PDF,
    UNIT,
    allowed,
    application,
    clocks,
    done,
    keyed,
    penalty,
    refused,
    signed_in,
    stored,
)
from tests.support.world import FixedClock


async def test_too_early_is_refused_with_the_day_and_a_reminder_comes_that_morning(api: Api, clock: FixedClock) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))  # decided on 2026-05-08, general: three months
    clock.move_to(date(2026, 7, 1))
    told = done(await me.get("/me/repairs/eligibility", params={"recordId": record.id}))
    assert (told["state"], told["opensOn"]) == ("opens", "2026-08-09")  # 8 August is a Saturday, and lengthens nothing
    assert told["mayFile"] is False and told["warning"] is None
    assert {condition["name"] for condition in told["conditions"]} >= {"minimum_publicity", "duty_performed", "pledge"}
    assert len(told["materials"]["items"]) == 3 and "不收取任何费用" in told["feeNotice"]
    body = refused(await me.post("/me/repairs", json=application(record.id)), 409, "repair-not-open")
    assert {"field": "opensOn", "message": "2026-08-09"} in body["errors"]
    assert body["citation"]["regulation"] == "order-36" and body["nextStep"]["flow"] == "report"
    booked = done(await me.post("/me/repairs/reminders", json={"recordId": record.id}), 201)
    assert booked["on"] == "2026-08-09"
    (notice,) = await api.services.database.collection("notices").find({}).to_list(5)
    assert (notice["kind"], notice["state"], notice["on"]) == ("repairs.opens", "booked", "2026-08-09")
    clock.move_to(date(2026, 8, 9))
    refused(await me.post("/me/repairs/reminders", json={"recordId": record.id}), 409, "repair-nothing-to-remind")
    done(await me.post("/me/repairs", json=application(record.id)), 201)


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_from_the_centre_to_the_unit_and_approved_with_everything_that_follows(
    api: Api, clock: FixedClock, place: str
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer(place))
    record = await stored(
        api.services, penalty(resident(api.services), place, severe_list="listed", record_class="serious")
    )
    clock.move_to(date(2027, 5, 31))
    case = done(await me.post("/me/repairs", json=application(record.id, pledgeVersion="2026-2")), 201)
    assert case["status"] == "submitted" and clocks(case) == {
        "repair.local_forward": "2027-06-03",
        "repair.local_answer": "2027-06-15",
    }
    assert not any(step["due"]["isStatutory"] for step in case["clocks"])  # the days that were read run for 信用中国
    refused(
        await me.post("/me/repairs", json=application(record.id, pledgeVersion="2026-2")), 409, "repair-already-open"
    )
    at = f"/staff/repairs/{case['id']}"

    listed = done(
        await desk.post(f"{at}/ask-for-material", json={"reason": "缺凭证", "items": ["缴款凭证", "整改照片"]})
    )
    assert listed["status"] == "material_asked" and listed["material"]["items"] == ["缴款凭证", "整改照片"]
    proof = done(await me.post("/me/evidence", files=PDF), 201)
    given = {"answer": "见附件", "evidence": [proof["id"]]}
    back = done(await me.post(f"/me/repairs/{case['id']}/material", json=given))
    assert back["status"] == "submitted" and back["evidence"][0]["filename"] == "缴款凭证.pdf"
    again = {"reason": "还缺", "items": ["照片"]}
    refused(await desk.post(f"{at}/ask-for-material", json=again), 409, "repair-material-asked-before")

    clock.move_to(date(2027, 6, 1))
    forwarded = done(await desk.post(f"{at}/forward", json={"reason": "材料齐全"}))
    assert clocks(forwarded)["repair.local_accept"] == "2027-06-04"
    (step,) = [step for step in forwarded["clocks"] if step["clock"] == "repair.local_accept"]
    assert step["owedBy"] == UNIT and step["due"]["isEstimated"]  # no published calendar for 2027
    accepted = done(await desk.post(f"{at}/accept", json={"reason": "单位来函受理"}))
    (decide,) = [step for step in accepted["clocks"] if step["clock"] == "repair.decide"]
    assert decide["due"]["certainty"] == "infer" and not decide["due"]["isStatutory"]  # and says so
    assert allowed(accepted) == {"extend", "approve", "refuse"}
    approved = done(await desk.post(f"{at}/approve", json={"reason": "单位来函同意"}))
    assert approved["status"] == "approved"

    after = await api.services.records.get(record.id)
    assert after.standing is Standing.REPAIRED and after.severe_list == "removed"
    assert not (after.disclosure.is_published or after.disclosure.is_shared or after.disclosure.is_queryable)
    assert after.changes[-1].case_id == case["id"]
    (print_,) = await api.services.database.collection("footprints").find({"kind": "repaired"}).to_list(5)
    assert print_["records"] == [record.id]
    decision = done(await me.get(f"/me/repairs/{case['id']}/decision"))
    assert decision["title"] == "信用修复决定书" and decision["number"] == case["number"]

    owed = {line["next"]["owedBy"] for line in done(await desk.get("/staff/queue"))["items"]}
    assert owed <= {UNIT, "信用中国", "市公共资源交易中心"} and owed
    lift = {"reason": "回执", "code": "DL-01", "unit": "市公共资源交易中心"}
    lifted = done(await desk.post(f"{at}/lift-measure", json=lift))
    assert lifted["measures"][0]["liftedAt"]
    refused(await desk.post(f"{at}/lift-measure", json=lift), 409, "measure-not-applied")
    copied = done(await desk.post(f"{at}/acknowledge-copy", json={"reason": "回执", "system": "信用中国"}))
    assert copied["followThrough"][0]["acknowledgedAt"]
    removed = done(await desk.post(f"{at}/confirm-removal", json={"reason": "单位来函"}))
    assert clocks(removed) == {}
    refused(await desk.post(f"{at}/confirm-removal", json={"reason": "再记"}), 409, "removal-not-owed")
    assert done(await desk.get("/staff/queue"))["items"] == []


async def test_to_the_unit_refused_with_reasons_and_remedies(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    assert clocks(case) == {"repair.local_accept": "2026-11-26", "repair.local_answer": "2026-12-07"}
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/accept", json={"reason": "受理"}))
    no_reasons = await desk.post(f"{at}/refuse", json={"reason": "不符"})
    assert no_reasons.status_code == 400
    refusal = {"reason": "不符", "reasons": "整改验收未通过"}
    closed = done(await desk.post(f"{at}/refuse", json=refusal))
    assert closed["decision"]["reasons"] == "整改验收未通过"
    days = [remedy["due"]["on"] for remedy in closed["remedies"] if remedy["due"]]
    assert days == ["2027-01-22", "2027-05-24"]
    assert all(remedy["body"] and remedy["citation"]["label"] for remedy in closed["remedies"])
    assert any("主管部门" in remedy["body"] for remedy in closed["remedies"])
    assert (await api.services.records.get(record.id)).standing is Standing.STANDING


@pytest.mark.parametrize(
    "fields",
    [
        {"record_class": None},
        {"decided_on": None},
        {"decided_on": date(2026, 11, 1)},
        {"decided_on": date(2026, 11, 1), "authority_until": date(2026, 12, 1)},
    ],
)
async def test_yunnan_takes_in_what_our_own_dates_would_not_and_warns(
    api: Api, clock: FixedClock, fields: dict[str, Any]
) -> None:
    """Yunnan 38: whether the publicity prescribed was reached is for the unit to say, with reasons and remedies."""
    me, mine = signed_in(api, resident(api.services)), await keyed(api, "yunnan")
    record = await stored(api.services, penalty(resident(api.services), "yunnan", **fields))
    clock.move_to(date(2026, 11, 23))
    told = done(await me.get("/me/repairs/eligibility", params={"recordId": record.id}))
    assert told["state"] in ("unknown", "opens", "closed") and told["mayFile"] and "仍会收下" in told["warning"]
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    assert case["warning"] == told["warning"]
    declined = done(await mine.post(f"/provider/repairs/{case['id']}/decline", json={"reasons": "还没有满三个月"}))
    assert declined["decision"]["reasons"] and declined["remedies"]


async def test_what_follows_a_repair_in_yunnan_has_the_days_of_the_service_and_not_those_of_a_correction(
    api: Api, clock: FixedClock
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/accept", json={"reason": "受理"}))
    approved = done(await desk.post(f"{at}/approve", json={"reason": "单位来函同意"}))
    (copy,) = approved["followThrough"]
    assert (copy["due"]["on"], copy["due"]["isStatutory"]) == ("2026-11-30", False)
    (kept,) = (await api.services.records.get(record.id)).copies
    assert (kept.told_at, kept.due_on) == (clock.now(), None), "Yunnan 36 speaks of what was wrong"
    (told,) = await api.services.database.collection("record_feed").find({"kind": "repair.approved"}).to_list(5)
    assert told["due_on"] is None


async def test_without_a_recorded_day_of_performance_the_resident_states_it_and_proves_it(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services), duty_performed_on=None))
    refused(await me.post("/me/repairs", json=application(record.id)), 400, "repair-proof-needed")
    stated = application(record.id, dutyPerformedOn="2026-06-01")
    refused(await me.post("/me/repairs", json=stated), 400, "repair-proof-needed")
    proof = done(await me.post("/me/evidence", files=PDF), 201)
    tomorrow = {**stated, "dutyPerformedOn": "2026-11-22", "evidence": [proof["id"]]}
    refused(await me.post("/me/repairs", json=tomorrow), 400, "invalid")
    case = done(await me.post("/me/repairs", json={**stated, "evidence": [proof["id"]]}), 201)
    assert case["dutyPerformedOn"] == "2026-06-01" and len(case["evidence"]) == 1
    what_if = {"recordId": record.id, "performedOn": "2026-12-01"}
    told = done(await me.get("/me/repairs/eligibility", params=what_if))
    assert (told["state"], told["opensOn"]) == ("opens", "2026-12-01")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"non_repairable_basis": "某法律第九条"}, 409, "repair-closed"),
        ({"record_class": None}, 409, "repair-cannot-be-computed"),
        ({"decided_on": None}, 409, "repair-cannot-be-computed"),
        ({"barred_until": date(2027, 1, 1)}, 409, "repair-not-open"),
        ({"section": "commendation"}, 409, "repair-not-applicable"),
        ({"document_type": "judgment"}, 409, "repair-closed"),
    ],
)
async def test_what_cannot_be_repaired_is_explained(api: Api, fields: dict[str, Any], status: int, code: str) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services), **fields))
    refused(await me.post("/me/repairs", json=application(record.id)), status, code)
    assert await api.services.database.collection("repairs").count_documents({}) == 0


async def test_an_old_pledge_text_or_money_in_any_field_is_refused(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    old = application(record.id, pledgeVersion="2025-1")
    refused(await me.post("/me/repairs", json=old), 400, "repair-pledge-outdated")
    for field in ("fee", "amount", "price"):
        answer = await me.post("/me/repairs", json=application(record.id, **{field: 1}))
        assert answer.status_code == 400


async def test_the_pledge_promises_what_the_condition_says_and_no_more(api: Api, clock: FixedClock) -> None:
    """Order 36: that the materials are true and that liability for a breach is accepted. The first edition promised more."""
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    clock.move_to(date(2026, 11, 28))
    first = done(await me.get("/me/repairs/eligibility", params={"recordId": record.id}))["pledge"]
    clock.move_to(date(2026, 11, 29))
    me = signed_in(api, resident(api.services))
    pledge = done(await me.get("/me/repairs/eligibility", params={"recordId": record.id}))["pledge"]
    assert (first["version"], pledge["version"]) == ("2026-1", "2026-2")
    assert len([line for line in pledge["text"].splitlines() if "、" in line[:2]]) == 2
    assert "今后" in first["text"] and "今后" not in pledge["text"] and "材料真实" in pledge["text"]
    refused(await me.post("/me/repairs", json=application(record.id)), 400, "repair-pledge-outdated")
    done(await me.post("/me/repairs", json=application(record.id, pledgeVersion="2026-2")), 201)


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_a_case_cites_the_law_of_its_own_place_alone(api: Api, place: str) -> None:
    """Buttons and history named the articles of both places, to resident and desk alike."""
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer(place))
    record = await stored(api.services, penalty(resident(api.services), place))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    done(await desk.post(f"/staff/repairs/{case['id']}/accept", json={"reason": "齐全"}))
    done(await desk.post(f"/staff/repairs/{case['id']}/approve", json={"reason": "满足", "reasons": "同意"}))
    wish = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    objection = done(await me.post("/me/objections", json=wish), 201)
    seen = [
        done(await reader.get(f"/{whose}/{errand}/{one['id']}"))
        for reader, whose in ((me, "me"), (desk, "staff"))
        for errand, one in (("repairs", case), ("objections", objection))
    ]
    other = "yunnan" if place == "dalian" else "dalian"
    laws = {law for one in seen for line in (*one["history"], *one["actions"]) for law in line["law"]}
    assert any(law.startswith(place) for law in laws)
    assert not [law for law in laws if law.startswith(other)]
    steps = [step for errand in done(await me.get("/errands")) for step in errand["steps"]]
    assert not [law for step in steps for law in step["law"][place] if law.startswith(other)]


async def test_another_residents_repair_looks_like_none(api: Api) -> None:
    me, other = signed_in(api, resident(api.services)), resident(api.services, "acc_two", "110105199001012345")
    record = await stored(api.services, penalty(resident(api.services)))
    case = done(await me.post("/me/repairs", json=application(record.id)), 201)
    refused(await signed_in(api, other).get(f"/me/repairs/{case['id']}"), 404, "not-found")
    refused(await signed_in(api, other).post("/me/repairs", json=application(record.id)), 404, "not-found")
    refused(await signed_in(api, officer("yunnan")).get(f"/staff/repairs/{case['id']}"), 404, "not-found")
    done(await signed_in(api, officer("dalian")).get(f"/staff/repairs/{case['id']}"))
    withdrawn = done(await me.post(f"/me/repairs/{case['id']}/withdraw", json={}))
    assert withdrawn["status"] == "withdrawn" and clocks(withdrawn) == {}
    assert [line["status"] for line in done(await me.get("/me/repairs"))["items"]] == ["withdrawn"]


async def test_what_is_not_shown_to_be_met_blocks_an_approval_until_it_is_named_and_the_paper_names_it(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(actor, "yunnan", record_class=None))
    version = done(await me.get(f"/me/repairs/eligibility?recordId={record.id}"))["pledge"]["version"]
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": version, "performance": "罚款已交"}
    case = done(await me.post("/me/repairs", json=filing), 201)
    assert not case["conditions"]  # the resident has them on the record
    at = f"/staff/repairs/{case['id']}"
    accepted = done(await desk.post(f"{at}/accept", json={"reason": "单位来函"}))
    open_ = [one["name"] for one in accepted["conditions"] if one["isDecisive"] and one["isMet"] is not True]
    promise = next(one for one in accepted["conditions"] if one["name"] == "pledge")
    assert promise["isMet"] is True and promise["detail"] == f"2026年11月23日已签署信用承诺书（{version}）"
    assert open_ and not allowed(accepted) & {"lift-measure", "confirm-removal", "bar", "drop-bar"}
    body = {"reason": "单位来函", "reasons": "单位函告已定为轻微，同意修复"}
    told = refused(await desk.post(f"{at}/approve", json=body), 400, "repair-conditions-open")
    assert {fault["field"] for fault in told["errors"]} == {"despite"} and len(told["errors"]) == len(open_)
    refused(await desk.post(f"{at}/approve", json={**body, "despite": open_[1:]}), 400, "repair-conditions-open")
    approved = done(await desk.post(f"{at}/approve", json={**body, "despite": open_}))
    assert approved["status"] == "approved" and "lift-measure" in allowed(approved)
    assert "confirm-removal" not in allowed(approved)  # no list names the person
    paper = done(await desk.get(f"{at}/decision"))
    text = "".join(text for passage in paper["passages"] for text in passage["paragraphs"])
    titles = {one["name"]: one["title"] for one in accepted["conditions"]}
    assert "没有满足或者无法核对" in text and all(titles[name] in text for name in open_)
