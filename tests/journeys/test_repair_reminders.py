"""提醒: what a resident books for the first possible day stands, or says why it does not."""

from datetime import date

import pytest

from api.infra.mongo import Tx
from api.records.models import Change
from schedulers.reminders import plan
from schedulers.work import Work
from tests.support.api import Api, resident
from tests.support.cases import done, penalty, refused, signed_in, stored
from tests.support.world import FixedClock


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_where_a_condition_is_lacking_the_message_says_so_and_planning_leaves_it_standing(
    api: Api, clock: FixedClock, place: str
) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services), place, duty_performed_on=None))
    clock.move_to(date(2026, 7, 1))
    booked = done(await me.post("/me/repairs/reminders", json={"recordId": record.id}), 201)
    assert (booked["on"], booked["state"]) == ("2026-08-09", "unmet") and "还有条件没有满足" in booked["why"]

    for _ in range(2):
        await plan(Work(api.services))
        (shown,) = [r for r in done(await me.get(f"/me/records/{record.id}"))["reminders"] if "repair" in r["kind"]]
        assert (shown["kind"], shown["state"], shown["on"]) == ("repairs.lacks", "booked", "2026-08-09")
        assert shown["explanation"] is None

    async def perform(tx: Tx) -> None:
        change = Change(at=clock.now(), kind="corrected", unit="某局", reason="补记履行日期", fields=("义务履行日期",))
        await api.services.records.alter(
            tx, await api.services.records.get(record.id, tx), change, duty_performed_on=date(2026, 6, 30)
        )

    await api.services.database.transact(perform)
    reminders = {r["kind"]: r for r in done(await me.get(f"/me/records/{record.id}"))["reminders"]}
    assert reminders["repairs.opens"]["state"] == "booked" and reminders["repairs.opens"]["on"] == "2026-08-09"
    assert reminders["repairs.lacks"]["state"] == "cancelled"
    assert reminders["repairs.lacks"]["explanation"] == "记录的内容有更正，日期已重新计算。"


async def test_where_only_time_is_lacking_planning_keeps_what_was_booked(api: Api, clock: FixedClock) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    clock.move_to(date(2026, 7, 1))
    booked = done(await me.post("/me/repairs/reminders", json={"recordId": record.id}), 201)
    assert booked["state"] == "opens"
    await plan(Work(api.services))
    (shown,) = [r for r in done(await me.get(f"/me/records/{record.id}"))["reminders"] if "repair" in r["kind"]]
    assert (shown["kind"], shown["state"]) == ("repairs.opens", "booked")
    other = signed_in(api, resident(api.services, "acc_two", "110105199001012345"))
    refused(await other.post("/me/repairs/reminders", json={"recordId": record.id}), 404, "not-found")
