"""Files that officers and units put into a case: in the audit, and only while the case is open."""

from datetime import date

import httpx

from tests.support.api import Api, auditor, officer, resident
from tests.support.cases import PROVIDER, done, keyed, penalty, refused, signed_in, stored
from tests.support.pdfs import plain
from tests.support.world import FixedClock

_FILE = {"file": ("委托书.pdf", plain(), "application/pdf")}


async def add(client: httpx.AsyncClient, at: str) -> httpx.Response:
    return await client.post(f"{at}/evidence", data={"kind": "material"}, files=_FILE)


async def disputed(api: Api) -> str:
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    me = signed_in(api, resident(api.services))
    return str(done(await me.post("/me/objections", json=filing), 201)["id"])


async def repaired(api: Api) -> str:
    record = await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    me = signed_in(api, resident(api.services))
    return str(done(await me.post("/me/repairs", json=filing), 201)["id"])


async def test_a_file_of_an_officer_or_unit_is_in_the_audit(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, unit = signed_in(api, officer("dalian")), await keyed(api)
    objection, repair = await disputed(api), await repaired(api)
    by_officer = done(await add(desk, f"/staff/objections/{objection}"))["evidence"][-1]["id"]
    done(await desk.post(f"/staff/objections/{objection}/dispatch", json={"reason": "转核查"}))
    by_unit = done(await add(unit, f"/provider/verifications/{objection}"))["evidence"][-1]["id"]
    on_repair = done(await add(desk, f"/staff/repairs/{repair}"))["evidence"][-1]["id"]
    found = done(await signed_in(api, auditor()).get("/staff/audit", params={"action": "evidence.add"}))["items"]
    assert [(one["ref"], one["basis"], one["by"]) for one in found] == [
        (on_repair, repair, officer().id), (by_unit, objection, PROVIDER), (by_officer, objection, officer().id),
    ]  # fmt: skip


async def test_a_case_that_is_over_takes_no_file(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, me = signed_in(api, officer("dalian")), signed_in(api, resident(api.services))
    for errand, case in (("objections", await disputed(api)), ("repairs", await repaired(api))):
        done(await me.post(f"/me/{errand}/{case}/withdraw", json={}))
        refused(await add(desk, f"/staff/{errand}/{case}"), 409, "action-not-allowed")
        assert done(await desk.get(f"/staff/{errand}/{case}"))["evidence"] == []
