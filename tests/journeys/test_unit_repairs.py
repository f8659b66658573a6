"""修复: the unit that determined the conduct works with its own key what is addressed or forwarded to it."""

from datetime import date
from typing import Any

import pytest

from api.infra.actors import SYSTEM
from api.infra.privacy import sm3
from api.records.models import AppliedMeasure, Standing
from tests.journeys.test_bars import BAR
from tests.support.api import Api, officer, resident
from tests.support.cases import (
    PDF,
    PROVIDER,
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


async def turned_away(api: Api, case: str) -> int:
    query = {"action": "repairs.read", "ref": case, "outcome": "not-found"}
    count: int = await api.services.database.collection("audits").count_documents(query)
    return count


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_what_is_forwarded_is_seen_asked_for_accepted_and_repaired_by_the_unit(
    api: Api, clock: FixedClock, place: str
) -> None:
    clock.move_to(date(2027, 5, 31))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer(place))
    mine, other = await keyed(api, place), await keyed(api, place, "prv_other")
    measures = (
        AppliedMeasure(code="DL-01", unit="市公共资源交易中心", since=date(2026, 6, 1)),
        AppliedMeasure(code="DL-02", unit=UNIT, since=date(2026, 6, 1)),
    )
    record = await stored(
        api.services,
        penalty(resident(api.services), place, severe_list="listed", record_class="serious", measures=measures),
    )
    case = done(await me.post("/me/repairs", json=application(record.id, pledgeVersion="2026-2")), 201)
    at = f"/provider/repairs/{case['id']}"
    assert done(await mine.get("/provider/repairs"))["items"] == []
    refused(await mine.get(at), 404, "not-found")  # the centre has not forwarded it yet
    assert await turned_away(api, case["id"]) == 1

    done(await desk.post(f"/staff/repairs/{case['id']}/forward", json={"reason": "材料齐全"}))
    (waiting,) = done(await mine.get("/provider/repairs"))["items"]
    assert waiting["id"] == case["id"] and waiting["next"]["owedBy"] == UNIT
    assert done(await other.get("/provider/repairs"))["items"] == []
    refused(await other.get(at), 404, "not-found")
    refused(await other.post(f"{at}/accept", json={}), 404, "not-found")
    assert await turned_away(api, case["id"]) == 3

    shown = done(await mine.get(at))
    assert allowed(shown) == {"ask-for-material", "accept", "decline"}
    assert all("by" not in entry and "note" not in entry for entry in shown["history"])
    asked = done(await mine.post(f"{at}/ask-for-material", json={"items": ["缴款凭证", "验收意见"]}))
    assert (asked["status"], asked["material"]["by"]) == ("unit_material_asked", UNIT)
    assert [line["status"] for line in done(await mine.get("/provider/repairs"))["items"]] == ["unit_material_asked"]
    proof = done(await me.post("/me/evidence", files=PDF), 201)
    done(await me.post(f"/me/repairs/{case['id']}/material", json={"answer": "见附件", "evidence": [proof["id"]]}))
    refused(await mine.post(f"{at}/ask-for-material", json={"items": ["照片"]}), 409, "repair-material-asked-before")
    file = await mine.get(f"{at}/evidence/{proof['id']}")
    assert file.status_code == 200 and sm3(file.content) == proof["digest"]
    refused(await other.get(f"{at}/evidence/{proof['id']}"), 404, "not-found")

    refused(await mine.post(f"{at}/approve", json={}), 409, "action-not-allowed")  # accepted first
    accepted = done(await mine.post(f"{at}/accept", json={}))
    assert accepted["status"] == "accepted" and clocks(accepted)["repair.decide"]
    stale = {"version": accepted["version"] - 1}
    refused(await mine.post(f"{at}/approve", json=stale), 409, "outdated")
    approved = done(await mine.post(f"{at}/approve", json={"version": accepted["version"]}))
    assert approved["decision"]["by"] == UNIT and approved["status"] == "approved"
    after = await api.services.records.get(record.id)
    assert after.standing is Standing.REPAIRED and after.severe_list == "removed"
    assert done(await mine.get(f"{at}/decision"))["title"] == "信用修复决定书"
    assert [line["id"] for line in done(await mine.get("/provider/repairs", params={"status": "approved"}))["items"]]

    foreign = {"code": "DL-01", "unit": "市公共资源交易中心"}  # another unit's measure is not its to lift
    refused(await mine.post(f"{at}/lift-measure", json=foreign), 409, "measure-not-applied")
    lifted = done(await mine.post(f"{at}/lift-measure", json={"code": "DL-02"}))
    assert {measure["code"]: bool(measure["liftedAt"]) for measure in lifted["measures"]} == {
        "DL-01": False,
        "DL-02": True,
    }
    removed = done(await mine.post(f"{at}/confirm-removal", json={}))
    refused(await mine.post(f"{at}/confirm-removal", json={}), 409, "removal-not-owed")
    owed = {step["owedBy"] for step in removed["clocks"] if step["doneAt"] is None}
    assert owed == {"信用中国", "市公共资源交易中心"}
    (change,) = [
        entry for entry in done(await mine.get("/provider/changes"))["items"] if entry["kind"] == "repair.approved"
    ]
    done(await mine.post(f"/provider/changes/{change['id']}/acknowledgement", json={}))
    done(await desk.post(f"/staff/repairs/{case['id']}/lift-measure", json={"reason": "来函", **foreign}))
    assert clocks(done(await mine.get(at))) == {}


async def test_what_is_addressed_to_the_unit_is_declined_or_refused_with_reasons(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, mine = signed_in(api, resident(api.services)), await keyed(api, "yunnan")
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))

    async def file() -> str:
        case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
        return f"/provider/repairs/{case['id']}"

    at = await file()
    for lacking in ({}, {"reasons": ""}, {"reasons": "   "}, {"reasons": "不符", "fee": 1}):
        assert (await mine.post(f"{at}/decline", json=lacking)).status_code == 400
    declined = done(await mine.post(f"{at}/decline", json={"reasons": "不是本单位认定"}))
    assert (declined["decision"]["kind"], declined["decision"]["by"]) == ("declined", UNIT)
    refused(await mine.post(f"{at}/accept", json={}), 409, "action-not-allowed")

    at = await file()
    done(await mine.post(f"{at}/accept", json={}))
    decision = done(await mine.post(f"{at}/refuse", json={"reasons": "整改验收未通过"}))
    assert decision["status"] == "refused" and len(decision["remedies"]) == 4
    assert (await api.services.records.get(record.id)).standing is Standing.STANDING
    told = done(await me.get("/me/repairs"))["items"]
    assert [line["status"] for line in told] == ["refused", "declined"]
    done(await mine.post(f"{at}/propose-bar", json={"bar": BAR}))
    done(await me.post(f"/me/repairs/{decision['id']}/bar-answer", json={"answer": "没有伪造"}))
    barred = done(await mine.post(f"{at}/bar", json={"reasons": "验收报告是伪造的"}))
    assert barred["barredUntil"] == BAR["until"]
    assert (await api.services.records.get(record.id)).changes[-1].unit == UNIT


@pytest.mark.parametrize(
    ("path", "body"),
    [("", None), ("/rep_none", None), ("/rep_none/accept", {}), ("/rep_none/refuse", {"reasons": "不符"})],
)
async def test_a_key_without_the_scope_opens_nothing(api: Api, path: str, body: dict[str, Any] | None) -> None:
    await keyed(api)
    now = api.services.clock.now()
    key = await api.services.providers.issue_key(None, SYSTEM, PROVIDER, now, scopes=("changes",))
    client, at = api.with_key(key), f"/provider/repairs{path}"
    refused(await (client.get(at) if body is None else client.post(at, json=body)), 403, "key-scope-missing")


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_the_decision_may_be_put_off_once_before_its_day_and_the_resident_is_told_why(
    api: Api, clock: FixedClock, place: str
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk, mine = signed_in(api, resident(api.services)), signed_in(api, officer(place)), await keyed(api, place)
    record = await stored(api.services, penalty(resident(api.services), place))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    at, on_paper = f"/provider/repairs/{case['id']}", f"/staff/repairs/{case['id']}"
    more = {"reasons": "需要现场核实整改情况"}
    refused(await mine.post(f"{at}/extend", json=more), 409, "action-not-allowed")  # not before it is accepted
    accepted = done(await mine.post(f"{at}/accept", json={}))
    assert clocks(accepted)["repair.decide"] == "2026-12-02" and "extend" in allowed(accepted)
    assert (await mine.post(f"{at}/extend", json={})).status_code == 400  # never without reasons

    clock.move_to(date(2026, 12, 2))  # the last day is still before the day is over
    extended = done(await mine.post(f"{at}/extend", json=more))
    assert clocks(extended) == {"repair.decide_extension": "2026-12-16"}
    shown = done(await me.get(f"/me/repairs/{case['id']}"))
    assert shown["extension"]["reasons"] == more["reasons"] and shown["extension"]["by"] == UNIT
    assert (shown["extension"]["wasDueOn"], shown["extension"]["due"]["on"]) == ("2026-12-02", "2026-12-16")
    assert shown["extension"]["due"]["certainty"] == "recall"  # the number of days is not verified, and says so
    assert shown["history"][-1]["label"] == "延长作出决定的期限" and shown["history"][-1]["unit"] == UNIT
    (told,) = [n for n in done(await me.get("/me/notices"))["items"] if n["kind"] == "repairs.extended"]
    assert "2026年12月16日" in told["text"] and "未核实" in told["text"]
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert line["next"]["due"]["on"] == "2026-12-16" and not line["isLate"]
    refused(await mine.post(f"{at}/extend", json=more), 409, "repair-extended-before")
    refused(await desk.post(f"{on_paper}/extend", json={"reason": "来函", **more}), 409, "repair-extended-before")

    clock.move_to(date(2026, 12, 17))
    assert done(await desk.get("/staff/queue", params={"late": True}))["items"][0]["caseRef"] == case["id"]
    done(await mine.post(f"{at}/approve", json={}))
    assert done(await desk.get("/staff/breaches"))["items"] == []  # days that were not read are no breach


async def test_after_its_day_a_decision_cannot_be_put_off(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer())
    record = await stored(api.services, penalty(resident(api.services)))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/accept", json={"reason": "来函"}))
    clock.move_to(date(2026, 12, 3))
    more = {"reason": "来函", "reasons": "需要核实"}
    late = refused(await desk.post(f"{at}/extend", json=more), 409, "repair-extension-late")
    assert late["citation"]["regulation"] == "plan-2025-22"
    assert done(await me.get(f"/me/repairs/{case['id']}"))["extension"] is None


async def test_an_answer_that_was_late_before_stays_late_when_the_decision_is_put_off(
    api: Api, clock: FixedClock
) -> None:
    """The centre took longer than the ten days that it had promised: that is not undone by the unit's longer time."""
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer())
    record = await stored(api.services, penalty(resident(api.services)))
    case = done(await me.post("/me/repairs", json=application(record.id)), 201)
    at, promised = f"/staff/repairs/{case['id']}", clocks(case)["repair.local_answer"]
    assert promised == "2026-12-07"
    clock.move_to(date(2026, 12, 8))
    done(await desk.post(f"{at}/forward", json={"reason": "材料齐全"}))
    done(await desk.post(f"{at}/accept", json={"reason": "来函"}))
    extended = done(await desk.post(f"{at}/extend", json={"reason": "来函", "reasons": "需要核实"}))
    assert clocks(extended)["repair.local_answer"] == promised
    assert {"repair.local_answer", "repair.decide_extension"} == clocks(extended).keys()


async def test_a_measure_noted_as_lifted_on_the_record_ends_the_step_of_the_repair_too(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk, mine = signed_in(api, resident(api.services)), signed_in(api, officer()), await keyed(api)
    record = await stored(api.services, penalty(resident(api.services), copies=()))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    for step in ("accept", "approve"):
        done(await mine.post(f"/provider/repairs/{case['id']}/{step}", json={}))
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert line["next"]["owedBy"] == "市公共资源交易中心"
    lifted = {"code": "DL-01", "unit": "市公共资源交易中心", "reason": "来函"}
    done(await desk.post(f"/staff/records/{record.id}/measures", json=lifted))
    assert done(await desk.get("/staff/queue"))["items"] == []
    assert done(await me.get(f"/me/repairs/{case['id']}"))["measures"][0]["liftedAt"]
