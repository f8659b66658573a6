"""What every errand does in one way: its steps are audited with their articles, reads when they happen, stale steps refused."""

from collections.abc import Iterator

import httpx
import pytest

from api.errands import ERRANDS
from api.infra.transitions import Row
from knowledge.places import cited
from tests.api.declarations.test_routes import declaration as said
from tests.api.listings.test_routes import begun, decision
from tests.api.pledges.test_routes import sign
from tests.support.api import Api, officer, resident
from tests.support.cases import done, refused
from tests.support.choices import keyed, make_record, stored
from tests.support.world import FixedClock


def rows_of(action: str) -> Iterator[Row]:
    """Of an action of the audit, such as `pledges.sign`."""
    errand, _, step = action.partition(".")
    if errand in ERRANDS:
        yield from (row for table in ERRANDS[errand].tables for row in table.rows if row.action == step)


async def test_every_step_stands_in_the_audit_with_the_articles_it_rests_on(api: Api, clock: FixedClock) -> None:
    actor = resident(api.services)
    me = api.as_(actor)
    pledge = await sign(api)
    declaration = done(await me.post("/me/declarations", json=said()), 201)
    done(await me.post(f"/me/declarations/{declaration['id']}/withdraw"))
    record = await stored(api.services, make_record(actor))
    done(await me.post("/me/withdrawals", json={"recordIds": [record.id]}), 201)
    _, unit, _, listing = await begun(api)
    done(await unit.post(f"/provider/listings/{listing}/decision", json=decision(isListed=False)))
    clock.advance(hours=25)
    me, desk = api.as_(actor), api.as_(officer("yunnan"))
    done(await me.post(f"/me/pledges/{pledge['id']}/performance", json={"note": "已经补交，窗口已收"}))
    found = {"outcome": "kept", "reason": "经核对窗口记录"}
    done(await desk.post(f"/staff/pledges/{pledge['id']}/finding", json=found))

    entries = await api.services.audits.all_of_subject(actor.bound_subject, 100)
    steps = {entry.action: entry.basis for entry in entries if any(rows_of(entry.action))}
    assert set(steps) == {
        "pledges.sign", "pledges.take-effect", "pledges.perform", "pledges.find-kept",
        "declarations.declare", "declarations.withdraw", "withdrawals.withdraw", "listings.tell", "listings.drop",
    }  # fmt: skip
    for action, basis in steps.items():
        assert basis and basis in {",".join(cited(row.acts, "yunnan")) for row in rows_of(action)}, action


@pytest.mark.parametrize("errand", ["pledges", "listings"])
async def test_a_file_that_is_not_there_does_not_stand_in_the_audit_as_read(api: Api, errand: str) -> None:
    async def of_pledge() -> tuple[httpx.AsyncClient, str]:
        signed = await sign(api, recipient="prv_one")
        return unit, signed["id"]

    async def of_listing() -> tuple[httpx.AsyncClient, str]:
        _, theirs, _, case = await begun(api)
        return theirs, case

    unit = await keyed(api)
    reader, case = await (of_pledge() if errand == "pledges" else of_listing())
    assert (await reader.get(f"/provider/{errand}/{case}/evidence/ev_none")).status_code == 404
    entries = await api.services.audits.all_of_subject(resident(api.services).bound_subject, 100)
    assert "evidence.read" not in {entry.action for entry in entries}


async def test_a_finding_on_what_has_changed_meanwhile_is_refused(api: Api, clock: FixedClock) -> None:
    signed = await sign(api)
    clock.advance(hours=25)
    me, desk = api.as_(resident(api.services)), api.as_(officer("yunnan"))
    seen = done(await me.post(f"/me/pledges/{signed['id']}/performance", json={"note": "已经补交，窗口已收"}))
    done(await me.post(f"/me/pledges/{signed['id']}/performance", json={"note": "又补交一份材料"}))
    finding = {"outcome": "broken", "reason": "没有收到", "version": seen["version"]}
    refused(await desk.post(f"/staff/pledges/{signed['id']}/finding", json=finding), 409, "outdated")
    now = done(await desk.get(f"/staff/pledges/{signed['id']}"))
    done(await desk.post(f"/staff/pledges/{signed['id']}/finding", json={**finding, "version": now["version"]}))


async def test_a_unit_that_saw_an_older_case_decides_nothing(api: Api) -> None:
    me, unit, _, case = await begun(api)
    seen = done(await unit.get(f"/provider/listings/{case}"))
    done(await me.post(f"/me/listings/{case}/answer", json={"text": "已于十月付清"}))
    dropped = decision(isListed=False, version=seen["version"])
    refused(await unit.post(f"/provider/listings/{case}/decision", json=dropped), 409, "outdated")
