"""What is told is kept for as long as it may be needed, and is told once however long that is."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.composition import Services
from api.infra.actors import SYSTEM
from api.infra.migrations import COLLECTION, migrate
from api.infra.mongo import Database
from api.infra.steps import Step
from api.notices.models import Draft, Notice
from api.records.models import Change, Record, Standing
from api.records.service import with_ends
from schedulers.jobs import JOBS
from schedulers.metrics import Metrics
from schedulers.runner import Runner
from schedulers.work import Work
from tests.api.pledges.test_routes import promise
from tests.support.api import Api, make_settings, resident
from tests.support.choices import dishonesty, stored
from tests.support.mongo import Server, hindered
from tests.support.world import FixedClock

_FORGOTTEN = ("repairs.opens", "repairs.lacks")


@pytest.fixture
def work(api: Api) -> Work:
    return Work(api.services)


async def run(work: Work, *jobs: str) -> None:
    assert await Runner(work, Metrics(), [job for job in JOBS if job.id in jobs]).run_all()


async def inbox(api: Api) -> list[Notice]:
    me = resident(api.services)
    page, _ = await api.services.notices.inbox(me.bound_subject, None, 50)
    return list(page.items)


async def barred(api: Api) -> Record:
    """A record on which repair opens on 2029-11-21, three years after its reminder is booked."""
    me = resident(api.services)
    values: dict[str, Any] = {
        "jurisdiction": "dalian",
        "received_at": api.services.clock.now(),
        "decided_on": date(2026, 11, 2),
        "ended_on": date(2026, 11, 1),
        "duty_performed_on": date(2026, 11, 10),
        "record_class": "serious",
        "barred_until": date(2029, 11, 20),
    }
    return await stored(api.services, with_ends(dishonesty(me, **values)))


async def stop(api: Api, record_id: str) -> None:
    async def work(tx: Any) -> None:
        record = await api.services.records.get(record_id, tx)
        change = Change(at=api.services.clock.now(), kind="repaired", unit="某局", reason="已修复")
        await api.services.records.stop(tx, record, Standing.REPAIRED, change)

    await api.services.database.transact(work)


async def test_a_reminder_booked_years_ahead_is_kept_from_the_day_it_is_told(
    api: Api, work: Work, clock: FixedClock
) -> None:
    assert (await api.as_(resident(api.services)).post("/me/pledges", json=promise(dueOn="2029-06-15"))).is_success
    clock.advance(hours=80)
    await run(work, "begin-pledges")
    clock.move_to(date(2029, 6, 15))
    await run(work, "deliver")
    clock.advance(minutes=30)
    await run(work, "retain")
    assert {one.kind for one in await inbox(api)} == {"pledges.due_soon", "pledges.due"}


async def test_what_was_told_of_a_standing_record_is_never_told_again(api: Api, work: Work, clock: FixedClock) -> None:
    record = await barred(api)
    await run(work, "plan")
    clock.move_to(date(2029, 11, 21))
    await run(work, "deliver")
    told = [(one.id, one.told_at) for one in await inbox(api) if one.kind == "repairs.opens"]
    assert len(told) == 1
    clock.move_to(date(2031, 12, 1))  # told more than two years ago
    await run(work, "retain")
    await api.services.reminders.plan_all([record], clock.now())  # as a change of rules does
    clock.advance(minutes=1)
    await run(work, "deliver")
    assert [(one.id, one.told_at) for one in await inbox(api) if one.kind == "repairs.opens"] == told
    assert await work.outbox.backlog(clock.now(), 100) == (0, None), "it waits for nothing"


async def test_what_was_told_of_a_record_goes_when_the_record_does_not_stand_any_more(
    api: Api, work: Work, clock: FixedClock
) -> None:
    record = await barred(api)
    await run(work, "plan")
    clock.move_to(date(2029, 11, 21))
    await run(work, "deliver")
    clock.move_to(date(2031, 12, 1))
    await run(work, "retain")
    await stop(api, record.id)
    clock.advance(days=91)
    await run(work, "deliver")
    await run(work, "retain")
    assert [one.kind for one in await inbox(api) if one.kind in _FORGOTTEN] == []


async def test_a_record_that_cannot_be_read_keeps_its_own_notices_only(api: Api, work: Work, clock: FixedClock) -> None:
    record = await barred(api)
    await run(work, "plan")
    other = Draft("pledges.due", "sub_one", "rec_gone", date(2029, 11, 20), {"day": "今天"})
    await api.services.notices.book(None, clock.now(), other)
    clock.move_to(date(2029, 11, 21))
    await run(work, "deliver")
    await api.services.database.collection("records").update_one({"_id": record.id}, {"$set": {"version": "?"}})
    clock.move_to(date(2031, 12, 1))
    await run(work, "retain")
    left = await api.services.database.collection("notices").find({"told_at": {"$ne": None}}).to_list(9)
    assert {one["ref"] for one in left} == {record.id}


async def test_what_was_taken_back_is_kept_from_that_day(api: Api, work: Work, clock: FixedClock) -> None:
    me = resident(api.services)
    record = await barred(api)
    await run(work, "plan")
    clock.move_to(date(2029, 11, 1))
    await stop(api, record.id)

    async def kept() -> int:
        return len(await api.services.notices.booked_for(me.bound_subject, record.id))

    before = await kept()
    assert before >= 1
    clock.move_to(date(2031, 10, 31))
    await run(work, "retain")
    assert await kept() == before
    clock.move_to(date(2031, 11, 3))
    await run(work, "retain")
    assert await kept() == 0


async def test_a_day_of_very_many_entries_goes_for_as_long_as_that_takes(
    api: Api, database: Database, mongo_server: Server, clock: FixedClock
) -> None:
    """Of a large installation it has hundreds of thousands, which three seconds are not enough for."""
    await api.services.audits.write(None, SYSTEM, "records.expired", "rec_x", clock.now())
    await api.services.audits.chain_pending(clock.now())
    clock.advance(days=6 * 366)
    usual = Database(mongo_server.uri, database.raw.name, timeout_ms=1000)
    services = Services(make_settings(), clock=clock, database=usual)
    slowly = {"failCommands": ["delete"], "namespace": f"{database.raw.name}.audits"}
    async with hindered(database, blockConnection=True, blockTimeMS=1500, **slowly):
        await run(Work(services), "retain")
    await services.close()
    await usual.close()
    assert await database.collection("audits").count_documents({"action": "records.expired"}) == 0


async def test_more_than_a_batch_is_forgotten_in_one_run(
    api: Api, work: Work, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.notices.store._FORGOTTEN", 2)
    first = await barred(api)
    await run(work, "plan")
    clock.move_to(date(2029, 11, 21))
    await run(work, "deliver")
    await stop(api, first.id)
    clock.move_to(date(2032, 1, 5))
    await run(work, "retain")
    assert await api.services.database.collection("notices").count_documents({}) == 0


async def test_a_step_that_is_late_for_years_is_told_of_once(api: Api, clock: FixedClock) -> None:
    """However often its case is saved: after two years the notice is gone whose id would say that it was told."""

    class Case:
        id, number, owner, subject, jurisdiction = "obj_1", "YY1", "acc_one", "sub_one", "yunnan"
        status = "verifying"
        steps = (
            Step("k", "objection.verify", "yunnan", "某局", started_on=date(2026, 11, 1), due_on=date(2026, 11, 23)),
        )

    reminders, notices = api.services.reminders, api.services.notices
    await reminders.steps_changed(None, "objections", Case(), clock.now())
    assert [one.on for one in await notices.list_booked("sub_one")] == [date(2026, 11, 24)]
    await api.services.database.collection("notices").delete_many({})
    clock.move_to(date(2029, 1, 2))
    await reminders.steps_changed(None, "objections", Case(), clock.now())
    assert await notices.list_booked("sub_one") == []


async def test_what_was_taken_back_without_a_day_gets_one(api: Api, clock: FixedClock) -> None:
    notices = api.services.database.collection("notices")
    record = await barred(api)
    await api.services.reminders.plan_all([record], clock.now())
    await notices.update_many({}, {"$set": {"state": "cancelled", "cancelled_at": None, "wake_at": None}})
    stamp = {"version": 7, "after": None}
    await api.services.database.collection(COLLECTION).replace_one({"_id": "schema"}, stamp, upsert=True)
    await migrate(api.services.database, api.services.keys, lambda *_: None)
    found = await notices.find({"kind": "repairs.opens"}).to_list(9)
    assert [one["cancelled_at"] for one in found] == [datetime(2029, 11, 21, 0, 30, tzinfo=UTC)]
