"""What is booked follows the facts, in the transaction of the change and in two round trips."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import Any

import pymongo.monitoring
import pytest

from api.composition import Services
from api.infra.ability import SAME_TIME
from api.infra.actors import Actor, Role
from api.infra.ids import id_at
from api.infra.migrations import COLLECTION, RENAMED_NOTICES, migrate, newest
from api.infra.mongo import Tx
from api.notices.models import Notice, NoticeState
from api.records.models import Change, Record, Standing
from api.records.service import with_ends
from schedulers.reminders import plan
from schedulers.work import Work
from tests.support.api import make_settings
from tests.support.choices import dishonesty, stored
from tests.support.kept import emptied
from tests.support.mongo import Server
from tests.support.world import KEYS, FixedClock

ME = Actor(role=Role.RESIDENT, id="acc_one", subject="sub_one")
_BOOKKEEPING = ("commitTransaction", "abortTransaction", "endSessions", "hello", "ismaster", "ping", "createIndexes")


class Counter(pymongo.monitoring.CommandListener):
    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: Any) -> None:
        if event.command_name not in _BOOKKEEPING:
            self.names.append(event.command_name)

    def succeeded(self, event: Any) -> None:
        pass

    def failed(self, event: Any) -> None:
        pass

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        self.names.clear()
        yield self.names


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def services(mongo_server: Server, clock: FixedClock, counter: Counter) -> Any:
    async with emptied(mongo_server, [counter]) as database:
        services = Services(make_settings(), clock=clock, database=database)
        services.keys = KEYS
        await services.prepare()
        yield services
        await services.close()


def penalty(key: str = "rec_1", **fields: Any) -> Record:
    values: dict[str, Any] = {
        "id": key,
        "natural_key": key,
        "received_at": datetime(2026, 11, 1, tzinfo=UTC),
        "decided_on": date(2026, 10, 20),
        "duty_performed_on": date(2026, 10, 25),
        "ended_on": date(2026, 10, 1),
        "jurisdiction": "dalian",
        **fields,
    }
    return with_ends(dishonesty(ME, **values))


def change(kind: str, at: datetime) -> Change:
    return Change(at=at, kind=kind, unit="某局", reason="更正")


async def booked(services: Services, ref: str = "rec_1") -> dict[str, Notice]:
    found = await services.notices.booked_for(ME.bound_subject, ref)
    return {notice.kind: notice for notice in found if notice.state is NoticeState.BOOKED}


async def test_a_correction_moves_the_reminder_in_the_same_transaction_and_says_why(
    services: Services, clock: FixedClock
) -> None:
    record = await stored(services, penalty())
    await services.database.transact(lambda tx: services.reminders.record_changed(tx, record, clock.now()))
    assert (await booked(services))["repairs.opens"].on == date(2027, 1, 21)

    async def correct(tx: Tx) -> Record:
        return await services.records.alter(tx, record, change("corrected", clock.now()), decided_on=date(2026, 11, 2))

    await services.database.transact(correct)
    assert (await booked(services))["repairs.opens"].on == date(2027, 2, 3)
    old = [n for n in await services.notices.booked_for(ME.bound_subject, "rec_1") if n.state is NoticeState.CANCELLED]
    assert {n.on for n in old} == {date(2027, 1, 21)} | {n.on for n in old if n.kind != "repairs.opens"}
    assert {n.explanation for n in old} == {"记录的内容有更正，日期已重新计算。"}
    assert all(n.wake_at is None for n in old)


async def test_a_change_that_fails_leaves_the_reminder_where_it_was(services: Services, clock: FixedClock) -> None:
    record = await stored(services, penalty())
    await services.reminders.record_changed(None, record, clock.now())

    class Broken(Exception):
        pass

    async def correct(tx: Tx) -> None:
        await services.records.alter(tx, record, change("corrected", clock.now()), decided_on=date(2026, 11, 2))
        raise Broken

    with pytest.raises(Broken):
        await services.database.transact(correct)
    assert (await booked(services))["repairs.opens"].on == date(2027, 1, 21)


@pytest.mark.parametrize("state", [NoticeState.BOOKED, NoticeState.TOLD])
async def test_a_kind_is_renamed_and_nothing_told_under_its_old_name_is_told_again(
    services: Services, clock: FixedClock, state: NoticeState
) -> None:
    notices = services.database.collection("notices")
    before = {after: before for before, after in RENAMED_NOTICES.items()}
    record = await stored(services, penalty())
    await services.reminders.record_changed(None, record, clock.now())
    planned = await notices.find().to_list(9)
    for one in planned:  # as version 4 stored them
        one["kind"], one["state"] = before[one["kind"]], state.value
        parts = (one["kind"], one["ref"], one["on"], "")
        one["_id"] = hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:40]
        if state is NoticeState.TOLD:
            one |= {"told_at": clock.now(), "wake_at": None}
    await notices.delete_many({})
    await notices.insert_many(planned)
    version = {"version": 4, "after": None}
    await services.database.collection(COLLECTION).replace_one({"_id": "schema"}, version, upsert=True)

    assert await migrate(services.database, services.keys, lambda *_: None) == newest()
    renamed = await notices.find().sort("_id", 1).to_list(9)
    assert {one["_id"] for one in renamed} == {one["_id"] for one in planned}
    assert {one["kind"] for one in renamed} == {RENAMED_NOTICES[one["kind"]] for one in planned}
    now = clock.now() if state is NoticeState.BOOKED else datetime(2027, 2, 1, tzinfo=UTC)  # repair has opened by then
    await services.reminders.record_changed(None, record, now)
    await services.reminders.plan_all((record,), now)
    assert await notices.find().sort("_id", 1).to_list(9) == renamed


async def test_a_repaired_record_is_not_reminded_of(services: Services, clock: FixedClock) -> None:
    record = await stored(services, penalty())
    await services.reminders.record_changed(None, record, clock.now())

    async def repair(tx: Tx) -> Record:
        return await services.records.stop(tx, record, Standing.REPAIRED, change("repaired", clock.now()))

    await services.database.transact(repair)
    assert await booked(services) == {}


async def test_a_change_costs_two_round_trips(services: Services, clock: FixedClock, counter: Counter) -> None:
    records = [await stored(services, penalty(f"rec_{number}")) for number in range(8)]
    await services.reminders.plan_all(records, clock.now())
    record = penalty("rec_0", decided_on=date(2026, 11, 2))
    with counter.counting() as names:
        await services.reminders.record_changed(None, record, clock.now())
    assert len(names) == 2, names
    assert len(await services.notices.list_booked(ME.bound_subject)) >= 8


async def test_what_a_file_brought_in_is_planned_and_a_second_run_changes_nothing(
    services: Services, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedulers.reminders.PAGE", 3)
    for number in range(7):
        await stored(services, penalty(f"rec_{number:026}"))
    work = Work(services)
    first = await plan(work)
    assert first["records"] == 7
    notices = services.database.collection("notices")
    before = await notices.find({}).sort("_id", 1).to_list(100)
    assert (await plan(work)) == {"records": 0, "reminders": 0}, "nothing is read again once it is settled"
    await work.heartbeats.remember("plan", {})
    await plan(work)
    assert await notices.find({}).sort("_id", 1).to_list(100) == before, "planned again, nothing changes"


def made(seconds_ago: float) -> str:
    """The id of a record that was made so long ago, by the clock of the machine that made it."""
    return f"{id_at('rec', time.time() - seconds_ago)}{0:016}"


async def test_what_a_machine_wrote_whose_clock_is_behind_is_planned_too(services: Services, clock: FixedClock) -> None:
    """By as much as readiness lets the clocks of two machines differ."""
    work = Work(services)
    await stored(services, penalty(made(seconds_ago=70)))
    await plan(work)
    late = await stored(services, penalty(made(seconds_ago=70 + 2 * SAME_TIME.total_seconds() - 15)))
    await plan(work)
    assert await booked(services, late.id)


async def test_a_worker_that_dies_while_it_plans_passes_over_nothing(
    services: Services, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedulers.reminders.PAGE", 1)
    work, dying = Work(services), Work(services)
    await stored(services, penalty(made(seconds_ago=5)))
    remember, times = dying.heartbeats.remember, 0

    async def once(job: str, state: dict[str, str]) -> None:
        nonlocal times
        times += 1
        if times > 1:
            raise RuntimeError("killed")
        await remember(job, state)

    monkeypatch.setattr(dying.heartbeats, "remember", once)
    with suppress(RuntimeError):
        await plan(dying)
    late = await stored(services, penalty(made(seconds_ago=6)))  # made before the other one, and written after it
    await plan(work)
    assert await booked(services, late.id)


async def test_records_that_cannot_be_read_keep_those_after_them_from_nothing(
    services: Services, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are read at once: those of a key that was taken out of the file too early lie side by side."""
    monkeypatch.setattr("schedulers.reminders.PAGE", 2)
    records = [await stored(services, penalty(f"rec_{number:026}")) for number in range(5)]
    unreadable = {"_id": {"$in": [record.id for record in records[:4]]}}
    await services.database.collection("records").update_many(unreadable, {"$set": {"particulars": b"\x01\x02k0"}})
    await plan(Work(services))
    assert await booked(services, records[4].id)


async def test_a_change_of_the_rules_plans_everybody_again(
    services: Services, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stored(services, penalty(f"rec_{0:026}"))
    work = Work(services)
    await plan(work)
    monkeypatch.setattr("schedulers.reminders.rules_digest", lambda today: "other rules")
    assert (await plan(work))["records"] == 1


async def test_planning_does_not_bring_back_what_was_taken_back_while_it_ran(
    services: Services, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = await stored(services, penalty(f"rec_{0:026}"))
    await services.reminders.record_changed(None, record, clock.now())
    read = services.records.list_after
    is_first = True

    async def repair(tx: Tx) -> Record:
        return await services.records.stop(tx, record, Standing.REPAIRED, change("repaired", clock.now()))

    async def slowly(after: str, limit: int) -> tuple[list[Record], str | None]:
        nonlocal is_first
        found = await read(after, limit)
        if is_first:
            is_first = False
            await services.database.transact(repair)
        return found

    monkeypatch.setattr(services.records, "list_after", slowly)
    await plan(Work(services))
    assert await booked(services, record.id) == {}
    found = await services.notices.booked_for(ME.bound_subject, record.id)
    assert {n.explanation for n in found} == {"这条记录已经修复，不需要再提醒。"}
