"""One thing that cannot be done keeps none of the others waiting, and is told to the operators."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.infra.one_by_one import one_by_one
from api.infra.steps import begin
from api.records.models import Record
from api.records.service import with_ends
from schedulers.jobs import JOBS
from schedulers.metrics import Metrics
from schedulers.runner import Runner
from schedulers.work import Work
from tests.api.grants.test_routes import give, people
from tests.api.pledges.test_routes import promise
from tests.support.api import Api, officer, resident
from tests.support.cases import done, employed, signed_in
from tests.support.choices import dishonesty, stored
from tests.support.world import FixedClock

OTHER = "11010519491231002X"


@pytest.fixture
def work(api: Api, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr("api.infra.one_by_one._AT_ONCE", 1)
    return Work(api.services)


async def run(work: Work, job_id: str) -> tuple[bool, str | None]:
    """Whether it succeeded, and the fault that operators are shown."""
    (job,) = [job for job in JOBS if job.id == job_id]
    succeeded = await Runner(work, Metrics(), [job]).run_all()
    return succeeded, (await work.heartbeats.find(job_id)).fault


async def spoil(api: Api, collection: str, key: str) -> None:
    """From now on this document cannot be read."""
    await api.services.database.collection(collection).update_one({"_id": key}, {"$set": {"version": "?"}})


async def status(api: Api, collection: str, key: str) -> Any:
    document = await api.services.database.collection(collection).find_one({"_id": key})
    return document["status"] if "status" in document else document["standing"]


async def signs(api: Api, *actor: str) -> str:
    answer = await api.as_(resident(api.services, *actor)).post("/me/pledges", json=promise())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_pledge_that_cannot_take_effect_keeps_no_other_from_it(api: Api, work: Work, clock: FixedClock) -> None:
    first, bad, last = [await signs(api, f"acc_{n}", f"{n}".rjust(18, "1")) for n in range(3)]
    # as it could be signed before the calendar was asked at once
    await api.services.database.collection("pledges").update_one({"_id": bad}, {"$set": {"due_on": "2031-12-22"}})
    clock.advance(hours=80)
    assert await run(work, "begin-pledges") == (False, "CalendarUnknown")
    assert [await status(api, "pledges", one) for one in (first, bad, last)] == ["effective", "cooling", "effective"]
    assert await run(work, "begin-pledges") == (False, "CalendarUnknown"), "as long as it lasts"


async def test_a_due_day_behind_which_no_days_can_be_counted_is_refused(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 12, 20))
    me = api.as_(resident(api.services))
    answer = await me.post("/me/pledges", json=promise(dueOn="2031-12-22"))
    assert (answer.status_code, answer.json()["code"]) == (400, "pledge-due-date-invalid")
    assert answer.json()["errors"][0]["field"] == "dueOn"
    last = date(2031, 12, 12)
    assert begin("pledge.finding", "yunnan", last, "某局").due_on <= date(2031, 12, 31)
    assert (await me.post("/me/pledges", json=promise(dueOn=last.isoformat()))).status_code == 201


async def test_a_grant_that_cannot_be_closed_keeps_no_other_and_no_visit_open(
    api: Api, work: Work, clock: FixedClock
) -> None:
    giver, _ = await people(api)
    grants = [(await give(api, giver))["grant"]["id"] for _ in range(3)]
    await employed(api, "stf_officer", display_name="赵一")
    shown = {"name": "李房东", "documentKind": "resident_id", "documentNumber": OTHER, "proof": "in-person"}
    visit = done(await signed_in(api, officer("dalian")).post("/staff/window", json=shown), 201)
    await spoil(api, "grants", grants[0])
    clock.move_to(date(2026, 12, 1))
    assert await run(work, "expire-grants") == (False, "ValidationError")
    assert [await status(api, "grants", one) for one in grants] == ["active", "expired", "expired"]
    assert await status(api, "window_visits", visit["id"]) == "expired"


def ended(api: Api, key: str, **fields: Any) -> Record:
    values: dict[str, Any] = {
        "id": key,
        "natural_key": key,
        "jurisdiction": "dalian",
        "received_at": datetime(2021, 11, 1, tzinfo=UTC),
        "ended_on": date(2021, 11, 1),
        "decided_on": date(2021, 11, 1),
        **fields,
    }
    return with_ends(dishonesty(resident(api.services), **values))


async def test_a_record_that_cannot_be_ended_keeps_no_other_disclosed(api: Api, work: Work) -> None:
    records = [await stored(api.services, ended(api, f"rec_{n:026}")) for n in range(3)]
    await spoil(api, "records", records[0].id)
    assert await run(work, "expire") == (False, "ValidationError")
    assert [await status(api, "records", one.id) for one in records] == ["standing", "expired", "expired"]


async def test_a_record_whose_days_cannot_be_counted_keeps_no_other_unplanned(
    api: Api, work: Work, clock: FixedClock
) -> None:
    days = {"received_at": clock.now(), "decided_on": date(2026, 11, 2), "ended_on": date(2026, 10, 1)}
    for_ever = ended(api, "rec_00000000000000000000000001", **days, barred_until=date.max)
    usual = ended(api, "rec_00000000000000000000000002", **days, duty_performed_on=date(2026, 11, 3))
    await stored(api.services, for_ever)
    await stored(api.services, usual)
    assert await run(work, "plan") == (True, None)
    booked = await api.services.notices.list_booked(resident(api.services).bound_subject)
    assert "repairs.opens" in {one.kind for one in booked if one.ref == usual.id}


async def test_a_record_that_cannot_be_read_keeps_no_other_unplanned(api: Api, work: Work, clock: FixedClock) -> None:
    days = {"received_at": clock.now(), "decided_on": date(2026, 11, 2), "ended_on": date(2026, 10, 1)}
    records = [
        await stored(api.services, ended(api, f"rec_{n:026}", **days, duty_performed_on=date(2026, 11, 3)))
        for n in range(3)
    ]
    await spoil(api, "records", records[1].id)
    assert await run(work, "plan") == (True, None)
    booked = await api.services.notices.list_booked(resident(api.services).bound_subject)
    assert {one.ref for one in booked if one.kind == "repairs.opens"} == {records[0].id, records[2].id}


async def test_old_notices_go_where_the_audit_cannot_be_shortened(
    api: Api, work: Work, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(api.services.audits, "forget_before", broken)
    await signs(api)
    clock.move_to(date(2029, 1, 2))
    assert await run(work, "retain") == (False, "RuntimeError")
    left = await api.services.database.collection("notices").count_documents({"wake_at": None})
    assert left == 0


async def test_a_case_that_cannot_be_recounted_keeps_no_other_by_an_earlier_calendar(
    api: Api, work: Work, clock: FixedClock
) -> None:
    cases = [await signs(api, f"acc_{n}", f"{n}".rjust(18, "1")) for n in range(4)]
    clock.advance(hours=80)
    assert await run(work, "begin-pledges") == (True, None)
    endless, unreadable, *others = cases
    database = api.services.database
    for name in ("pledges", "queue"):
        await database.collection(name).update_many({}, {"$set": {"steps.0.due_on": "2026-12-01"}})
        await database.collection(name).update_one({"_id": endless}, {"$set": {"steps.0.started_on": "2031-12-22"}})
    await spoil(api, "pledges", unreadable)
    assert await run(work, "recount") == (False, "ValidationError")
    found = {one["_id"]: one["steps"][0]["due_on"] for one in await database.collection("queue").find({}).to_list(9)}
    days = (endless, "2026-12-01"), (unreadable, "2026-12-01"), *((one, "2026-12-29") for one in others)
    assert found == dict(days)


async def test_what_is_found_again_although_it_was_done_is_not_done_for_ever(api: Api, work: Work) -> None:
    done: list[str] = []

    async def find(most: int) -> list[str]:
        return ["one", "other"][:most]

    async def do(tx: Any, key: str) -> bool:
        done.append(key)
        return key == "one"

    assert await one_by_one(api.services.database, (find, do)) == 1
    assert done == ["one"]
