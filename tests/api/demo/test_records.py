"""The demo's files tell on every day the story that their residents are introduced with."""

import io
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.composition import Services
from api.demo.filling import bring_along
from api.demo.people import DEMO_PROVIDERS, DEMO_RESIDENTS, minor
from api.demo.records import demo_files, load_demo
from api.demo.supervisor import CannotStart
from api.infra import migrations
from api.infra.clock import start_of
from api.infra.mongo import Database
from api.infra.privacy import subject_index
from api.records import dates
from api.records.admission import Admission
from api.records.files.lines import read_line
from api.records.files.reading import Reading
from api.records.models import Record
from knowledge.identity import capacity, parse_resident_id
from tests.support.api import make_settings
from tests.support.world import KEYS, FixedClock

PROVIDERS = {provider.id: provider for provider in DEMO_PROVIDERS}


def records_on(today: date) -> dict[str, list[Record]]:
    """What the files of the day become, by the person's name."""
    now = start_of(today) + timedelta(hours=9)
    found: dict[str, list[Record]] = {}
    for file in demo_files(today):
        admission = Admission(PROVIDERS[file.provider], KEYS, now)
        for row in Reading(io.BytesIO(file.body)).rows():
            (record,) = admission.records_of([admission.admit(row, read_line(row).line)])
            found.setdefault(record.particulars.name, []).append(record)
    return found


@settings(max_examples=40)
@given(st.dates(date(2026, 8, 1), date(2028, 3, 31)))
def test_the_stories_are_true_on_any_day(today: date) -> None:
    by_name = records_on(today)
    (li,) = by_name["李建国"]
    found = dates.repair(li, today)
    assert found is not None and found.state == "opens" and found.opens_on is not None
    assert timedelta(days=1) <= found.opens_on - today <= timedelta(days=10)
    (zhao,) = by_name["赵敏"]
    assert (found := dates.repair(zhao, today)) is not None and found.state == "open"
    sun = by_name["孙磊"]
    assert dates.publicity(sun[0]).state == "unknown"
    assert sun[1].disclosed_until is not None and sun[1].disclosed_until >= today + timedelta(days=35)
    assert [record.code for record in by_name["陈静"]].count("donation") == 1
    assert {record.severe_list for record in by_name["杨志强"]} == {"listed", None}
    assert len(by_name["王秀兰"]) == 3
    (lease,) = [record for record in by_name["杨志强"] if record.is_market]
    assert lease.consent_proof and not lease.disclosure.is_published


@given(st.dates(date(2026, 3, 1), date(2030, 12, 31)))
def test_the_child_is_a_child_and_the_others_are_grown_up(today: date) -> None:
    child = minor(today)
    assert not capacity(parse_resident_id(child.number, today).born_on, today).has_full_capacity
    for resident in DEMO_RESIDENTS:
        assert capacity(parse_resident_id(resident.number, today).born_on, today).has_full_capacity


async def test_loading_goes_through_intake_and_a_second_time_adds_nothing(
    database: Database, clock: FixedClock
) -> None:
    services = Services(make_settings(), clock=clock, database=database)
    await services.prepare()
    reports = await load_demo(services, clock.now())
    assert len(reports) == 6 and all(report.refused == () and report.accepted for _, report in reports)
    before = await database.collection("records").count_documents({})
    clock.advance(days=3)
    again = await load_demo(services, clock.now())
    assert all(report.accepted == 0 and report.refused == () for _, report in again)
    assert await database.collection("records").count_documents({}) == before
    for resident in DEMO_RESIDENTS:
        subject = subject_index(services.keys, "resident_id", resident.number)
        assert await services.records.list_of_subject(subject), resident.name


async def test_data_of_an_earlier_version_is_brought_along_and_a_later_ones_is_named(database: Database) -> None:
    """After an update `make run` ended in a traceback, and the command that it named needs a database that runs."""
    schema = database.collection(migrations.COLLECTION)
    for left in (migrations.newest() - 1, migrations.newest()):
        await schema.update_one({"_id": "schema"}, {"$set": {"version": left, "after": None}}, upsert=True)
        await bring_along(database, KEYS)
        assert await migrations.version_of(database) == migrations.newest()
    await schema.update_one({"_id": "schema"}, {"$set": {"version": migrations.newest() + 1}})
    with pytest.raises(CannotStart, match=r"remove \.data/"):
        await bring_along(database, KEYS)
