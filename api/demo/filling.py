"""What the demo does within the product: its records and officers, their codes, and what is booked next."""

from datetime import datetime
from pathlib import Path

import msgspec

from api.composition import Services
from api.demo.people import DEMO_RESIDENTS, everybody
from api.demo.records import load_demo
from api.demo.staff import add_staff, codes_now
from api.infra.privacy import subject_index
from api.infra.settings import read_settings
from api.notices.models import Notice


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
