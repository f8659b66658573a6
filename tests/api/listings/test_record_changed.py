"""A decision on the list ends with what it rests on: whoever takes the record off the list or ends it."""

from datetime import date
from typing import Any

import httpx
import pytest

from api.records.models import Change, Record, Standing
from tests.api.listings.test_routes import begun, decided
from tests.support.api import Api, officer, resident
from tests.support.cases import clocks, done, signed_in
from tests.support.world import FixedClock

ANNULLED = {"act": "annulled", "reason": "法院判决撤销"}


async def record_of(api: Api, person: Any, case: str) -> Record:
    return await api.services.records.get(done(await person.get(f"/me/listings/{case}"))["recordId"])


def applied(record: Record) -> list[str]:
    return [measure.code for measure in record.measures if measure.lifted_at is None]


async def upheld(api: Api, record: Record, outcome: str) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "不该列入"}
    case = done(await me.post("/me/objections", json=filing), 201)
    body = {"reason": "核对", "reasons": "列入有误", "correction": {"outcome": outcome}}
    done(await desk.post(f"/staff/objections/{case['id']}/uphold", json=body))


async def annulled(unit: httpx.AsyncClient, record: Record) -> None:
    done(await unit.post(f"/provider/records/{record.id}/revocation", json=ANNULLED))


@pytest.mark.parametrize("outcome", ["unlisted", "deleted"])
async def test_an_objection_that_unlists_or_deletes_ends_the_listing_and_its_measures(
    api: Api, clock: FixedClock, outcome: str
) -> None:
    person, _, case = await decided(api, clock, "yunnan")
    before = await record_of(api, person, case)
    assert {"cn-p1", "cn-p2"} <= set(applied(before))
    await upheld(api, before, outcome)
    after = await record_of(api, person, case)
    assert after.severe_list == "removed" and after.removed_on == date(2026, 12, 2)
    assert not {"cn-p1", "cn-p2"} & set(applied(after))
    seen = done(await person.get(f"/me/listings/{case}"))
    assert (seen["status"], clocks(seen)) == ("removed", {}) and seen["closingReason"]
    kinds = [notice["kind"] for notice in done(await person.get("/me/notices"))["items"]]
    assert kinds.count("listings.removed") == 1


async def test_an_annulled_act_ends_the_listing_and_its_measures(api: Api, clock: FixedClock) -> None:
    person, unit, case = await decided(api, clock, "yunnan")
    await annulled(unit, await record_of(api, person, case))
    after = await record_of(api, person, case)
    assert (after.standing, after.severe_list) == (Standing.REVOKED, "removed") and not applied(after)
    assert done(await person.get(f"/me/listings/{case}"))["status"] == "removed"


async def test_what_is_not_decided_yet_ends_with_its_record_too(api: Api) -> None:
    person, unit, record, case = await begun(api)
    await annulled(unit, record)
    seen = done(await person.get(f"/me/listings/{case}"))
    assert (seen["status"], clocks(seen)) == ("not_listed", {}) and "撤销" in seen["closingReason"]
    kinds = [notice["kind"] for notice in done(await person.get("/me/notices"))["items"]]
    assert "listings.ended" in kinds and "listings.answer_due" not in kinds


async def test_a_repair_takes_the_record_off_the_list_and_leaves_the_measures_to_their_units(
    api: Api, clock: FixedClock
) -> None:
    person, _, case = await decided(api, clock, "yunnan")
    record = await record_of(api, person, case)
    change = Change(at=clock.now(), kind="repair.approved", unit="某单位", reason="已整改", case_id="rep_1")
    gone = {"severe_list": "removed", "removed_on": date(2026, 12, 2)}
    await api.services.database.transact(
        lambda tx: api.services.records.stop(tx, record, Standing.REPAIRED, change, **gone)
    )
    assert done(await person.get(f"/me/listings/{case}"))["status"] == "removed"
    assert {"cn-p1", "cn-p2"} <= set(applied(await record_of(api, person, case)))


async def test_another_change_of_the_record_leaves_the_case_alone(api: Api, clock: FixedClock) -> None:
    person, _, case = await decided(api, clock, "yunnan")
    record = await record_of(api, person, case)
    change = Change(at=clock.now(), kind="corrected", unit="某单位", reason="更正")
    await api.services.database.transact(lambda tx: api.services.records.alter(tx, record, change, title="别的名称"))
    assert done(await person.get(f"/me/listings/{case}"))["status"] == "listed"
