"""What the demo does within the product: its records and officers, their codes, and what is booked next."""

from datetime import datetime
from pathlib import Path

import msgspec

from api.composition import Services
from api.demo.people import DEMO_RESIDENTS, everybody
from api.demo.records import load_demo
from api.demo.staff import add_staff, codes_now
from api.demo.supervisor import CannotStart
from api.infra import migrations
from api.infra.mongo import Database
from api.infra.privacy import KeyRing, subject_index
from api.infra.settings import read_settings
from api.notices.models import Notice


async def catch_up(environ: dict[str, str]) -> None:
    """Raises CannotStart, as `bring_along`."""
    services = Services(read_settings(environ))
    try:
        await bring_along(services.database, services.keys)
    finally:
        await services.close()


async def bring_along(database: Database, keys: KeyRing) -> None:
    """Brings what an earlier version of the program left to this one. Raises CannotStart for what a later one left."""
    there = await migrations.version_of(database)
    if there is not None and there > migrations.newest():
        raise CannotStart(
            "The data in .data/ is of a later version of the program: get that one, or remove .data/ and start again."
        )
    if there is not None and there < migrations.newest():
        print("Bringing the data of an earlier start to this version ...")
        await migrations.migrate(database, keys, lambda *_: None)


async def load(environ: dict[str, str]) -> None:
    services = Services(read_settings(environ))
    try:
        await services.prepare()
        now = services.clock.now()
        for file, report in await load_demo(services, now):
            print(f"  {file.name}: {report.accepted} new, {report.unchanged} known, {len(report.refused)} refused")
        await add_staff(services, now)
        people = everybody(services.clock.today())
        Path(environ["CW_DEMO_RESIDENTS"]).write_bytes(
            msgspec.json.encode([{"code": p.code, "name": p.name, "number": p.number, "try": p.story} for p in people])
        )
    finally:
        await services.close()


async def one_time_passwords(environ: dict[str, str]) -> dict[str, str]:
    services = Services(read_settings(environ))
    try:
        return await codes_now(services)
    finally:
        await services.close()


async def next_booked(environ: dict[str, str], now: datetime) -> Notice | None:
    services = Services(read_settings(environ))
    try:
        subjects = [subject_index(services.keys, "resident_id", person.number) for person in DEMO_RESIDENTS]
        booked = [notice for subject in subjects for notice in await services.notices.list_booked(subject)]
        return min((one for one in booked if one.due_at > now), key=lambda one: one.due_at, default=None)
    finally:
        await services.close()
