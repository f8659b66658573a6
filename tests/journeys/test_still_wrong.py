"""还是错的: a system that answered that it followed the correction, and still shows what was wrong, owes it anew."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from api.records.models import Copy
from tests.support.api import Api, officer, resident
from tests.support.cases import allowed, clocks, done, keyed, penalty, refused, signed_in, stored
from tests.support.pdfs import plain
from tests.support.world import FixedClock

CLOCKS = {"dalian": ("objection.follow_copies", False), "yunnan": ("objection.shared_copies", True)}
FOUNDED = {
    "reason": "核对决定书",
    "reasons": "金额录入有误，已更正",
    "correction": {"outcome": "corrected", "items": {"罚款金额": "0.01"}},
}


async def upheld(api: Api, place: str) -> tuple[httpx.AsyncClient, httpx.AsyncClient, httpx.AsyncClient, str]:
    """A founded objection to a record that two systems hold: the resident, the desk, the unit, and the case."""
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer(place))
    mine = await keyed(api, place)
    copies = tuple(Copy(system=name, shared_at=api.services.clock.now()) for name in ("信用中国", "某银行"))
    record = await stored(api.services, penalty(resident(api.services), place, copies=copies))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额不对"}
    case = done(await me.post("/me/objections", json=filing), 201)
    step = "correct-own-error" if place == "dalian" else "uphold"
    done(await desk.post(f"/staff/objections/{case['id']}/{step}", json=FOUNDED))
    return me, desk, mine, case["id"]


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_the_row_is_opened_anew_with_its_own_clock_and_everybody_sees_it(
    api: Api, clock: FixedClock, place: str
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk, mine, case = await upheld(api, place)
    name, is_statutory = CLOCKS[place]
    at, report = f"/me/objections/{case}", {"system": "信用中国", "text": "页面上仍是0.02万元"}
    assert clocks(done(await me.get(at))) == {name: "2026-11-26"}
    early = refused(await me.post(f"{at}/report-still-wrong", json=report), 409, "copy-not-to-report")
    assert "还没有回复" in early["detail"]
    assert "report-still-wrong" not in allowed(done(await me.get(at)))

    (change,) = done(await mine.get("/provider/changes"))["items"]
    done(await mine.post(f"/provider/changes/{change['id']}/acknowledgement", json={}))
    followed = done(await me.get(at))
    assert clocks(followed) == {} and "report-still-wrong" in allowed(followed)
    assert done(await desk.get("/staff/queue"))["items"] == []

    clock.move_to(date(2026, 12, 1))
    for wrong in ({"system": "没有的系统"}, {"system": "信用中国 "}):
        refused(await me.post(f"{at}/report-still-wrong", json=wrong), 409, "copy-not-to-report")
    assert (await me.post(f"{at}/report-still-wrong", json={**report, "more": 1})).status_code == 400
    proof = done(await me.post("/me/evidence", files={"file": ("截图.pdf", plain(), "application/pdf")}), 201)
    reported = done(await me.post(f"{at}/report-still-wrong", json={**report, "evidence": [proof["id"]]}))
    (owed,) = [step for step in reported["clocks"] if step["doneAt"] is None]
    assert (owed["owedBy"], owed["due"]["on"], owed["due"]["isStatutory"]) == ("信用中国", "2026-12-04", is_statutory)
    rows = {copy["system"]: copy for copy in reported["followThrough"]}
    assert rows["信用中国"]["acknowledgedAt"] is None and rows["信用中国"]["due"]["on"] == "2026-12-04"
    assert rows["某银行"]["acknowledgedAt"]  # the other row stays as it was
    assert [file["filename"] for file in reported["evidence"]] == ["截图.pdf"]

    (line,) = done(await desk.get("/staff/queue"))["items"]  # the officers see it
    assert (line["caseRef"], line["next"]["owedBy"], line["next"]["due"]["on"]) == (case, "信用中国", "2026-12-04")
    seen = done(await desk.get(f"/staff/objections/{case}"))
    assert [(said["system"], said["text"]) for said in seen["stillWrong"]] == [("信用中国", report["text"])]
    newest = done(await mine.get("/provider/changes"))["items"][-1]  # the provider sees it in its feed and in the case
    assert (newest["kind"], newest["systems"], newest["acknowledgedAt"]) == ("copy.still-wrong", ["信用中国"], None)
    assert done(await mine.get(f"/provider/verifications/{case}"))["stillWrong"][0]["text"] == report["text"]
    refused(await me.post(f"{at}/report-still-wrong", json=report), 409, "copy-not-to-report")  # once until it answers

    done(await mine.post(f"/provider/changes/{newest['id']}/acknowledgement", json={}))
    assert clocks(done(await me.get(at))) == {} and done(await desk.get("/staff/queue"))["items"] == []
    again = done(await me.post(f"{at}/report-still-wrong", json=report))  # and once more after the next answer
    assert len(again["stillWrong"]) == 2 and clocks(again) == {name: "2026-12-04"}
    clock.move_to(date(2026, 12, 7))
    (late,) = done(await desk.get("/staff/queue", params={"late": True}))["items"]
    assert late["isLate"]
    closed = done(
        await desk.post(f"/staff/objections/{case}/acknowledge-copy", json={"reason": "回函", "system": "信用中国"})
    )
    assert clocks(closed) == {}
    breaches = done(await desk.get("/staff/breaches"))["items"]
    assert [(one["owedBy"], bool(one["doneAt"])) for one in breaches] == (
        [("信用中国", True)] if place == "yunnan" else []
    )


async def test_two_reports_at_once_open_the_row_once(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk, mine, case = await upheld(api, "yunnan")
    (change,) = done(await mine.get("/provider/changes"))["items"]
    done(await mine.post(f"/provider/changes/{change['id']}/acknowledgement", json={}))
    clock.advance(hours=1)
    report = {"system": "某银行"}
    path = f"/me/objections/{case}/report-still-wrong"
    both = await asyncio.gather(me.post(path, json=report), me.post(path, json=report))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    seen: Any = done(await desk.get(f"/staff/objections/{case}"))
    assert len(seen["stillWrong"]) == 1 and len(done(await mine.get("/provider/changes"))["items"]) == 2


async def test_anothers_case_and_an_unfounded_one_are_not_to_be_reported(api: Api, clock: FixedClock) -> None:
    me, desk, _, case = await upheld(api, "yunnan")
    other = signed_in(api, resident(api.services, "acc_two", "110105199001012345"))
    path = f"/me/objections/{case}/report-still-wrong"
    refused(await other.post(path, json={"system": "信用中国"}), 404, "not-found")
    query = {"ref": case, "outcome": "not-found", "by": "acc_two"}
    assert await api.services.database.collection("audits").count_documents(query) == 1
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额不对"}
    second = done(await me.post("/me/objections", json=filing), 201)
    at = f"/me/objections/{second['id']}/report-still-wrong"
    refused(await me.post(at, json={"system": "信用中国"}), 409, "action-not-allowed")
    done(
        await desk.post(f"/staff/objections/{second['id']}/reject", json={"reason": "核对", "reasons": "与决定书一致"})
    )
    refused(await me.post(at, json={"system": "信用中国"}), 409, "action-not-allowed")


async def test_what_an_officer_notes_on_the_record_ends_the_step_of_the_case_too(api: Api, clock: FixedClock) -> None:
    me, desk, _, case = await upheld(api, "dalian")
    (line,) = done(await desk.get("/staff/queue"))["items"]
    record = done(await me.get(f"/me/objections/{case}"))["recordId"]
    for system in ("信用中国", "某银行"):
        done(await desk.post(f"/staff/records/{record}/copies", json={"system": system, "reason": "来函"}))
    assert line["caseRef"] == case and done(await desk.get("/staff/queue"))["items"] == []


@pytest.mark.parametrize("way", ["feed", "case"])
async def test_who_has_followed_the_newest_change_has_followed_the_earlier_ones(
    api: Api, clock: FixedClock, way: str
) -> None:
    """A repair tells every system anew: no step of the objection before it stays open for ever."""
    me, desk, mine, case = await upheld(api, "yunnan")
    record = done(await me.get(f"/me/objections/{case}"))["recordId"]
    filing = {"recordId": record, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    repair = done(await me.post("/me/repairs", json=filing), 201)["id"]
    clock.advance(hours=1)
    for step in ("accept", "approve"):
        done(await mine.post(f"/provider/repairs/{repair}/{step}", json={}))
    if way == "feed":
        newest = done(await mine.get("/provider/changes"))["items"][-1]
        done(await mine.post(f"/provider/changes/{newest['id']}/acknowledgement", json={}))
    else:
        for system in ("信用中国", "某银行"):
            body = {"reason": "回函", "system": system}
            done(await desk.post(f"/staff/repairs/{repair}/acknowledge-copy", json=body))
            done(await desk.post(f"/staff/objections/{case}/acknowledge-copy", json=body))
            refused(await desk.post(f"/staff/objections/{case}/acknowledge-copy", json=body), 409, "copy-not-owed")
    assert clocks(done(await me.get(f"/me/objections/{case}"))) == {}
    assert {step["owedBy"] for step in done(await me.get(f"/me/repairs/{repair}"))["clocks"] if not step["doneAt"]} == {
        "市公共资源交易中心"
    }
