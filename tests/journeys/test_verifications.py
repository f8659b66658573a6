"""核查: the unit whose record it is answers with its own key, in Dalian and in Yunnan."""

from datetime import date

from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from tests.support.api import Api, officer, resident
from tests.support.cases import UNIT, allowed, clocks, done, keyed, penalty, refused, signed_in, stored
from tests.support.pdfs import plain
from tests.support.world import FixedClock


async def test_dalian_the_units_days_run_from_its_own_receipt(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    mine, other = await keyed(api), await keyed(api, name="prv_other")
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "不是我"}
    case = done(await me.post("/me/objections", json=filing), 201)
    at = f"/provider/verifications/{case['id']}"
    assert done(await mine.get("/provider/verifications"))["items"] == []  # not before it is asked
    done(await desk.post(f"/staff/objections/{case['id']}/dispatch", json={"reason": "转核查"}))
    (waiting,) = done(await mine.get("/provider/verifications"))["items"]
    assert waiting["id"] == case["id"] and done(await other.get("/provider/verifications"))["items"] == []
    refused(await other.get(at), 404, "not-found")
    refused(await other.post(f"{at}/receipt", json={}), 404, "not-found")

    unfounded = {"founded": False, "reasons": "与处罚决定书一致"}
    refused(await mine.post(f"{at}/reply", json=unfounded), 409, "action-not-allowed")  # receipt first
    clock.move_to(date(2026, 11, 25))
    refused(await mine.post(f"{at}/receipt", json={"receivedOn": "2026-11-26"}), 400, "invalid")
    refused(await mine.post(f"{at}/receipt", json={"receivedOn": "2026-11-22"}), 400, "invalid")
    received = done(await mine.post(f"{at}/receipt", json={}))
    assert clocks(received)["objection.provider_reply"] == "2026-12-02"
    assert received["text"] == "不是我" and all("by" not in entry for entry in received["history"])
    refused(
        await mine.post(f"{at}/reply", json={"founded": True, "reasons": "录入有误"}),
        400,
        "objection-correction-needed",
    )
    replied = done(await mine.post(f"{at}/reply", json=unfounded))
    assert replied["status"] == "replied_unfounded" and replied["reply"]["by"] == UNIT
    assert replied["finding"] is None  # the centre decides, and tells
    rejected = done(
        await desk.post(f"/staff/objections/{case['id']}/reject", json={"reason": "据复", "reasons": "与决定书一致"})
    )
    assert rejected["status"] == "rejected"
    assert [remedy["title"] for remedy in rejected["remedies"]] == ["申请行政复议", "提起行政诉讼", "投诉没有依法办理"]


async def test_an_objection_made_to_the_unit_is_decided_by_the_unit(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, mine = signed_in(api, resident(api.services)), await keyed(api, "yunnan")
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["missing"], "text": "漏了缴款"}
    case = done(await me.post("/me/objections", json=filing), 201)
    assert [m["owedBy"] for m in case["path"] if m["clock"] == "objection.finish"] == [UNIT]
    (waiting,) = done(await mine.get("/provider/verifications"))["items"]
    founded = {
        "founded": True,
        "reasons": "补充处罚类别",
        "correction": {"outcome": "supplemented", "items": {"处罚类别": "罚款"}, "dutyPerformedOn": "2026-06-02"},
    }
    upheld = done(await mine.post(f"/provider/verifications/{waiting['id']}/reply", json=founded))
    assert upheld["status"] == "upheld" and upheld["finding"]["by"] == UNIT and upheld["centreToldAt"]
    after = await api.services.records.get(record.id)
    assert after.particulars.items["处罚类别"] == "罚款" and after.duty_performed_on == date(2026, 6, 2)
    assert after.changes[-1].fields == ("义务履行日期", "处罚类别")
    assert done(await me.get(f"/me/objections/{case['id']}/result"))["issuedBy"] == UNIT


async def test_yunnan_the_centre_may_ask_the_unit_while_its_own_clock_runs_on(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    mine = await keyed(api, "yunnan")
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "日期错了"}
    case = done(await me.post("/me/objections", json=filing), 201)
    asked = done(await desk.post(f"/staff/objections/{case['id']}/dispatch", json={"reason": "核对"}))
    assert asked["status"] == "asked" and clocks(asked) == clocks(case) == {"objection.finish": "2026-11-30"}
    at = f"/provider/verifications/{case['id']}"
    done(await mine.post(f"{at}/receipt", json={}))
    refused(await mine.post(f"{at}/receipt", json={}), 409, "objection-already-received")
    fix = {"outcome": "corrected", "endedOn": "2026-04-19"}
    back = done(await mine.post(f"{at}/reply", json={"founded": True, "reasons": "日期有误", "correction": fix}))
    assert back["status"] == "handling" and back["reply"]["changes"] == [
        {"name": "行为终止日期", "before": "2026年4月20日", "after": "2026年4月19日"}
    ]
    upheld = {"reason": "据复", "reasons": "日期已更正"}  # the unit's correction is made
    done(await desk.post(f"/staff/objections/{case['id']}/uphold", json=upheld))
    assert (await api.services.records.get(record.id)).ended_on == date(2026, 4, 19)


async def test_a_second_notice_of_one_objection_is_received_like_the_first(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    case = done(await me.post("/me/objections", json=filing), 201)
    at = f"/staff/objections/{case['id']}"
    for _ in range(2):
        asked = done(await desk.post(f"{at}/dispatch", json={"reason": "核对"}))
        assert "receipt" in allowed(asked)
        assert "receipt" not in allowed(done(await desk.post(f"{at}/receipt", json={"reason": "来函"})))
        refused(await desk.post(f"{at}/receipt", json={"reason": "来函"}), 409, "objection-already-received")
        done(await desk.post(f"{at}/reply", json={"reason": "来函", "founded": False, "reasons": "没有错"}))


async def test_a_query_that_nobody_knows_leads_to_an_objection_about_that_entry(api: Api, clock: FixedClock) -> None:
    actor = resident(api.services)
    me = signed_in(api, actor)
    record = await stored(api.services, penalty(actor))
    entry = footprint(
        actor.bound_subject, FootprintKind.QUERIED, clock.now(), unit="某银行", why="贷款审查", basis="grant"
    )
    await api.services.footprints.note(entry)
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["unknown_query"]}
    refused(await me.post("/me/objections", json={**filing, "footprintId": "fp_none"}), 404, "not-found")
    case = done(await me.post("/me/objections", json={**filing, "footprintId": entry.id}), 201)
    assert case["footprintId"] == entry.id
    desk = signed_in(api, officer("dalian"))
    closed = done(
        await desk.post(
            f"/staff/objections/{case['id']}/correct-own-error",
            json={"reason": "查日志", "reasons": "该次查询没有授权，已处理", "correction": {"outcome": "explained"}},
        )
    )
    assert closed["finding"]["outcome"] == "explained" and closed["followThrough"] == []
    assert (await api.services.records.get(record.id)).changes == ()


async def test_yunnan_the_unit_that_answers_itself_may_stop_its_clock_for_an_examination(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, mine, other = (
        signed_in(api, resident(api.services)),
        await keyed(api, "yunnan"),
        await keyed(api, "yunnan", "prv_x"),
    )
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"], "text": "签名不是我的"}
    case = done(await me.post("/me/objections", json=filing), 201)
    at = f"/provider/verifications/{case['id']}"
    order = {"file": ("委托书.pdf", plain(), "application/pdf")}
    refused(await other.post(f"{at}/evidence", files=order), 404, "not-found")
    (file,) = done(await mine.post(f"{at}/evidence", files=order, data={"kind": "examination_order"}))["evidence"]
    stop = {
        "kind": "appraisal", "laboratory": "某司法鉴定中心", "orderedOn": "2026-11-23", "expectedUntil": "2026-12-04",
        "order": file["id"],
    }  # fmt: skip
    refused(await mine.post(f"{at}/pause", json={**stop, "order": "ev_none"}), 409, "objection-pause")
    refused(await mine.post(f"{at}/pause", json={**stop, "kind": "holiday"}), 409, "objection-pause")
    refused(await other.post(f"{at}/pause", json=stop), 404, "not-found")
    for day in ("2040-01-01", "0001-01-01"):  # no calendar knows them
        refused(await mine.post(f"{at}/pause", json={**stop, "orderedOn": day}), 400, "invalid")
    paused = done(await mine.post(f"{at}/pause", json=stop))
    assert paused["status"] == "provider_paused"
    (step,) = [step for step in paused["clocks"] if step["clock"] == "objection.finish"]
    assert step["paused"][0]["kind"] == "appraisal" and step["due"]["on"] > "2026-12-04"
    clock.move_to(date(2026, 12, 1))
    resumed = done(await mine.post(f"{at}/resume", json={}))
    assert resumed["status"] == "provider_handling"
    (step,) = [step for step in done(await me.get(f"/me/objections/{case['id']}"))["clocks"] if not step["doneAt"]]
    assert step["elapsed"] < step["elapsedInAll"]  # both figures are shown
    done(await mine.post(f"{at}/reply", json={"founded": False, "reasons": "鉴定结论与记录一致"}))
    refused(await mine.post(f"{at}/evidence", files=order), 409, "action-not-allowed")


async def test_dalian_no_clock_stops_whoever_asks(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, mine = signed_in(api, resident(api.services)), await keyed(api)
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"], "text": "签名不是我的"}
    case = done(await me.post("/me/objections", json=filing), 201)
    stop = {
        "kind": "appraisal", "laboratory": "某司法鉴定中心", "orderedOn": "2026-11-23", "expectedUntil": "2026-12-04",
        "order": "ev_x",
    }  # fmt: skip
    refused(await mine.post(f"/provider/verifications/{case['id']}/pause", json=stop), 409, "objection-pause")
