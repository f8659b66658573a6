"""What a system with a copy owes stays owed until it has followed, whatever else happens to the record meanwhile."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from api.infra.actors import Actor
from api.records.models import Change, Copy, Record
from tests.support.api import Api, officer, resident
from tests.support.cases import done, keyed, penalty, signed_in, stored
from tests.support.choices import make_record
from tests.support.world import FixedClock

_NOTE = {"reason": "核对材料"}
_LAW = "objection.shared_copies"
_AT = datetime(2026, 11, 26, 2, tzinfo=UTC)


async def corrected(unit: httpx.AsyncClient, record: Record, amount: str = "0.01") -> None:
    fields = {"items": {"罚款金额": amount}}
    done(await unit.post(f"/provider/records/{record.id}/corrections", json={"fields": fields, "reason": "录入有误"}))


async def owed(api: Api, record: Record) -> list[tuple[str, str]]:
    """Clocks and days of the record's entry in the queue."""
    who = officer(record.jurisdiction)
    queue = await api.services.desk.page(
        who, api.services.clock.now(), errand="corrections", status=None, assignee=None, late=None, cursor=None, limit=9
    )
    return [(step.clock, step.due_on.isoformat()) for entry in queue.items for step in entry.steps]


async def barred(api: Api, desk: httpx.AsyncClient, unit: httpx.AsyncClient, clock: FixedClock, record: Record) -> None:
    """Corrected on the 25th, when a bar of repair was on its way that is imposed on the 26th."""
    me = signed_in(api, resident(api.services))
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    at = f"/staff/repairs/{done(await me.post('/me/repairs', json=filing), 201)['id']}"
    bar = {
        "element": "false_material", "until": "2027-12-31", "facts": "验收报告查无此件", "basis": "信用修复管理办法",
        "remedies": "可以申请行政复议", "replyBy": "2026-11-24",
    }  # fmt: skip
    done(await desk.post(f"{at}/accept", json=_NOTE))
    done(await desk.post(f"{at}/refuse", json={**_NOTE, "reasons": "材料不实"}))
    done(await desk.post(f"{at}/propose-bar", json={**_NOTE, "bar": bar}))
    clock.move_to(date(2026, 11, 25))
    await corrected(unit, record)
    clock.move_to(date(2026, 11, 26))
    done(await desk.post(f"{at}/bar", json={**_NOTE, "reasons": "经核查"}))


@pytest.mark.parametrize("place", ["yunnan", "dalian"])
async def test_a_bar_of_repair_leaves_what_is_owed_and_tells_no_system(api: Api, clock: FixedClock, place: str) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, unit = signed_in(api, officer(place)), await keyed(api, place)
    record = await stored(api.services, penalty(resident(api.services), place))
    await barred(api, desk, unit, clock, record)
    assert await owed(api, record), "it stays in the queue"
    (copy,) = (await api.services.records.get(record.id)).copies
    assert copy.told_at is not None and copy.told_at.astimezone(UTC).date() <= date(2026, 11, 25)
    bar = next(one for one in done(await unit.get("/provider/changes"))["items"] if one["kind"] == "repair.barred")
    assert (bar["systems"], bar["dueOn"]) == ([], None)


async def test_the_breach_is_recorded_all_the_same(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, unit = signed_in(api, officer("yunnan")), await keyed(api, "yunnan")
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    await barred(api, desk, unit, clock, record)
    clock.move_to(date(2026, 12, 10))
    await api.services.desk.record_breaches(clock.now())
    found = done(await desk.get("/staff/breaches"))["items"]
    assert [one["clock"] for one in found if one["errand"] == "corrections"] == [_LAW]


async def test_a_second_correction_does_not_put_off_the_first(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    unit = await keyed(api, "yunnan")
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    await corrected(unit, record)
    clock.move_to(date(2026, 11, 25))
    await corrected(unit, record, "0.03")
    assert await owed(api, record) == [(_LAW, "2026-11-26"), (_LAW, "2026-11-30")]
    (copy,) = done(await me.get(f"/me/records/{record.id}"))["copies"]
    assert copy["due"]["on"] == "2026-11-26", "the first day that it owes"
    first, second = done(await unit.get("/provider/changes"))["items"]
    assert (first["dueOn"], second["dueOn"]) == ("2026-11-26", "2026-11-30")
    done(await unit.post(f"/provider/changes/{second['id']}/acknowledgement", json={}))
    assert await owed(api, record) == [], "who has the newest content has followed all before it"


@pytest.mark.parametrize("kind", ["unpublished", "expired", "listed", "unlisted", "repair.approved", "restored"])
async def test_no_other_change_ends_it(api: Api, clock: FixedClock, kind: str) -> None:
    clock.move_to(date(2026, 11, 23))
    unit = await keyed(api, "yunnan")
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    await corrected(unit, record)
    now = await api.services.records.get(record.id)
    change = Change(at=_AT, kind=kind, unit="信用小窗", reason="期限届满")
    await api.services.database.transact(lambda tx: api.services.records.alter(tx, now, change))
    assert await owed(api, record) == [(_LAW, "2026-11-26")]
    (copy,) = (await api.services.records.get(record.id)).copies
    assert (copy.told_at, copy.due_on) == (_AT, date(2026, 11, 26)), "told, and its day is the first one"


def _award(who: Actor, **fields: Any) -> Record:
    return make_record(who, copies=(Copy(system="信用中国", shared_at=datetime(2026, 5, 11, tzinfo=UTC)),), **fields)


async def test_a_withdrawal_and_its_end_leave_the_correction(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    who = resident(api.services)
    me = signed_in(api, who)
    record = await stored(api.services, _award(who))
    change = Change(at=clock.now(), kind="corrected", unit="市交通运输局", reason="录入有误")
    await api.services.database.transact(lambda tx: api.services.records.alter(tx, record, change))
    correction = await owed(api, record)
    assert [clock for clock, _ in correction] == [_LAW]
    clock.move_to(date(2026, 11, 24))
    case = done(await me.post("/me/withdrawals", json={"recordIds": [record.id]}), 201)["withdrawals"][0]["id"]
    assert [clock for clock, _ in await owed(api, record)] == [_LAW, "withdrawal.follow_copies"]
    (copy,) = done(await me.get(f"/me/withdrawals/{case}"))["followThrough"]
    assert copy["due"]["isStatutory"] is False, "of the withdrawal, not of the correction"
    version = done(await me.get("/me/withdrawals/consent"))["version"]
    done(await me.post(f"/me/withdrawals/{case}/undo", json={"consentVersion": version}))
    assert await owed(api, record) == correction, "nobody has to follow a withdrawal that ended"


async def test_a_request_to_the_unit_tells_no_system(api: Api) -> None:
    who = resident(api.services)
    me = signed_in(api, who)
    record = await stored(api.services, _award(who, jurisdiction="dalian"))
    done(await me.post("/me/withdrawals", json={"recordIds": [record.id], "asCourtesy": True}), 201)
    assert [copy.told_at for copy in (await api.services.records.get(record.id)).copies] == [None]
