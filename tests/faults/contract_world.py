"""Who asks when requests are made up from the OpenAPI document: callers of every role, and ids that stand for something."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec

from api.composition import Services
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.settings import read_settings
from api.providers.models import Provider
from tests.support.api import officer, resident
from tests.support.cases import done, penalty, stored
from tests.support.choices import known_as
from tests.support.sign_in import resident_number

_PEOPLE = 12
_LEAVING = 24  # sign out, close their accounts and are never asked again


class World(msgspec.Struct):
    """Headers for each role, several residents among them; the records of each resident, found by their headers."""

    url: str
    callers: dict[str, list[dict[str, str]]]
    records: dict[str, list[str]]


async def populate(url: str, environ: dict[str, str]) -> World:
    services = Services(read_settings(environ))
    try:
        await services.prepare()
        now = services.clock.now()

        def bearer(actor: Actor) -> dict[str, str]:
            return {"Authorization": f"Bearer {_lasting(services, actor)}"}

        people, records = [], {}
        leaving = []
        for number in range(_LEAVING):
            document = resident_number(f"11010519{40 + number // 12}{1 + number % 12:02}012{number:02}")
            leaving.append(
                await known_as(services, resident(services, f"acc_leaving{number}", document), "李小红", document)
            )
        for number in range(_PEOPLE):
            document = resident_number(f"11010519{60 + number}01012{number:02}")
            person = await known_as(services, resident(services, f"acc_person{number}", document), "王小明", document)
            people.append(person)
            records[bearer(person)["Authorization"]] = [(await stored(services, penalty(person))).id for _ in range(6)]
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30) as client:
            for token, own in records.items():
                for path, filing in _filings(own):
                    done(await client.post(path, json=filing, headers={"Authorization": token}), 201)
        unit = Provider(id="prv_transport", name="市交通运输局", jurisdiction="dalian", unified_code="x")
        await services.providers.add(None, SYSTEM, unit, now)
        key = await services.providers.issue_key(None, SYSTEM, unit.id, now)
        auditor = Actor(role=Role.AUDITOR, id="stf_auditor", jurisdiction="dalian", session="ses_auditor", unit="x")
        unbound = Actor(role=Role.UNBOUND, id="acc_unbound", session="ses_unbound")

        return World(
            url=url,
            callers={
                "nobody": [{}],
                "unbound": [bearer(unbound)],
                "resident": [bearer(person) for person in people],
                "leaving": [bearer(msgspec.structs.replace(person, session=f"ses_{person.id}")) for person in leaving],
                "leaving staff": [
                    bearer(msgspec.structs.replace(officer(), session=f"ses_leaving{number}"))
                    for number in range(_LEAVING)
                ],
                "provider": [{"X-Api-Key": key}],
                "staff": [bearer(officer()), bearer(officer()), bearer(auditor)],
            },
            records=records,
        )
    finally:
        await services.close()


def _filings(records: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What everybody has under way before the first request, so that chains have something to begin with."""
    for addressee, other, first, second in (("centre", "centre", 0, 1), ("provider", "unit", 2, 3)):
        yield (
            "/me/objections",
            {"recordId": records[first], "addressee": addressee, "reasons": ["wrong"], "text": "不是我"},
        )
        yield (
            "/me/repairs",
            {"recordId": records[second], "addressee": other, "pledgeVersion": "2026-1", "performance": "罚款已缴清"},
        )


def _lasting(services: Services, actor: Actor) -> str:
    """Of the latest instant that a process still takes for its own clock's, so good for nearly twelve minutes; and stepped up."""
    return services.tokens.issue(actor, services.clock.now() + timedelta(seconds=110), stepped_up=True)
