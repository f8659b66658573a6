"""How the centre is reached and which days are worked: set by an administrator, read by everybody, tried before it is taken."""

import asyncio
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

from api.administration.in_force import InForce
from api.composition import Services
from knowledge.loading import library, packaged, take_years
from schedulers.recounting import recount
from schedulers.work import Work
from tests.support.api import Api, admin, auditor, make_settings, officer, resident
from tests.support.cases import done, employed, keyed, penalty, refused, signed_in, stored
from tests.support.notices import NOTICE_2027
from tests.support.world import FixedClock

NEW = {"telephone": "0411-12345678", "windows": "市民健身中心二楼6号窗口", "hours": "工作日 8:30–17:00"}


@pytest.fixture(autouse=True)
def _packaged_again() -> Iterator[None]:
    yield
    take_years(())


def looks_after(api: Api, place: str = "dalian") -> Any:
    return api.as_(admin(place), stepped_up=True)


async def test_what_is_set_is_shown_with_its_place(api: Api) -> None:
    shown = done(await looks_after(api).get("/staff/setup"))
    assert shown["centre"]["setting"] == "CW_CENTRES" and shown["centre"]["isExample"]
    assert shown["centre"]["version"] == 0 and shown["centre"]["changes"] == []
    years = {one["year"]: one for one in shown["calendar"]}
    assert years[2026]["isPublished"] and years[2026]["number"] and years[2026]["workingWeekends"] == 6
    assert not years[2027]["isPublished"]


async def test_how_the_centre_is_reached_is_changed_with_a_reason_and_read_everywhere(api: Api) -> None:
    await employed(api, "stf_admin", role="admin", display_name="周九")
    boss, before = looks_after(api), api.services.settings.centres["dalian"]
    change = {**NEW, "version": 0, "reason": "搬到新址"}
    refused(await api.as_(admin()).post("/staff/setup/centre", json=change), 403, "step-up-needed")
    refused(await api.as_(officer()).post("/staff/setup/centre", json=change), 403, "forbidden")
    made = done(await boss.post("/staff/setup/centre", json=change))
    assert made["before"]["telephone"] == before.telephone and made["after"] == NEW and made["byName"] == "周九"

    centres = {one["jurisdiction"]: one for one in done(await api.anyone.get("/centres"))}
    assert NEW.items() <= centres["dalian"].items() and not centres["dalian"]["isExample"]
    assert centres["dalian"]["name"] == before.name and centres["yunnan"]["isExample"]
    answer = done(await api.anyone.post("/bot/messages", json={"text": "转人工", "place": "dalian"}))
    assert all(said in answer["text"] for said in NEW.values())

    shown = done(await boss.get("/staff/setup"))["centre"]
    assert shown["version"] == 1 and shown["changes"][0]["reason"] == "搬到新址"
    assert shown["configured"]["telephone"] == before.telephone
    entries = done(await signed_in(api, auditor()).get("/staff/audit"))["items"]
    assert [(e["action"], e["basis"]) for e in entries if "centre" in e["action"]] == [
        ("administration.set-centre", "搬到新址")
    ]


async def test_a_change_of_the_centre_is_checked_as_at_the_start_and_made_once(api: Api) -> None:
    boss = looks_after(api)
    body = {**NEW, "version": 0, "reason": "搬到新址"}
    fault = refused(await boss.post("/staff/setup/centre", json={**body, "windows": "  "}), 400, "invalid")
    assert [one["field"] for one in fault["errors"]] == ["windows"]
    refused(await boss.post("/staff/setup/centre", json={**body, "reason": ""}), 400, "malformed")
    done(await boss.post("/staff/setup/centre", json=body))
    refused(await boss.post("/staff/setup/centre", json={**body, "hours": "全天"}), 409, "outdated")
    refused(await boss.post("/staff/setup/centre", json={**body, "version": 1}), 400, "invalid")  # nothing changed


async def test_another_process_goes_by_what_is_set_within_seconds(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.administration.in_force.READ_EVERY_SECONDS", 0.01)
    other = Services(make_settings(), clock=clock, database=api.services.database)
    await other.in_force.read()
    assert other.centres["dalian"].telephone != NEW["telephone"]
    take, is_taken = other.centres.take, asyncio.Event()

    def taking(set_since: Any) -> None:
        take(set_since)
        if set_since:
            is_taken.set()

    monkeypatch.setattr(other.centres, "take", taking)
    async with other.in_force.kept_fresh():
        done(await looks_after(api).post("/staff/setup/centre", json={**NEW, "version": 0, "reason": "搬到新址"}))
        await asyncio.wait_for(is_taken.wait(), 5)
    assert other.centres["dalian"].telephone == NEW["telephone"]


async def test_a_process_that_cannot_read_goes_on_with_what_it_knew(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.administration.in_force.READ_EVERY_SECONDS", 0.01)
    tries, is_tried_again = [0], asyncio.Event()

    async def away(_: InForce) -> None:
        tries[0] += 1
        if tries[0] == 2:
            is_tried_again.set()
        raise OSError

    monkeypatch.setattr(InForce, "read", away)
    async with api.services.in_force.kept_fresh():
        await asyncio.wait_for(is_tried_again.wait(), 5)
    assert "dalian" in api.services.centres


async def test_a_notice_is_tried_then_taken_and_estimates_end(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2027, 1, 27))
    await employed(api, "stf_admin", role="admin", display_name="周九")
    me = resident(api.services)
    record = await stored(api.services, penalty(me))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    case = done(await signed_in(api, me).post("/me/objections", json=filing), 201)
    before = {one["clock"]: one["due"] for one in case["clocks"] if one["doneAt"] is None}
    assert any(due["isEstimated"] for due in before.values())

    boss = looks_after(api)
    tried = done(await boss.post("/staff/setup/calendar/trial", json={"text": NOTICE_2027}))
    assert not tried["warnings"] and not tried["replaces"]["isPublished"] and tried["year"]["workingWeekends"] == 5
    assert {"on": "2027-01-31", "isWorking": True, "why": ""} in tried["changed"]
    assert tried["movedCount"] == len(tried["moved"]) > 0 and tried["elsewhereCount"] == 0
    assert not done(await boss.get("/staff/setup"))["moved"], "a trial moved something"
    assert library().working_days.digest == packaged().working_days.digest
    far = done(await looks_after(api, "yunnan").post("/staff/setup/calendar/trial", json={"text": NOTICE_2027}))
    assert (far["moved"], far["elsewhereCount"]) == ([], tried["movedCount"])  # no case of another place is shown

    taking = {"text": NOTICE_2027, "digest": tried["digest"]}
    refused(await api.as_(admin()).post("/staff/setup/calendar", json=taking), 403, "step-up-needed")
    done(await boss.post("/staff/setup/calendar", json=taking), 201)
    refused(await boss.post("/staff/setup/calendar", json=taking), 409, "outdated")
    assert (await recount(Work(api.services)))["moved"] == tried["movedCount"]
    shown = done(await boss.get("/staff/setup"))
    foreseen, moved = (
        {(m["number"], m["title"], m["fromOn"], m["toOn"]) for m in one["moved"]} for one in (tried, shown)
    )
    assert foreseen == moved
    year = next(one for one in shown["calendar"] if one["year"] == 2027)
    assert year["isPublished"] and year["takenBy"] == "周九" and shown["publishedUntil"] == "2027-12-31"
    after = done(await signed_in(api, me).get(f"/me/objections/{case['id']}"))
    due = {one["clock"]: one["due"] for one in after["clocks"] if one["doneAt"] is None}
    assert not any(one["isEstimated"] for one in due.values())
    assert any(due[name]["on"] != before[name]["on"] for name in due)
    for place in ("dalian", "yunnan"):  # everybody counts by it, so the auditors of every place read of it
        watcher = msgspec.structs.replace(auditor(), jurisdiction=place)
        entries = done(await signed_in(api, watcher).get("/staff/audit"))["items"]
        assert [e["basis"] for e in entries if e["action"] == "administration.take-calendar"] == [
            "关于2027年部分节假日安排的通知（测试用）（测试〔2026〕1号）"
        ]


async def test_the_day_on_a_records_copies_and_in_the_feed_moves_with_the_calendar(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2027, 1, 28))
    unit = await keyed(api, "yunnan")
    me = resident(api.services)
    record = await stored(api.services, penalty(me, "yunnan"))
    corrected = {"fields": {"items": {"罚款金额": "0.01"}}, "reason": "金额写错"}
    done(await unit.post(f"/provider/records/{record.id}/corrections", json=corrected))

    async def days() -> tuple[Any, Any, Any]:
        (entry,) = [e for e in done(await unit.get("/provider/changes"))["items"] if e["recordId"] == record.id]
        (line,) = done(await signed_in(api, officer("yunnan")).get("/staff/queue"))["items"]
        kept = await api.services.records.get(record.id)
        return (
            kept.copies[0].due_on.isoformat() if kept.copies[0].due_on else None,
            entry["dueOn"],
            line["next"]["due"]["on"],
        )

    before = await days()
    assert len(set(before)) == 1
    boss = looks_after(api, "yunnan")
    tried = done(await boss.post("/staff/setup/calendar/trial", json={"text": NOTICE_2027}))
    assert [one["errand"] for one in tried["moved"]] == ["corrections"]
    done(await boss.post("/staff/setup/calendar", json={"text": NOTICE_2027, "digest": tried["digest"]}), 201)
    assert await api.services.recounting.run(clock.now()) == 1
    assert await api.services.recounting.run(clock.now()) == 0
    assert await days() == (tried["moved"][0]["toOn"],) * 3
    assert tried["moved"][0]["toOn"] != before[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year = 2027", "year = 2031", "只能录"),
        ('number = "测试〔2026〕1号"', 'number = " "', "文号"),
        ("noticed_on = 2026-11-20", "noticed_on = 2027-11-20", "还没有到"),
        ("noticed_on = 2026-11-20\n", "", "noticed_on"),
        ("关于2027年", "关于2026年", "2027"),
        ('title = "端午节"', 'title = "放假"', "缺少端午节"),
        ("2027-01-31, ", "2027-02-06, ", "2027-02-06"),
        ("2027-01-31, ", "2027-02-03, ", "2027-02-03"),
        ("last = 2027-01-03", "last = 2026-12-31", "元旦"),
        ("last = 2027-01-03", "last = 一月三日", "第"),
        ("[[holidays]]", 'who = "谁"\n[[holidays]]', "who"),
    ],
)
async def test_a_notice_that_cannot_be_right_says_where(api: Api, old: str, new: str, said: str) -> None:
    text = NOTICE_2027.replace(old, new, 1)
    assert text != NOTICE_2027
    fault = refused(await looks_after(api).post("/staff/setup/calendar/trial", json={"text": text}), 400, "invalid")
    assert all(one["field"] == "text" for one in fault["errors"])
    assert any(said in one["message"] for one in fault["errors"]), fault["errors"]


async def test_a_forgotten_working_weekend_is_asked_about(api: Api) -> None:
    """The days off that the law gives are as many each year, so a notice that gives more has lost a line."""
    text = NOTICE_2027.replace("2027-01-31, ", "")
    tried = done(await looks_after(api).post("/staff/setup/calendar/trial", json={"text": text}))
    assert "14天" in tried["warnings"][0] and "2026年" in tried["warnings"][0]


async def test_a_year_after_an_estimated_one_waits_for_it(api: Api) -> None:
    head, _, holidays = NOTICE_2027.replace("2027", "2028").partition("working_weekends")
    text = head + holidays.partition("]\n")[2]
    fault = refused(await looks_after(api).post("/staff/setup/calendar/trial", json={"text": text}), 400, "invalid")
    assert "2027" in str(fault["errors"])


def test_published_years_give_as_many_days_off() -> None:
    from api.administration.calendars import _given

    given = {one.year: _given(one) for one in packaged().working_days.years if one.is_published and one.year >= 2025}
    assert len(set(given.values())) == 1, given


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "{a=" * 2600, "year = " + "9" * 5000])
async def test_a_file_that_is_too_deep_or_too_long_is_refused_and_no_defect(api: Api, text: str) -> None:
    refused(await looks_after(api).post("/staff/setup/calendar/trial", json={"text": text}), 400, "invalid")
