"""A bar on further applications (信用修复): told first, answered, imposed by its unit with its own remedies, never computed."""

from datetime import date

from tests.support.api import Api, officer, resident
from tests.support.cases import (
    application,
    done,
    penalty,
    refused,
    signed_in,
    stored,
)
from tests.support.world import FixedClock

BAR = {
    "element": "false_material",
    "until": "2027-06-30",
    "facts": "验收报告经出具单位核对，查无此件",
    "basis": "《信用修复管理办法》",
    "remedies": "可以自收到之日起六十日内申请行政复议",
    "replyBy": "2026-11-30",
}


async def test_a_bar_is_stated_by_its_unit_after_hearing_and_never_computed(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan", decided_on=date(2026, 5, 8)))
    clock.move_to(date(2026, 11, 23))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/decline", json={"reason": "来函", "reasons": "材料不实"}))
    refused(
        await desk.post(f"{at}/bar", json={"reason": "来函", "reasons": "伪造"}), 409, "repair-no-bar-proposed"
    )  # never without telling first
    past = {**BAR, "replyBy": "2026-11-23"}
    refused(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": past}), 400, "repair-bar-dates")
    for last in ("9999-12-31", "2037-01-01"):  # could be told, and never be imposed
        far = {"reason": "来函", "bar": {**BAR, "until": last}}
        refused(await desk.post(f"{at}/propose-bar", json=far), 400, "repair-bar-dates")
    told = done(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": BAR}))
    assert told["barredUntil"] is None and told["bar"]["elementLabel"] == "材料虚假"
    assert "不推算年数" in told["bar"]["scope"]
    refused(await desk.post(f"{at}/bar", json={"reason": "来函", "reasons": "伪造"}), 409, "repair-not-heard-yet")
    refused(
        await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": BAR}), 409, "repair-bar-proposed-before"
    )
    said = done(await me.post(f"/me/repairs/{case['id']}/bar-answer", json={"answer": "报告是真的，请再核对"}))
    assert said["bar"]["answer"] == "报告是真的，请再核对" and said["barredUntil"] is None
    barred = done(await desk.post(f"{at}/bar", json={"reason": "来函", "reasons": "再次核对，仍查无此件"}))
    assert barred["barredUntil"] == "2027-06-30"
    assert [way["due"]["on"] for way in barred["bar"]["ways"] if way["due"]] == ["2027-01-22", "2027-05-24"]
    refused(await desk.post(f"{at}/bar", json={"reason": "核实", "reasons": "再记"}), 409, "repair-barred-before")
    body = refused(
        await me.post("/me/repairs", json=application(record.id)), 409, "repair-closed"
    )  # ends before the bar
    assert "2027年6月30日" in body["detail"] and "2027年5月8日期满" in body["detail"]
    assert "不收取任何费用" in body["detail"]
    said = next(one for one in done(await me.get("/me/notices"))["items"] if one["kind"] == "repairs.barred")
    assert "到2027年6月30日为止" in said["text"] and "之前" not in said["text"], "the last day is barred too"


async def test_a_bar_that_is_over_is_not_imposed_and_can_be_told_anew(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/decline", json={"reason": "来函", "reasons": "材料不实"}))
    same = {**BAR, "until": BAR["replyBy"]}  # nobody could be barred on a day on which they may still answer
    refused(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": same}), 400, "repair-bar-dates")
    done(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": {**BAR, "until": "2026-12-10"}}))
    clock.move_to(date(2026, 12, 11))
    refused(await desk.post(f"{at}/bar", json={"reason": "来函", "reasons": "没有答复"}), 400, "repair-bar-dates")
    assert (await api.services.records.get(record.id)).barred_until is None
    assert "repairs.barred" not in {one["kind"] for one in done(await me.get("/me/notices"))["items"]}
    done(await desk.post(f"{at}/drop-bar", json={"reason": "来函", "reasons": "期间已过"}))
    done(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": {**BAR, "replyBy": "2026-12-20"}}))


async def test_a_shorter_bar_does_not_end_a_longer_one(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))
    cases = []
    for until in ("2028-06-30", BAR["until"]):
        case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
        cases.append(f"/staff/repairs/{case['id']}")
        done(await desk.post(f"{cases[-1]}/decline", json={"reason": "来函", "reasons": "材料不实"}))
        proposal = {"reason": "来函", "bar": {**BAR, "until": until}}
        done(await desk.post(f"{cases[-1]}/propose-bar", json=proposal))
    clock.move_to(date(2026, 12, 1))
    for at in cases:
        done(await desk.post(f"{at}/bar", json={"reason": "来函", "reasons": "没有答复"}))
    assert (await api.services.records.get(record.id)).barred_until == date(2028, 6, 30)


async def test_a_bar_has_its_own_last_days_and_moves_none_of_the_refusal(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/decline", json={"reason": "来函", "reasons": "材料不实"}))
    letter = done(await me.get(f"/me/repairs/{case['id']}/decision"))
    done(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": BAR}))
    clock.move_to(date(2026, 12, 20))
    barred = done(await desk.post(f"{at}/bar", json={"reason": "来函", "reasons": "查无此件"}))
    assert [way["due"]["on"] for way in barred["remedies"] if way["due"]] == ["2027-01-22", "2027-05-24"]
    assert [way["due"]["on"] for way in barred["bar"]["ways"] if way["due"]] == ["2027-02-18", "2027-06-21"]
    assert done(await me.get(f"/me/repairs/{case['id']}/decision")) == letter


async def test_a_bar_follows_without_an_answer_when_the_day_for_it_is_over_or_is_dropped(
    api: Api, clock: FixedClock
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    clock.move_to(date(2026, 11, 23))
    case = done(await me.post("/me/repairs", json=application(record.id, addressee="unit")), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/decline", json={"reason": "来函", "reasons": "材料不实"}))
    done(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": BAR}))
    dropped = done(await desk.post(f"{at}/drop-bar", json={"reason": "来函", "reasons": "已经核对清楚"}))
    assert dropped["bar"]["droppedAt"] and dropped["barredUntil"] is None
    done(await desk.post(f"{at}/propose-bar", json={"reason": "来函", "bar": BAR}))
    clock.move_to(date(2026, 12, 1))
    barred = done(await desk.post(f"{at}/bar", json={"reason": "来函", "reasons": "没有答复"}))
    assert barred["barredUntil"] == "2027-06-30"
