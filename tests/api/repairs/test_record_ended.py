"""An application to repair ends with its record, whoever ended that: nobody owes anything for it any more."""

from collections.abc import Awaitable, Callable
from datetime import date

import httpx
import pytest

from tests.support.api import Api, officer, resident
from tests.support.cases import clocks, done, keyed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

Ending = Callable[[Api, httpx.AsyncClient, str], Awaitable[None]]


async def annulled(api: Api, me: httpx.AsyncClient, record: str) -> None:
    unit = await keyed(api)
    body = {"act": "annulled", "reason": "法院判决撤销"}
    done(await unit.post(f"/provider/records/{record}/revocation", json=body))


async def deleted(api: Api, me: httpx.AsyncClient, record: str) -> None:
    desk = signed_in(api, officer("dalian"))
    filing = {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": "不是我"}
    case = done(await me.post("/me/objections", json=filing), 201)
    body = {"reason": "核对", "reasons": "记错了人", "correction": {"outcome": "deleted"}}
    done(await desk.post(f"/staff/objections/{case['id']}/correct-own-error", json=body))


@pytest.mark.parametrize("ending", [annulled, deleted])
@pytest.mark.parametrize("state", ["forwarded", "accepted"])
async def test_an_application_ends_when_its_record_is_annulled_or_deleted(
    api: Api, clock: FixedClock, ending: Ending, state: str
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    case = done(await me.post("/me/repairs", json=filing), 201)
    if state == "accepted":
        done(await desk.post(f"/staff/repairs/{case['id']}/accept", json={"reason": "受理"}))
    await ending(api, me, record.id)
    after = done(await me.get(f"/me/repairs/{case['id']}"))
    assert after["status"] == "record_ended" and after["decision"] is None and clocks(after) == {}
    told = [notice["kind"] for notice in done(await me.get("/me/notices"))["items"]]
    assert told.count("repairs.record_ended") == 1
    (pledge,) = done(await me.get("/me/pledges"))["items"]
    assert pledge["status"] == "released"
    clock.move_to(date(2026, 12, 30))
    late = done(await desk.get("/staff/queue", params={"late": "true"}))["items"]
    assert case["id"] not in [line["caseRef"] for line in late]
    refused(await desk.post(f"/staff/repairs/{case['id']}/approve", json={"reason": "核对"}), 409, "action-not-allowed")


async def test_an_application_ends_when_the_disclosure_of_its_record_is_over(api: Api, clock: FixedClock) -> None:
    me = signed_in(api, resident(api.services))
    clock.move_to(date(2026, 11, 23))
    record = await stored(api.services, penalty(resident(api.services), disclosed_until=date(2026, 11, 24), copies=()))
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    case = done(await me.post("/me/repairs", json=filing), 201)
    clock.move_to(date(2026, 11, 25))
    assert await api.services.expiry.expire(clock.now()) == 1
    assert done(await me.get(f"/me/repairs/{case['id']}"))["status"] == "record_ended"
