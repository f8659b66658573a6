"""The timetable: every job twice, with a database that has something for each of them to do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import generate_latest
from pymongo.errors import AutoReconnect

from api.composition import Services
from api.infra.ability import SAME_TIME
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date
from api.infra.mongo import Database
from api.notices.models import Draft, NoticeState
from api.records.models import Standing
from api.records.service import with_ends
from api.reminders.planning import plan_steps
from knowledge.citations import Certainty
from schedulers.jobs import JOBS, Job
from schedulers.metrics import Metrics
from schedulers.retention import rules
from schedulers.runner import Runner
from schedulers.work import Work
from tests.support.api import Api, make_settings, resident
from tests.support.choices import dishonesty, stored
from tests.support.wechat import StandIn
from tests.support.world import FixedClock

ME = Actor(role=Role.RESIDENT, id="acc_one", subject="sub_one")
_MOVING = {"jobs", "outbox_claims"}  # heartbeats move by design


@pytest.fixture
async def work(database: Database, clock: FixedClock, stand_in: StandIn) -> AsyncIterator[Work]:
    services = Services(make_settings(CW_WECHAT_URL=stand_in.url), clock=clock, database=database)
    await services.prepare()
    yield Work(services)
    await services.close()


async def everything(database: Database) -> dict[str, list[Any]]:
    names = await database.raw.list_collection_names()
    return {
        name: await database.collection(name).find({}).sort("_id", 1).to_list(1000)
        for name in sorted(names)
        if name not in _MOVING
    }


def ended(key: str, **fields: Any) -> Any:
    return with_ends(
        dishonesty(
            ME,
            id=key,
            natural_key=key,
            jurisdiction="dalian",
            received_at=datetime(2021, 11, 1, tzinfo=UTC),
            ended_on=date(2021, 11, 1),
            decided_on=date(2021, 11, 1),
            **fields,
        )
    )


async def busy(services: Services, clock: FixedClock) -> None:
    """Something for every job: a record whose time is over, one that will open, old notices, audit entries."""
    await stored(services, ended("rec_00000000000000000000000001"))
    later = ended("rec_00000000000000000000000002", duty_performed_on=date(2026, 11, 2))
    await stored(services, with_ends(_with(later, ended_on=date(2026, 10, 1), decided_on=date(2026, 11, 2))))
    for number in range(3):
        await services.audits.write(None, SYSTEM, "test.written", f"ref_{number}", clock.now())
    await services.notices.tell(None, clock.now() - timedelta(days=800), draft("old", date(2024, 9, 1)))
    await services.notices.book(None, clock.now() - timedelta(days=2), draft("due", civil_date(clock.now())))


def _with(record: Any, **fields: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(record, **fields)


def draft(ref: str, on: date) -> Draft:
    return Draft(kind="pledges.due", subject=ME.bound_subject, ref=ref, on=on, params={"day": "今天"})


async def test_every_job_run_twice_changes_nothing_the_second_time(
    work: Work, database: Database, clock: FixedClock
) -> None:
    await busy(work.services, clock)
    runner = Runner(work, Metrics(), JOBS)
    assert await runner.run_all()
    first = await everything(database)
    done = {beat.id: beat.done for beat in await work.heartbeats.list_all()}
    assert done["expire"]["ended"] >= 1
    assert done["plan"]["records"] == 2
    assert done["deliver"]["told"] >= 1
    assert done["chain-audit"]["chained"] >= 3
    assert done["digest"]["written"] == 2
    assert done["retain"]["notices"] == 1
    for job in JOBS:
        assert await runner.run(job), job.id
        second = await everything(database)
        assert {name: second[name] for name in second if second[name] != first.get(name)} == {}, job.id


async def test_disclosure_that_ran_out_ends_and_its_reminder_is_taken_back_with_the_reason(
    work: Work, clock: FixedClock
) -> None:
    record = await stored(work.services, ended("rec_00000000000000000000000001"))
    await work.services.reminders.record_changed(None, record, clock.now())
    runner = Runner(work, Metrics(), [job for job in JOBS if job.id == "expire"])
    assert await runner.run_all()
    assert (await work.services.records.get(record.id)).standing is Standing.EXPIRED
    found = await work.services.notices.booked_for(ME.bound_subject, record.id)
    assert {(n.kind, n.state) for n in found} >= {("records.disclosure_ended", NoticeState.CANCELLED)}
    assert sum(n.state is NoticeState.TOLD for n in found) == 1, "said once"


async def test_a_job_that_fails_says_so_outside_and_the_others_run(
    work: Work, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(now: datetime) -> int:
        raise RuntimeError("a name that must not be logged")

    monkeypatch.setattr(work.services.expiry, "expire", broken)
    metrics = Metrics()
    runner = Runner(work, metrics, JOBS)
    assert not await runner.run_all()
    beats = {beat.id: beat for beat in await work.heartbeats.list_all()}
    assert beats["expire"].fault == "RuntimeError"
    assert beats["expire"].last_success_at is None
    assert beats["deliver"].last_success_at == clock.now()
    assert beats["expire"].leased_until is None, "the lease is given back"
    page = generate_latest(metrics.registry).decode()
    assert 'credit_window_job_failing{job="expire"} 1.0' in page
    assert 'credit_window_job_failing{job="deliver"} 0.0' in page
    assert runner.faults() == []
    clock.advance(hours=25)
    assert set(runner.faults()) == {job.id for job in JOBS}


async def test_one_worker_at_a_time_holds_an_unshared_job_and_a_dead_ones_lease_runs_out(
    work: Work, clock: FixedClock
) -> None:
    until = clock.now() + timedelta(minutes=10)
    beats = work.heartbeats
    assert await beats.lease("plan", "one", clock.now(), until)
    assert not await beats.lease("plan", "two", clock.now(), until)
    clock.advance(minutes=10)
    assert await beats.lease("plan", "two", clock.now(), clock.now() + timedelta(minutes=10))
    many = [beats.lease("digest", f"w{n}", clock.now(), clock.now() + timedelta(minutes=10)) for n in range(6)]
    assert sum(await asyncio.gather(*many)) == 1


async def test_a_job_whose_end_the_database_did_not_take_runs_again_at_its_next_time(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker still has the lease, and nobody else would get it for ten minutes."""
    ran = 0

    async def count(_: Work) -> dict[str, int]:
        nonlocal ran
        ran += 1
        return {}

    async def away(*_: Any) -> None:
        raise AutoReconnect

    job = Job("counted", count, every_seconds=5)
    runner = Runner(work, Metrics(), [job])
    with monkeypatch.context() as once:
        once.setattr(work.heartbeats, "beat", away)
        assert not await runner.run(job)
    assert await runner.run(job)
    assert ran == 2


async def test_a_template_that_was_exchanged_is_stopped_no_more(work: Work, clock: FixedClock) -> None:
    """By its new id in the settings, as the alert's page says."""
    now = clock.now()
    for template in ("dev-date-arrived", "before-it-was-exchanged"):
        await work.templates.stop(template, "date_arrived", 40037, now, now + timedelta(minutes=10))
    metrics = Metrics()
    await Runner(work, metrics, JOBS).measure()
    assert "credit_window_templates_stopped 1.0" in generate_latest(metrics.registry).decode()
    assert list((await work.heartbeats.find("outbox")).state) == ["dev-date-arrived"]


async def test_a_job_is_held_also_against_a_worker_whose_clock_is_a_little_behind(
    work: Work, clock: FixedClock
) -> None:
    """Only one that is farther off than readiness allows was written under another clock."""
    beats, minutes = work.heartbeats, timedelta(minutes=10)
    assert await beats.lease("expire", "one", clock.now(), clock.now() + minutes)
    for behind in (timedelta(milliseconds=1), timedelta(seconds=5), 2 * SAME_TIME):
        now = clock.now() - behind
        assert not await beats.lease("expire", "two", now, now + minutes), behind
    long_ago = clock.now() - 2 * SAME_TIME - timedelta(seconds=1)
    assert await beats.lease("expire", "two", long_ago, long_ago + minutes)


async def test_the_backlog_and_the_oldest_waiting_are_measured(work: Work, clock: FixedClock) -> None:
    await work.services.notices.book(None, clock.now() - timedelta(days=2), draft("due", civil_date(clock.now())))
    metrics = Metrics()
    await Runner(work, metrics, JOBS).measure()
    page = generate_latest(metrics.registry).decode()
    assert "credit_window_outbox_backlog 1.0" in page
    assert "credit_window_outbox_oldest_waiting_seconds 5400.0" in page, "since half past eight; it is ten"


def test_the_resident_hears_on_the_morning_after_a_day_that_was_not_kept(clock: FixedClock) -> None:
    from api.infra.steps import begin, finish

    one = begin("objection.annotate", "yunnan", date(2026, 11, 9), "某局")
    other = begin("objection.finish", "yunnan", date(2026, 11, 9), "某中心")
    drafts = plan_steps("异议", "sub", "obj_1", "YY1", (one, other))
    assert [d.on for d in drafts] == sorted({one.due_on + timedelta(days=1), other.due_on + timedelta(days=1)})
    assert plan_steps("异议", "sub", "obj_1", "YY1", finish((one, other), clock.now())) == ()


def test_every_rule_of_keeping_says_on_what_basis() -> None:
    for name, rule in rules().items():
        assert rule.keep_years > 0, name
        assert rule.basis, name
        assert isinstance(rule.certainty, Certainty)


def test_every_job_has_its_own_id_and_goes_stale_later_than_it_runs() -> None:
    assert len({job.id for job in JOBS}) == len(JOBS)
    for job in JOBS:
        assert job.run.__doc__, job.id
        assert job.stale_after_seconds >= 10 * job.every_seconds or job.stale_after_seconds >= 2 * job.every_seconds


async def test_readiness_tells_of_a_late_worker_and_a_stopped_template_and_stays_ready(
    api: Api, clock: FixedClock
) -> None:
    assert (await api.anyone.get("/health/ready")).json()["notes"] == ["worker-late"]
    work = Work(api.services)
    await work.templates.stop("dev-task-due", "task_due", 40037, clock.now(), clock.now() + timedelta(hours=1))
    runner = Runner(work, Metrics(), [job for job in JOBS if job.id == "deliver"])
    await runner.run_all()
    await runner.measure()
    answer = await api.anyone.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["notes"] == ["template-stopped:dev-task-due"]


async def test_the_record_shows_when_and_how_its_owner_will_be_told(api: Api, clock: FixedClock) -> None:
    me = resident(api.services)
    record = with_ends(
        dishonesty(me, jurisdiction="dalian", ended_on=date(2026, 10, 1), decided_on=date(2026, 11, 2),
                   duty_performed_on=date(2026, 11, 3), received_at=datetime(2026, 11, 4, tzinfo=UTC))
    )  # fmt: skip
    await stored(api.services, record)
    await api.services.reminders.record_changed(None, record, clock.now())
    shown = (await api.as_(me).get(f"/me/records/{record.id}")).json()["reminders"]
    opening = next(one for one in shown if one["kind"] == "repairs.opens")
    assert opening["on"] == "2027-02-03"
    assert opening["at"] == "2027-02-03T00:30:00Z"
    assert opening["willPush"] is False
    assert "不会有微信推送" in opening["pushNote"]
