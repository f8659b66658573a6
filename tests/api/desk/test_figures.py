"""The figures of a place agree with what was done in it, and name nobody."""

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from api.desk.figures import PublicUnit, _published
from api.notices.models import Draft
from tests.support.api import Api, officer, resident
from tests.support.cases import UNIT, done, keyed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock


async def test_what_came_in_was_decided_and_was_late_is_counted_by_month_and_unit(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 9, 7))
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("dalian"))
    cases = []
    for _ in range(3):
        record = await stored(api.services, penalty(actor))
        filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
        cases.append(done(await me.post("/me/objections", json=filing), 201))
    why = {"reason": "单位来函", "reasons": "与决定书一致"}
    clock.move_to(date(2026, 9, 9))
    done(await desk.post(f"/staff/objections/{cases[0]['id']}/reject", json=why))
    clock.move_to(date(2026, 10, 12))
    done(await desk.post(f"/staff/objections/{cases[1]['id']}/reject", json=why))
    await api.services.counting.count(clock.now())
    found = done(await desk.get("/staff/figures", params={"months": 2}))
    assert (found["since"], found["until"], found["openLate"]) == ("2026-09-01", "2026-10-12", 1)
    september, october = found["months"]
    assert september == {
        "month": "2026-09", "errand": "objections", "incoming": 3, "decided": 1, "onTime": 4, "late": 2,
    }  # fmt: skip
    assert (october["incoming"], october["decided"]) == (0, 1)
    of_unit = [one for one in found["units"] if one["unit"] == UNIT]
    assert [(one["onTime"], one["late"]) for one in of_unit] == [(1, 2)]
    took = {one["clock"]: (one["count"], one["workingDays"]) for one in found["steps"]}
    assert took["objection.provider_direct"][0] == 2
    text = str(found)
    assert actor.bound_subject not in text and "王小明" not in text and cases[0]["number"] not in text
    assert done(await signed_in(api, officer("yunnan")).get("/staff/figures"))["months"] == []
    answer = await desk.get("/staff/figures/export", params={"months": 2})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["按月", "按单位", "步骤用时", "能修复了", "机器人"]
    assert book.get_sheet_by_name("按月").to_python()[1] == ["2026-09", "异议", 3, 1, 4, 2]


async def test_a_unit_reads_what_it_owed_itself_and_nothing_of_another(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 9, 7))
    unit, other = await keyed(api), await keyed(api, name="prv_other")
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("dalian"))
    cases = []
    for _ in range(3):
        record = await stored(api.services, penalty(actor))
        filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
        cases.append(done(await me.post("/me/objections", json=filing), 201))
    await api.services.counting.count(clock.now())
    found = done(await unit.get("/provider/figures", params={"months": 2}))
    assert (found["onTime"], found["late"], found["open"], found["openLate"], found["months"]) == (0, 0, 3, 0, [])
    why = {"reason": "单位来函", "reasons": "与决定书一致"}
    clock.move_to(date(2026, 9, 9))
    done(await desk.post(f"/staff/objections/{cases[0]['id']}/reject", json=why))
    clock.move_to(date(2026, 10, 12))
    done(await desk.post(f"/staff/objections/{cases[1]['id']}/reject", json=why))
    await api.services.counting.count(clock.now())
    found = done(await unit.get("/provider/figures", params={"months": 2}))
    assert (found["since"], found["until"]) == ("2026-09-01", "2026-10-12")
    assert (found["onTime"], found["late"], found["open"], found["openLate"]) == (1, 2, 1, 1)
    assert found["months"] == [{"month": "2026-09", "onTime": 1, "late": 2}]
    nothing = done(await other.get("/provider/figures"))
    assert (nothing["open"], nothing["months"]) == (0, [])


async def test_the_morning_s_digest_stands_on_the_desk_that_day_alone(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    done(await signed_in(api, actor).post("/me/objections", json=filing), 201)
    desk = signed_in(api, officer("dalian"))
    assert done(await desk.get("/staff/workload"))["morning"] is None
    clock.move_to(date(2026, 12, 21))
    assert await api.services.digests.write(clock.now()) == len(api.services.settings.centres)
    morning = done(await desk.get("/staff/workload"))["morning"]
    assert (morning["late"], morning["soon"]) == (1, 0)
    clock.advance(days=1)
    assert done(await desk.get("/staff/workload"))["morning"] is None  # yesterday's says nothing of today


async def test_what_is_due_soon_is_counted_in_working_days_as_the_case_itself_counts(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 26))
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    done(await signed_in(api, actor).post("/me/objections", json=filing), 201)
    desk = signed_in(api, officer("dalian"))
    due = date.fromisoformat(done(await desk.get("/staff/queue"))["items"][0]["next"]["due"]["on"])
    lengths = set()
    for day in (due - timedelta(days=n) for n in range(8, -1, -1)):
        clock.move_to(day)
        assert await api.services.digests.write(clock.now()) == len(api.services.settings.centres)
        (now,) = done(await desk.get("/staff/queue"))["items"]
        is_near = now["next"]["left"] <= 3
        found = done(await desk.get("/staff/workload"))
        assert (found["today"] + found["soon"] == 1) == is_near, (day, now["next"])
        assert (found["soonUntil"] >= due.isoformat()) == is_near
        assert (found["morning"]["soon"] == 1) == is_near
        if is_near:
            lengths.add((due - day).days)
    assert max(lengths) > 3  # a weekend lies between


async def test_a_repair_that_opened_is_counted_with_what_became_of_it_and_a_question_without_its_words(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 9))
    actor = resident(api.services)
    north = await stored(api.services, penalty(actor, jurisdiction="yunnan"))
    mine = [await stored(api.services, penalty(actor)) for _ in range(3)]
    drafts = [
        Draft("repairs.opens", actor.bound_subject, record.id, date(2026, 11, 9), {"day": "今天"})
        for record in (*mine, north)
    ]
    await api.services.database.transact(lambda tx: api.services.notices.tell(tx, clock.now(), *drafts))
    me = signed_in(api, actor)
    first = next(one for one in done(await me.get("/me/notices"))["items"] if one["ref"] == mine[0].id)
    done(await me.post(f"/me/notices/{first['id']}/read"))
    version = done(await me.get("/me/repairs/eligibility", params={"recordId": mine[1].id}))["pledge"]["version"]
    repair = {"recordId": mine[1].id, "addressee": "unit", "pledgeVersion": version, "performance": "已缴清"}
    done(await me.post("/me/repairs", json={**repair, "dutyPerformedOn": "2026-06-01"}), 201)
    for text in ("紫色的大象会不会飞", "怎么给火星人办签证"):
        done(await api.anyone.post("/bot/messages", json={"text": text, "place": "dalian"}))
    await api.services.chat.drain()
    desk = signed_in(api, officer("dalian"))
    await api.services.counting.count(clock.now())
    found = done(await desk.get("/staff/figures", params={"months": 1}))
    assert found["repairs"] == [{"month": "2026-11", "opened": 3, "pushed": 0, "read": 1, "used": 1}]
    assert found["bot"] == [{"week": "2026-W46", "unanswered": 2, "disliked": 0, "again": 0}]
    assert "大象" not in str(found)
    book = CalamineWorkbook.from_filelike(io.BytesIO((await desk.get("/staff/figures/export")).content))
    assert book.get_sheet_by_name("能修复了").to_python()[1] == ["2026-11", 3, 0, 1, 1]
    assert book.get_sheet_by_name("机器人").to_python()[1] == ["2026-W46", 2, 0, 0]
    theirs = done(await signed_in(api, officer("yunnan")).get("/staff/figures", params={"months": 1}))
    assert [one["opened"] for one in theirs["repairs"]] == [1]


def test_a_rate_is_published_from_twenty_steps_on_and_tells_no_exact_number() -> None:
    assert _published("甲局", 19, 0) == PublicUnit("甲局", None, None)
    assert _published("甲局", 19, 1) == PublicUnit("甲局", 95, 20)
    assert _published("甲局", 118, 11) == PublicUnit("甲局", 91, 120)


async def test_everybody_reads_whole_quarters_by_unit_and_nobody_is_in_it(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 9, 7))
    actor = resident(api.services)
    me, desk = signed_in(api, actor), signed_in(api, officer("dalian"))
    why = {"reason": "单位来函", "reasons": "与决定书一致"}
    for _ in range(2):
        record = await stored(api.services, penalty(actor))
        filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
        case = done(await me.post("/me/objections", json=filing), 201)
        done(await desk.post(f"/staff/objections/{case['id']}/reject", json=why))
    refused(await api.anyone.get("/figures/dalian"), 404, "figures-not-counted")
    await api.services.counting.count(clock.now())
    assert done(await api.anyone.get("/figures/dalian"))["units"] == []  # the quarter runs
    clock.move_to(date(2026, 10, 12))
    await api.services.counting.count(clock.now())
    found = done(await api.anyone.get("/figures/dalian"))
    assert (found["since"], found["until"], found["floor"]) == ("2025-10-01", "2026-09-30", 20)
    assert [one for one in found["units"] if one["unit"] == UNIT] == [{"unit": UNIT, "rate": None, "steps": None}]
    assert (await api.anyone.get("/figures/nowhere")).status_code == 404


async def test_figures_are_read_from_the_last_count_and_a_place_is_not_counted_all_the_time(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked read every case within the time of one request, which sixty thousand cases outlast."""
    clock.move_to(date(2026, 9, 7))
    me, desk, unit = signed_in(api, resident(api.services)), signed_in(api, officer("dalian")), await keyed(api)
    for client, path in ((desk, "/staff/figures"), (desk, "/staff/figures/export"), (unit, "/provider/figures")):
        refused(await client.get(path), 404, "figures-not-counted")

    async def came_in() -> int:
        return sum(one["incoming"] for one in done(await desk.get("/staff/figures"))["months"])

    places = len(api.services.settings.centres)
    assert await api.services.counting.count(clock.now()) == places
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
    done(await me.post("/me/objections", json=filing), 201)
    assert await came_in() == 0 and done(await unit.get("/provider/figures"))["open"] == 0
    collection = api.services.database.collection("figures")
    await collection.update_many({}, {"$set": {"took": 60.0}})
    clock.advance(minutes=49)
    assert await api.services.counting.count(clock.now()) == 0, "a minute's count is not repeated within fifty"
    clock.advance(minutes=1)
    assert await api.services.counting.count(clock.now()) == places
    assert await came_in() == 1 and done(await unit.get("/provider/figures"))["open"] == 1
    monkeypatch.setattr(api.services.cases["objections"], "timings", None)  # nobody who asks reads cases
    assert await came_in() == 1
    assert done(await desk.get("/staff/figures"))["countedAt"].startswith("2026-09-07T")
