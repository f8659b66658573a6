"""异议: journeys through HTTP, day by day, in each jurisdiction and to each addressee, so that an official can read them."""

from datetime import date

import pytest

from tests.support.api import Api, officer, resident
from tests.support.cases import (
    PROVIDER,
    UNIT,
    allowed,
    clocks,
    done,
    employed,
    keyed,
    penalty,
    refused,
    signed_in,
    stored,
)
from tests.support.choices import make_record
from tests.support.pdfs import plain
from tests.support.world import FixedClock

ORDERED = {
    "kind": "appraisal", "laboratory": "某司法鉴定中心", "orderedOn": "2026-11-24", "expectedUntil": "2026-12-04", "order": "ev_x",
}  # fmt: skip


async def test_dalian_to_the_centre_dispatched_to_the_provider_and_founded(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services)))

    clock.move_to(date(2026, 4, 30))  # Thursday before the May holiday
    advice = done(await me.get("/me/objections/advice", params={"recordId": record.id}))
    assert {choice["addressee"] for choice in advice["choices"]} == {"centre", "provider"}
    case = done(
        await me.post(
            "/me/objections",
            json={"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"},
        ),
        201,
    )
    assert case["status"] == "verifying" and case["isMarked"]
    assert [(m["clock"], m["due"]["on"]) for m in case["path"]] == [
        ("objection.annotate", "2026-05-06"),
        ("objection.verify", "2026-05-08"),
        ("objection.provider_reply", "2026-05-14"),
        ("objection.notify", "2026-05-18"),
    ]
    assert clocks(case) == {"objection.verify": "2026-05-08", "objection.result": "2026-05-18"}
    assert all(m["due"]["citation"]["label"] for m in case["path"])
    marked = await api.services.records.get(record.id)
    assert marked.marks[0].law == () and marked.is_disclosed  # in Dalian the mark is a service

    queue = done(await desk.get("/staff/queue"))["items"]
    assert [(line["caseRef"], line["next"]["due"]["on"]) for line in queue] == [(case["id"], "2026-05-08")]
    at = f"/staff/objections/{case['id']}"

    clock.move_to(date(2026, 5, 7))
    sent = done(await desk.post(f"{at}/dispatch", json={"reason": "数据由交通运输局提供"}))
    assert clocks(sent) == {"objection.result": "2026-05-18"}
    clock.move_to(date(2026, 5, 9))  # a working Saturday
    received = done(await desk.post(f"{at}/receipt", json={"reason": "收到回执", "receivedOn": "2026-05-08"}))
    assert clocks(received)["objection.provider_reply"] == "2026-05-14"  # from its receipt on the 8th
    clock.move_to(date(2026, 5, 12))
    correction = {"outcome": "corrected", "items": {"罚款金额": "0.01"}}
    reply = {"reason": "函复", "founded": True, "reasons": "录入有误", "correction": correction}
    replied = done(await desk.post(f"{at}/reply", json=reply))
    assert replied["status"] == "replied_founded" and clocks(replied)["objection.notify"] == "2026-05-14"
    assert allowed(replied) == {"uphold"}
    upheld = done(await desk.post(f"{at}/uphold", json={"reason": "按回复更正", "reasons": "金额录入有误，已更正"}))
    assert upheld["status"] == "upheld" and not upheld["isMarked"]
    assert clocks(upheld) == {"objection.follow_copies": "2026-05-15"}
    assert upheld["finding"]["changes"] == [{"name": "罚款金额", "before": "0.02", "after": "0.01"}]
    (copy,) = upheld["followThrough"]  # in Dalian the three days are a service, and say so
    assert (copy["system"], copy["due"]["on"], copy["due"]["isStatutory"]) == ("信用中国", "2026-05-15", False)

    after = await api.services.records.get(record.id)
    assert after.particulars.items == {"违法事实": "超限运输", "罚款金额": "0.01"}
    assert after.marks == () and after.changes[-1].case_id == case["id"] and after.is_disclosed
    result = done(await me.get(f"/me/objections/{case['id']}/result"))
    assert result["number"] == case["number"] and "《大连市社会信用条例》第四十二条第一款" in result["lawNames"]
    mine = done(await me.get(f"/me/objections/{case['id']}"))
    assert all("note" not in entry and "by" not in entry for entry in mine["history"])
    inbox = await api.services.database.collection("notices").find({}).to_list(20)
    assert {notice["kind"] for notice in inbox} >= {"objections.filed", "objections.dispatched", "objections.upheld"}


async def test_dalian_to_the_centre_its_own_error_is_corrected_at_once(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services)))
    case = done(
        await me.post(
            "/me/objections", json={"recordId": record.id, "addressee": "centre", "reasons": ["past_period"]}
        ),
        201,
    )
    at = f"/staff/objections/{case['id']}"
    refused(
        await desk.post(f"{at}/correct-own-error", json={"reason": "核实", "reasons": "应停止披露"}),
        400,
        "objection-correction-needed",
    )
    closed = done(
        await desk.post(
            f"{at}/correct-own-error",
            json={"reason": "核实", "reasons": "超期披露属实", "correction": {"outcome": "stopped"}},
        )
    )
    assert closed["status"] == "upheld"
    assert {s["clock"] for s in closed["clocks"] if s["doneAt"]} >= {
        "objection.verify",
        "objection.own_error",
        "objection.own_error_notify",
    }
    assert not (await api.services.records.get(record.id)).is_disclosed
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert (line["next"]["clock"], line["next"]["owedBy"]) == ("objection.follow_copies", "信用中国")


async def test_what_an_objection_stopped_does_not_read_as_if_its_time_were_over(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    unit = await keyed(api, "yunnan")
    record = await stored(api.services, make_record(resident(api.services), provider=PROVIDER))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "涉及个人隐私"}
    at = f"/staff/objections/{done(await me.post('/me/objections', json=filing), 201)['id']}"
    stopped = {"reason": "核实", "reasons": "涉及隐私", "correction": {"outcome": "stopped"}}
    done(await desk.post(f"{at}/uphold", json=stopped))
    seen = done(await me.get(f"/me/records/{record.id}"))
    assert (seen["standing"], seen["standingLabel"]) == ("expired", "异议成立，停止披露")
    (line,) = done(await unit.get("/provider/records"))["items"]
    assert line["standingLabel"] == "异议成立，停止披露", "its unit reads the same"
    assert done(await unit.get(f"/provider/records/{record.id}"))["standingLabel"] == "异议成立，停止披露"


async def test_dalian_to_the_provider_unfounded_with_reasons_remedies_and_one_review(
    api: Api, clock: FixedClock
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services)))
    clock.move_to(date(2026, 9, 24))
    case = done(
        await me.post("/me/objections", json={"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}),
        201,
    )
    assert clocks(case) == {"objection.provider_direct": "2026-10-09"}
    at = f"/staff/objections/{case['id']}"
    clock.move_to(date(2026, 9, 28))
    reject = {"reason": "单位来函", "reasons": "处罚决定书未被变更，信息与决定书一致"}
    rejected = done(await desk.post(f"{at}/reject", json=reject))
    assert rejected["finding"]["by"] == UNIT and rejected["centreToldAt"]
    assert [(r["due"]["on"], r["due"]["citation"]["article"]) for r in rejected["remedies"] if r["due"]] == [
        ("2026-11-27", 20),
        ("2027-03-29", 46),  # the 28th is a Sunday
    ]
    refused(await me.post(f"/me/objections/{case['id']}/urge", json={}), 409, "action-not-allowed")
    review = done(await me.post(f"/me/objections/{case['id']}/review", json={"text": "决定书已被撤销"}))
    assert review["status"] == "review" and review["isMarked"]
    (step,) = [step for step in review["clocks"] if step["clock"] == "objection.review"]
    assert not step["due"]["isStatutory"]
    clock.move_to(date(2026, 10, 14))
    kept = done(await desk.post(f"{at}/reject", json={"reason": "复核", "reasons": "没有新的事实"}))
    assert kept["status"] == "review_rejected" and not kept["isMarked"]
    assert kept["remedies"] == rejected["remedies"]  # a review leaves the last days as they are, as its notice says
    refused(await me.post(f"/me/objections/{case['id']}/review", json={"text": "再看看"}), 409, "action-not-allowed")


async def test_a_review_that_is_withdrawn_leaves_the_result_as_it_was(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    case = done(await me.post("/me/objections", json=filing), 201)
    mine = f"/me/objections/{case['id']}"
    body = {"reason": "核对", "reasons": "与决定书一致"}
    rejected = done(await desk.post(f"/staff/objections/{case['id']}/reject", json=body))
    letter = done(await me.get(f"{mine}/result"))
    done(await me.post(f"{mine}/review", json={"text": "请再看"}))
    back = done(await me.post(f"{mine}/withdraw", json={}))
    assert (back["status"], clocks(back), back["isMarked"]) == ("rejected", {}, False)
    assert back["remedies"] == rejected["remedies"] and done(await me.get(f"{mine}/result")) == letter
    assert "request_review" not in allowed(back)  # once
    refused(await me.post(f"{mine}/review", json={"text": "再看看"}), 409, "action-not-allowed")
    kinds = [notice["kind"] for notice in done(await me.get("/me/notices"))["items"]]
    assert "objections.review_withdrawn" in kinds and "objections.withdrawn" not in kinds


async def test_yunnan_runs_one_clock_that_an_appraisal_stops_and_follows_every_copy(
    api: Api, clock: FixedClock
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))  # Monday
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    told = refused(await me.post("/me/objections", json=filing), 400, "objection-reasons-needed")
    assert told["citation"]["article"] == 36
    case = done(await me.post("/me/objections", json={**filing, "text": "签名不是我的"}), 201)
    assert clocks(case) == {"objection.finish": "2026-11-30"}
    assert (await api.services.records.get(record.id)).marks[0].law == ("yunnan-36",)
    at = f"/staff/objections/{case['id']}"

    clock.move_to(date(2026, 11, 25))
    pause = {
        "reason": "委托笔迹鉴定", "kind": "appraisal", "laboratory": "云南某司法鉴定中心", "orderedOn": "2026-11-24",
        "expectedUntil": "2026-12-04", "order": "ev_none",
    }  # fmt: skip
    refused(await desk.post(f"{at}/pause", json=pause), 409, "objection-pause")
    paper = {"file": ("委托书.pdf", plain(), "application/pdf")}
    photo = done(await me.post(f"/me/objections/{case['id']}/evidence", files=paper), 201)
    material = done(await desk.post(f"{at}/evidence", files=paper))
    for file in (photo["evidence"][-1], material["evidence"][-1]):  # the resident's own, and what is no order
        refused(await desk.post(f"{at}/pause", json={**pause, "order": file["id"]}), 409, "objection-pause")
    filed = done(await desk.post(f"{at}/evidence", files=paper, data={"kind": "examination_order"}))
    (order,) = [file for file in filed["evidence"] if file["kind"] == "examination_order"]
    assert order["by"] == "centre"
    pause["order"] = order["id"]
    for wrong in (
        {"orderedOn": "2026-11-22"},  # before the objection
        {"orderedOn": "2026-11-26"},
        {"expectedUntil": "2026-11-24"},
        {"expectedUntil": "2027-12-04"},  # longer than any examination takes
    ):
        told = refused(await desk.post(f"{at}/pause", json={**pause, **wrong}), 400, "invalid")
        assert [fault["field"] for fault in told["errors"]] == list(wrong)
    paused = done(await desk.post(f"{at}/pause", json=pause))
    seen = done(await me.get(f"/me/objections/{case['id']}"))["clocks"]
    (shown,) = next(step["paused"] for step in seen if step["clock"] == "objection.finish")
    assert shown == {
        "kind": "appraisal", "title": "鉴定", "by": "云南某司法鉴定中心", "orderedOn": "2026-11-24",
        "fromOn": "2026-11-25", "untilOn": "2026-12-04", "isOver": False,
    }  # fmt: skip
    assert paused["status"] == "paused" and clocks(paused) == {"objection.finish": "2026-12-10"}

    clock.move_to(date(2026, 12, 2))
    resumed = done(await desk.post(f"{at}/resume", json={"reason": "鉴定意见已出"}))
    assert clocks(resumed) == {"objection.finish": "2026-12-08"}
    refused(await desk.post(f"{at}/pause", json={**pause, "expectedUntil": "2026-12-09"}), 409, "objection-pause")
    (step,) = [step for step in resumed["clocks"] if step["clock"] == "objection.finish"]
    assert (step["elapsed"], step["elapsedInAll"]) == (1, 7)

    clock.move_to(date(2026, 12, 7))
    founded = {"reason": "鉴定意见", "reasons": "签名经鉴定不是本人所写", "correction": {"outcome": "deleted"}}
    upheld = done(await desk.post(f"{at}/uphold", json=founded))
    (copy,) = upheld["followThrough"]
    assert (copy["system"], copy["due"]["on"], copy["acknowledgedAt"]) == ("信用中国", "2026-12-10", None)
    assert done(await desk.get("/staff/queue"))["items"][0]["next"]["owedBy"] == "信用中国"
    refused(
        await desk.post(f"{at}/acknowledge-copy", json={"reason": "回执", "system": "别的系统"}), 409, "copy-not-owed"
    )
    followed = done(await desk.post(f"{at}/acknowledge-copy", json={"reason": "回执", "system": "信用中国"}))
    assert followed["followThrough"][0]["acknowledgedAt"] and clocks(followed) == {}
    assert done(await desk.get("/staff/queue"))["items"] == []


async def test_dalian_has_no_pause(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    case = done(await me.post("/me/objections", json=filing), 201)
    pause = {"reason": "委托鉴定", **ORDERED}
    told = refused(await desk.post(f"/staff/objections/{case['id']}/pause", json=pause), 409, "objection-pause")
    assert told["citation"]["article"] == 42


async def test_a_late_step_is_on_top_of_the_queue_and_recorded_once_with_its_evidence(
    api: Api, clock: FixedClock
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    late = await stored(api.services, penalty(resident(api.services)))
    fresh = await stored(api.services, penalty(resident(api.services)))
    case = done(
        await me.post("/me/objections", json={"recordId": late.id, "addressee": "centre", "reasons": ["wrong"]}), 201
    )
    clock.move_to(date(2026, 11, 26))  # due was Wednesday the 25th
    done(await me.post("/me/objections", json={"recordId": fresh.id, "addressee": "centre", "reasons": ["wrong"]}), 201)
    queue = done(await desk.get("/staff/queue"))["items"]
    assert [line["isLate"] for line in queue] == [True, False] and queue[0]["caseRef"] == case["id"]
    assert len(done(await desk.get("/staff/queue", params={"late": "true"}))["items"]) == 1
    assert await api.services.desk.record_breaches(clock.now()) == 1
    assert await api.services.desk.record_breaches(clock.now()) == 0
    done(await desk.post(f"/staff/objections/{case['id']}/dispatch", json={"reason": "转办"}))
    (breach,) = done(await desk.get("/staff/breaches"))["items"]
    assert (breach["clock"], breach["dueOn"], breach["isStatutory"]) == ("objection.verify", "2026-11-25", True)
    assert breach["doneAt"] and breach["citation"]["article"] == 42
    text = (await desk.get("/staff/breaches/export")).text
    assert case["number"] in text and "第四十二条" in text
    assert f"{case['number']},异议,大连," in text and "objections" not in text
    await employed(api, "stf_li")
    assigned = await desk.post(f"/staff/queue/{case['id']}/assign", json={"assignee": "stf_li", "reason": "分办"})
    assert done(assigned)["assignee"] == "stf_li"
    assert len(done(await desk.get("/staff/queue", params={"assignee": "stf_li"}))["items"]) == 1


async def test_a_second_objection_to_the_same_record_is_refused_until_the_first_is_closed(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    case = done(await me.post("/me/objections", json=filing), 201)
    refused(await me.post("/me/objections", json=filing), 409, "objection-already-open")
    withdrawn = done(await me.post(f"/me/objections/{case['id']}/withdraw", json={}))
    assert withdrawn["status"] == "withdrawn" and not withdrawn["isMarked"]
    done(await me.post("/me/objections", json=filing), 201)
    assert [line["status"] for line in done(await me.get("/me/objections"))["items"]] == ["verifying", "withdrawn"]


async def test_what_is_anothers_looks_like_nothing_and_is_in_the_audit(api: Api) -> None:
    me, other = signed_in(api, resident(api.services)), resident(api.services, "acc_two", "110105199001012345")
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    case = done(await me.post("/me/objections", json=filing), 201)
    refused(await signed_in(api, other).get(f"/me/objections/{case['id']}"), 404, "not-found")
    refused(await signed_in(api, other).post("/me/objections", json=filing), 404, "not-found")
    refused(await signed_in(api, officer("yunnan")).get(f"/staff/objections/{case['id']}"), 404, "not-found")
    dispatch = await signed_in(api, officer("yunnan")).post(
        f"/staff/objections/{case['id']}/dispatch", json={"reason": "转办"}
    )
    refused(dispatch, 404, "not-found")
    assert done(await signed_in(api, officer("yunnan")).get("/staff/queue"))["items"] == []
    outcomes = await api.services.database.collection("audits").count_documents({"outcome": "not-found"})
    assert outcomes == 4


async def test_urging_waits_some_days_until_something_is_due(api: Api, clock: FixedClock) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    clock.move_to(date(2026, 11, 23))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    urge = f"/me/objections/{done(await me.post('/me/objections', json=filing), 201)['id']}/urge"
    done(await me.post(urge, json={}))
    refused(await me.post(urge, json={}), 429, "urged-recently")
    clock.move_to(date(2026, 11, 24))
    refused(await me.post(urge, json={}), 429, "urged-recently")
    clock.move_to(date(2026, 11, 26))  # verification is due
    done(await me.post(urge, json={}))
    clock.move_to(date(2026, 11, 27))  # late: every day
    done(await me.post(urge, json={}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"reasons": []},
        {"reasons": ["no-such"]},
        {"reasons": ["other"]},
        {"reasons": ["unknown_query"]},
        {"addressee": "bank"},
        {"text": "x" * 2001},
        {"text": "  "},
        {"more": 1},
        {"evidence": ["ev_none"]},
    ],
)
async def test_a_filing_that_is_wrong_is_refused_and_leaves_nothing(api: Api, wrong: dict[str, object]) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], **wrong}
    answer = await me.post("/me/objections", json=filing)
    assert answer.status_code == 400 and answer.json()["nextStep"]
    for name in ("objections", "queue", "notices"):
        assert await api.services.database.collection(name).count_documents({}) == 0
    assert (await api.services.records.get(record.id)).marks == ()


async def test_the_end_of_a_sentence_can_be_put_right_and_no_day_to_come_can_be_written(
    api: Api, clock: FixedClock
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services)))
    clock.move_to(date(2026, 11, 23))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "刑期早已届满"}
    case = done(await me.post("/me/objections", json=filing), 201)
    founded = {"reason": "核对裁判文书", "reasons": "刑罚执行完毕日期漏记"}
    at = f"/staff/objections/{case['id']}/correct-own-error"
    to_come = {"outcome": "supplemented", "sentenceCompletedOn": "2026-11-24"}
    body = refused(await desk.post(at, json={**founded, "correction": to_come}), 400, "invalid")
    assert [fault["field"] for fault in body["errors"]] == ["sentenceCompletedOn"]
    assert (await api.services.records.get(record.id)).version == 2  # the mark, and nothing else
    put_right = {"outcome": "supplemented", "sentenceCompletedOn": "2026-11-20"}
    closed = done(await desk.post(at, json={**founded, "correction": put_right}))
    assert [line["name"] for line in closed["finding"]["changes"]] == ["刑罚执行完毕日期"]
    after = await api.services.records.get(record.id)
    assert after.sentence_completed_on == date(2026, 11, 20) and after.disclosed_until == date(2031, 11, 20)
    result = done(await me.get(f"/me/objections/{case['id']}/result"))
    assert any("刑罚执行完毕日期" in line for passage in result["passages"] for line in passage["paragraphs"])
