"""修复之后: the unit that applies a measure lifts it with its own key, whoever determined the conduct."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from api.infra.clock import civil_date
from api.providers.models import Provider
from api.records.models import AppliedMeasure
from knowledge.measures import measure
from tests.journeys.test_unit_repairs import turned_away
from tests.support.api import Api, officer, resident
from tests.support.cases import UNIT, application, clocks, done, keyed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

TRADING = "市公共资源交易中心"


async def trading_unit(
    api: Api, place: str = "dalian", name: str = "prv_trading", called: str = TRADING
) -> httpx.AsyncClient:
    """A client with the key of the unit that applies the measure of `penalty`, and determined nothing."""
    now, who = api.services.clock.now(), officer(place)
    provider = Provider(id=name, name=called, jurisdiction=place, unified_code="12210200000000001X")
    await api.services.providers.add(None, who, provider, now)
    return api.with_key(await api.services.providers.issue_key(None, who, name, now))


async def approved(api: Api, place: str, **fields: Any) -> tuple[httpx.AsyncClient, str, str]:
    """The resident, the record and the repair, just approved by the unit that determined the conduct."""
    me, mine = signed_in(api, resident(api.services)), await keyed(api, place)
    record = await stored(api.services, penalty(resident(api.services), place, **{"copies": (), **fields}))
    edition = "2026-2" if civil_date(api.services.clock.now()) >= date(2026, 11, 29) else "2026-1"
    body = application(record.id, addressee="unit", pledgeVersion=edition)
    case = done(await me.post("/me/repairs", json=body), 201)
    for step in ("accept", "approve"):
        done(await mine.post(f"/provider/repairs/{case['id']}/{step}", json={}))
    return me, record.id, case["id"]


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_the_unit_that_applies_a_measure_lifts_it_with_its_own_key_and_the_step_ends_as_with_an_officers_note(
    api: Api, clock: FixedClock, place: str
) -> None:
    clock.move_to(date(2026, 11, 23))
    code = {"dalian": "dl-p1", "yunnan": "cn-p6"}[place]
    applied = tuple(AppliedMeasure(code=one, unit=TRADING, since=date(2026, 6, 1)) for one in (code, "DL-01"))
    desk, trading = signed_in(api, officer(place)), await trading_unit(api, place)
    me, record_id, case_id = await approved(api, place, measures=applied)
    to_lift = done(await trading.get("/provider/measures"))["items"]
    titles = {one["code"]: one["title"] for one in to_lift}
    assert titles == {code: measure(place, code, date(2026, 11, 23)).title, "DL-01": "现行清单中没有的措施"}
    first = to_lift[0]
    assert (first["repairId"], first["recordId"], first["determinedBy"]) == (case_id, record_id, UNIT)
    assert first["due"]["isStatutory"] is False and first["due"]["on"] == "2026-11-30" and first["liftedAt"] is None
    assert not {"performance", "evidence", "history", "name"} & set(first)  # nothing of what the resident wrote
    reads = {"action": "repairs.read", "ref": case_id, "by": "prv_trading", "outcome": "done"}
    assert await api.services.database.collection("audits").count_documents(reads) == 1

    lifted = done(await trading.post(f"/provider/measures/{case_id}/lifted", json={"code": "DL-01"}))
    assert lifted["liftedAt"] and lifted["code"] == "DL-01"
    refused(
        await trading.post(f"/provider/measures/{case_id}/lifted", json={"code": "DL-01"}), 409, "measure-not-applied"
    )
    assert [one["code"] for one in done(await trading.get("/provider/measures"))["items"]] == [code]
    shown = done(await me.get(f"/me/repairs/{case_id}"))
    assert {one["code"]: bool(one["liftedAt"]) for one in shown["measures"]} == {"DL-01": True, code: False}
    assert (shown["history"][-1]["label"], shown["history"][-1]["unit"]) == ("实施单位已解除措施", TRADING)
    assert len(done(await desk.get("/staff/queue"))["items"]) == 1  # the other measure is still owed

    done(await trading.post(f"/provider/measures/{case_id}/lifted", json={"code": code}))
    assert done(await desk.get("/staff/queue"))["items"] == []
    assert clocks(done(await me.get(f"/me/repairs/{case_id}"))) == {}
    told = [n for n in done(await me.get("/me/notices"))["items"] if n["kind"] == "repairs.measure_lifted"]
    assert len(told) == 2 and all(TRADING in notice["text"] for notice in told)
    assert all(one.lifted_at for one in (await api.services.records.get(record_id)).measures)


async def test_what_follows_a_repair_is_offered_only_where_there_is_a_measure_or_a_list(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2027, 6, 1))  # the longest shortest time is over
    desk = signed_in(api, officer())

    async def offered(**fields: Any) -> set[str]:
        _, _, case_id = await approved(api, "dalian", **fields)
        shown = done(await desk.get(f"/staff/repairs/{case_id}"))
        return {"lift-measure", "confirm-removal"} & {one["action"] for one in shown["actions"]}

    applied = AppliedMeasure(code="DL-01", unit=TRADING, since=date(2026, 6, 1))
    assert await offered(measures=()) == set()
    assert await offered(measures=(applied,)) == {"lift-measure"}
    listed = {"measures": (), "severe_list": "listed", "record_class": "serious"}
    assert await offered(**listed) == {"confirm-removal"}


async def test_a_measure_lifted_late_by_its_unit_is_late_and_by_the_services_days_no_breach(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, trading = signed_in(api, officer()), await trading_unit(api)
    _, _, case_id = await approved(api, "dalian")
    clock.move_to(date(2026, 12, 1))
    assert [one["isLate"] for one in done(await trading.get("/provider/measures"))["items"]] == [True]
    done(await trading.post(f"/provider/measures/{case_id}/lifted", json={"code": "DL-01"}))
    assert done(await desk.get("/staff/breaches"))["items"] == []


async def test_nobody_else_lifts_a_units_measure_and_who_tries_finds_nothing(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    trading = await trading_unit(api)
    others = [
        await trading_unit(api, "dalian", "prv_other", "市税务局"),  # applies nothing
        await trading_unit(api, "yunnan", "prv_far"),  # of the same name, in another place
        await trading_unit(api, "dalian", "prv_double", UNIT),  # called as the unit that determined the conduct
    ]
    own = AppliedMeasure(code="DL-02", unit=UNIT, since=date(2026, 6, 1))
    theirs = AppliedMeasure(code="DL-01", unit=TRADING, since=date(2026, 6, 1))
    _, record_id, case_id = await approved(api, "dalian", measures=(theirs, own))
    at = f"/provider/measures/{case_id}/lifted"
    for number, other in enumerate(others, start=1):
        assert done(await other.get("/provider/measures"))["items"] == []
        for code in ("DL-01", "DL-02"):
            refused(await other.post(at, json={"code": code}), 404, "not-found")
        assert await turned_away(api, case_id) == 2 * number
    refused(await trading.post(at, json={"code": "DL-02"}), 404, "not-found")  # another's measure of the same case
    refused(await trading.get(f"/provider/repairs/{case_id}"), 404, "not-found")  # the case itself stays closed to it
    refused(await trading.post("/provider/measures/rep_none/lifted", json={"code": "DL-01"}), 404, "not-found")
    for body in ({}, {"code": ""}, {"code": "DL-01", "unit": UNIT}, {"code": 1}, {"code": "x" * 101}):
        assert (await trading.post(at, json=body)).status_code == 400
    assert not [one for one in (await api.services.records.get(record_id)).measures if one.lifted_at]


async def test_before_a_repair_there_is_nothing_to_lift_and_what_an_officer_noted_is_gone_from_the_list(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, trading = signed_in(api, officer()), await trading_unit(api)
    me, mine = signed_in(api, resident(api.services)), await keyed(api)
    record = await stored(api.services, penalty(resident(api.services), copies=()))
    edition = "2026-2" if civil_date(api.services.clock.now()) >= date(2026, 11, 29) else "2026-1"
    body = application(record.id, addressee="unit", pledgeVersion=edition)
    case = done(await me.post("/me/repairs", json=body), 201)
    assert done(await trading.get("/provider/measures"))["items"] == []
    refused(await trading.post(f"/provider/measures/{case['id']}/lifted", json={"code": "DL-01"}), 404, "not-found")
    for step in ("accept", "approve"):
        done(await mine.post(f"/provider/repairs/{case['id']}/{step}", json={}))
    assert len(done(await trading.get("/provider/measures"))["items"]) == 1
    noted = {"reason": "来函", "code": "DL-01", "unit": TRADING}
    done(await desk.post(f"/staff/repairs/{case['id']}/lift-measure", json=noted))
    assert done(await trading.get("/provider/measures"))["items"] == []
    refused(
        await trading.post(f"/provider/measures/{case['id']}/lifted", json={"code": "DL-01"}),
        409,
        "measure-not-applied",
    )


async def test_two_who_lift_the_same_measure_at_once_end_its_step_once(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, trading = signed_in(api, officer()), await trading_unit(api)
    me, _, case_id = await approved(api, "dalian")
    noted = {"reason": "来函", "code": "DL-01", "unit": TRADING}
    answers = await asyncio.gather(
        trading.post(f"/provider/measures/{case_id}/lifted", json={"code": "DL-01"}),
        desk.post(f"/staff/repairs/{case_id}/lift-measure", json=noted),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    history = done(await me.get(f"/me/repairs/{case_id}"))["history"]
    assert [entry["label"] for entry in history].count("实施单位已解除措施") == 1
