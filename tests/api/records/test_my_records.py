"""A resident reads one record: both periods, what can be done, and what would be if."""

import asyncio
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from api.infra.actors import Actor
from api.records.models import AppliedMeasure, Change, Record, Section, Standing
from api.records.service import with_ends
from api.records.showing import view_of
from tests.support.api import Api, resident
from tests.support.choices import dishonesty, make_record, stored
from tests.support.world import FixedClock

TODAY = date(2026, 11, 21)


@pytest.fixture
def me(api: Api) -> Actor:
    return resident(api.services)


@pytest.fixture
def client(api: Api, me: Actor) -> httpx.AsyncClient:
    return api.as_(me)


def actions(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {action["flow"]: action for action in view["actions"]}


async def test_a_record_says_both_periods_and_from_which_day_repair_opens(
    api: Api, me: Actor, client: httpx.AsyncClient
) -> None:
    record = await stored(
        api.services,
        dishonesty(
            me,
            jurisdiction="dalian",
            decided_on=date(2026, 9, 1),
            ended_on=date(2026, 8, 20),
            duty_performed_on=date(2026, 9, 10),
            corrected_on=date(2026, 9, 10),
        ),
    )
    view = (await client.get(f"/me/records/{record.id}")).json()
    assert view["publicity"]["minimumEndsOn"] == "2026-12-01" and view["publicity"]["maximumEndsOn"] == "2027-09-01"
    assert view["disclosurePeriod"]["endsOn"] == "2031-08-20" and view["disclosurePeriod"]["citation"]["article"] == 35
    assert view["repair"]["state"] == "opens" and view["repair"]["opensOn"] == "2026-12-02"
    assert {condition["name"] for condition in view["repair"]["conditions"]} >= {"minimum_publicity", "duty_performed"}
    repair = actions(view)["repair"]
    assert not repair["isPossible"] and repair["opensOn"] == "2026-12-02" and repair["citation"]["article"] == 44
    assert actions(view)["objection"]["isPossible"] and "withdrawal" not in actions(view)
    assert view["catalogue"]["conduct"] and view["standingLabel"] == "正在披露"
    assert "199001012337" not in str(view)


async def test_of_many_who_look_at_the_same_time_each_sees_only_the_own_record(api: Api, me: Actor) -> None:
    other = resident(api.services, "acc_two", "110105198502021231")
    mine, theirs = [await stored(api.services, dishonesty(who)) for who in (me, other)]
    wanted = [(who, record) for who in (me, other) for record in (mine, theirs)] * 4
    answers = await asyncio.gather(*(api.as_(who).get(f"/me/records/{record.id}") for who, record in wanted))
    assert [one.status_code for one in answers] == [200, 404, 404, 200] * 4
    assert [one.json().get("id") for one in answers] == [mine.id, None, None, theirs.id] * 4


async def test_yunnan_has_no_number_for_disclosure_and_says_so(api: Api, me: Actor, client: httpx.AsyncClient) -> None:
    record = await stored(api.services, dishonesty(me))
    view = (await client.get(f"/me/records/{record.id}")).json()
    assert view["disclosurePeriod"]["state"] == "no_number" and view["disclosurePeriod"]["endsOn"] is None


@pytest.mark.parametrize(("place", "possible"), [("yunnan", True), ("dalian", False)])
async def test_a_commendation_can_be_withdrawn_where_the_regulation_gives_the_right(
    api: Api, me: Actor, client: httpx.AsyncClient, place: str, possible: bool
) -> None:
    record = await stored(api.services, make_record(me, jurisdiction=place))
    view = (await client.get(f"/me/records/{record.id}")).json()
    assert actions(view)["withdrawal"]["isPossible"] is possible and actions(view)["withdrawal"]["reason"]
    assert view["repair"] is None and view["publicity"] is None


@pytest.mark.parametrize(("standing", "left"), [(Standing.REPAIRED, ["objection"]), (Standing.REMOVED, [])])
async def test_of_a_record_that_no_longer_stands_its_storage_alone_can_be_objected_to(
    me: Actor, standing: Standing, left: list[str]
) -> None:
    view = view_of(dishonesty(me, standing=standing), TODAY)
    assert [action.flow for action in view.actions if action.is_possible] == left


def test_ones_own_words_open_when_an_objection_has_failed(api: Api, me: Actor) -> None:
    for has_failed in (False, True):
        view = view_of(dishonesty(me, has_failed_objection=has_failed), TODAY)
        (statement,) = [action for action in view.actions if action.flow == "statement"]
        assert statement.is_possible is has_failed and statement.reason


async def test_only_measures_on_the_published_list_are_shown(me: Actor) -> None:
    measures = (AppliedMeasure("cn-p6", "某局", TODAY), AppliedMeasure("made-up", "某局", TODAY))
    view = view_of(dishonesty(me, measures=measures), TODAY)
    assert [measure.code for measure in view.measures] == ["cn-p6"] and view.measures[0].title


async def test_a_record_without_class_says_that_nothing_can_be_computed(me: Actor) -> None:
    view = view_of(dishonesty(me, record_class=None), TODAY)
    assert view.publicity is not None and view.publicity.state == "unknown" and "类别" in view.publicity.why
    assert view.repair is not None and view.repair.state == "unknown" and view.repair.opens_on is None


async def test_another_residents_record_is_not_found_and_the_attempt_is_in_the_audit(api: Api, me: Actor) -> None:
    record = await stored(api.services, dishonesty(me))
    other = resident(api.services, "acc_two", "110105198502021231")
    for path in ("", "/what-if?dutyPerformedOn=2026-12-01"):
        reply = await api.as_(other).get(f"/me/records/{record.id}{path}")
        assert reply.status_code == 404 and reply.json()["code"] == "not-found"
    audits = await api.services.database.collection("audits").find({"ref": record.id}).to_list(10)
    assert [(entry["by"], entry["outcome"]) for entry in audits] == [("acc_two", "not-found")] * 2


async def test_what_if_moves_the_day_and_stores_nothing(api: Api, me: Actor, client: httpx.AsyncClient) -> None:
    record = await stored(api.services, dishonesty(me, decided_on=date(2026, 9, 1), ended_on=date(2026, 8, 20)))
    early = (await client.get(f"/me/records/{record.id}/what-if?dutyPerformedOn=2026-11-25")).json()
    late = (await client.get(f"/me/records/{record.id}/what-if?dutyPerformedOn=2027-03-01")).json()
    assert early["repair"]["opensOn"] == "2026-12-02" and late["repair"]["opensOn"] == "2027-03-01"
    assert early["assumption"]
    assert await api.services.records.get(record.id) == record
    for wrong in ("soon", ""):
        reply = await client.get(f"/me/records/{record.id}/what-if?dutyPerformedOn={wrong}")
        assert reply.status_code == 400


async def test_what_if_its_unit_had_stated_a_class(api: Api, me: Actor, client: httpx.AsyncClient) -> None:
    unclassed = dishonesty(me, record_class=None, decided_on=date(2026, 9, 1), ended_on=date(2026, 8, 20))
    record = await stored(api.services, unclassed)
    path = f"/me/records/{record.id}/what-if?dutyPerformedOn=2026-11-21"
    assert (await client.get(path)).json()["repair"]["state"] == "unknown"
    opens = {
        name: (await client.get(f"{path}&recordClass={name}")).json()["repair"]["opensOn"]
        for name in ("minor", "general", "serious")
    }
    assert opens == {"minor": "2026-11-21", "general": "2026-12-02", "serious": "2027-09-02"}
    assert (await client.get(f"{path}&recordClass=grave")).status_code == 400
    assert await api.services.records.get(record.id) == record


async def test_what_if_about_a_commendation_is_refused_in_words(api: Api, me: Actor, client: httpx.AsyncClient) -> None:
    record = await stored(api.services, make_record(me))
    reply = await client.get(f"/me/records/{record.id}/what-if?dutyPerformedOn=2026-12-01")
    assert reply.status_code == 409 and reply.json()["code"] == "no-what-if"


async def test_reading_a_record_is_in_the_footprints_before_it_is_answered(
    api: Api, me: Actor, client: httpx.AsyncClient
) -> None:
    record = await stored(api.services, dishonesty(me))
    await client.get(f"/me/records/{record.id}")
    (entry,) = (await client.get("/me/footprints?kind=queried")).json()["items"]
    assert entry["unit"] == "本人" and entry["records"] == [record.id] and not entry["canDispute"]


async def test_what_has_run_out_ends_once_and_is_told(
    api: Api, me: Actor, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = api.services
    told: list[str] = []

    async def facts_changed(tx: Any, record: Record, now: Any) -> None:
        told.append(record.id)

    monkeypatch.setattr(services.records, "_facts_changed", facts_changed)
    dated = {"jurisdiction": "dalian", "decided_on": date(2026, 9, 1), "ended_on": date(2026, 8, 20)}
    done = {"duty_performed_on": date(2026, 9, 10), "corrected_on": date(2026, 9, 10)}
    standing = await stored(services, dishonesty(me, **dated))
    change = Change(at=clock.now(), kind="corrected", unit="某局", reason="履行完毕")
    await services.records.alter(None, standing, change, **done)
    assert await services.expiry.expire(clock.now()) == 0
    clock.move_to(date(2027, 9, 1))
    assert await services.expiry.expire(clock.now()) == 0  # the last day still counts
    clock.move_to(date(2027, 9, 2))
    assert await services.expiry.expire(clock.now()) == 1
    assert await services.expiry.expire(clock.now()) == 0
    after = await services.records.get(standing.id)
    assert not after.disclosure.is_published and after.disclosure.is_queryable
    assert "2027年9月1日" in after.changes[-1].reason
    clock.move_to(date(2031, 8, 21))
    assert await services.expiry.expire(clock.now()) == 1
    after = await services.records.get(standing.id)
    assert after.standing is Standing.EXPIRED and after.changes[-1].law == ("dalian-35",)
    assert "2031年8月20日" in after.changes[-1].reason
    assert told == [standing.id] * 3
    notices = await services.database.collection("notices").find({"ref": standing.id}).to_list(10)
    assert sorted(notice["kind"] for notice in notices) == ["records.expired", "records.unpublished"]


async def test_what_ends_by_the_units_own_day_is_not_told_as_the_longest(
    api: Api, me: Actor, clock: FixedClock
) -> None:
    services = api.services
    own = {"decided_on": date(2026, 9, 1), "ended_on": date(2026, 8, 20), "authority_until": date(2027, 1, 31)}
    record = await stored(services, with_ends(dishonesty(me, jurisdiction="dalian", **own)))
    clock.move_to(date(2027, 2, 1))
    assert await services.expiry.expire(clock.now()) == 1
    notices = services.database.collection("notices").find({"ref": record.id, "kind": "records.unpublished"})
    (told,) = await notices.to_list(10)
    assert "最长" not in told["text"] and "公示期已经届满" in told["text"]


def test_a_view_is_made_for_every_section(api: Api, me: Actor) -> None:
    for section in Section:
        view = view_of(make_record(me, section=section), TODAY)
        assert msgspec.json.encode(view)
