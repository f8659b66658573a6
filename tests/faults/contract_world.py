"""Who asks when requests are made up from the OpenAPI document: callers of every role, and ids that stand for something."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec

from api.composition import Services, clock_of
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.settings import read_settings
from api.infra.tokens import Tokens
from api.providers.models import Provider
from tests.support.api import officer, resident
from tests.support.cases import done, penalty, stored
from tests.support.choices import known_as
from tests.support.sign_in import resident_number

_PEOPLE = 12
_RENEWED_SECONDS = 300  # a step-up lasts for as long
_LEAVING = 24  # sign out, close their accounts and are never asked again


class World(msgspec.Struct):
    """Who may ask, by role; the actors and keys behind their names; the records of each resident, by name."""

    url: str
    environ: dict[str, str]
    callers: dict[str, list[str]]
    actors: dict[str, Actor]
    keys: dict[str, str]
    records: dict[str, list[str]]


class Passes:
    """The headers of who asks, for as long as a run lasts: a token is made anew before its time is over."""

    def __init__(self, world: World) -> None:
        settings = read_settings(world.environ)
        self._world = world
        self._tokens = Tokens(settings.keys)
        self._clock = clock_of(settings)
        self._made: dict[str, tuple[float, str]] = {}
        self._whose: dict[str, str] = {}

    def of(self, name: str) -> dict[str, str]:
        """Empty for whoever shows nothing."""
        if name in self._world.keys:
            return {"X-Api-Key": self._world.keys[name]}
        return {"Authorization": self.bearer(name)} if name in self._world.actors else {}

    def bearer(self, name: str) -> str:
        made, header = self._made.get(name, (0.0, ""))
        if not header or time.monotonic() - made > _RENEWED_SECONDS:
            # of the latest instant that a process still takes for its own clock's, and stepped up
            latest = self._clock.now() + timedelta(seconds=110)
            header = f"Bearer {self._tokens.issue(self._world.actors[name], latest, stepped_up=True)}"
            self._made[name] = (time.monotonic(), header)
            self._whose[header] = name
        return header

    def whose(self, header: str) -> str:
        """The name behind an Authorization header, also one that was renewed since; empty for a foreign one."""
        return self._whose.get(header, "")


async def populate(url: str, environ: dict[str, str]) -> World:
    services = Services(read_settings(environ))
    try:
        await services.prepare()
        now = services.clock.now()

        callers: dict[str, list[str]] = {}
        actors: dict[str, Actor] = {}
        records: dict[str, list[str]] = {}

        def ask(role: str, actor: Actor) -> str:
            name = f"{role} {len(callers.setdefault(role, []))}"
            callers[role].append(name)
            actors[name] = actor
            return name

        for number in range(_LEAVING):
            document = resident_number(f"11010519{40 + number // 12}{1 + number % 12:02}012{number:02}")
            account = resident(services, f"acc_leaving{number}", document)
            person = await known_as(services, account, "李小红", document)
            ask("leaving", msgspec.structs.replace(person, session=f"ses_{person.id}"))
            ask("leaving staff", msgspec.structs.replace(officer(), session=f"ses_leaving{number}"))
        for number in range(_PEOPLE):
            document = resident_number(f"11010519{60 + number}01012{number:02}")
            person = await known_as(services, resident(services, f"acc_person{number}", document), "王小明", document)
            own = [(await stored(services, penalty(person))).id for _ in range(6)]
            records[ask("resident", person)] = own
        unit = Provider(id="prv_transport", name="市交通运输局", jurisdiction="dalian", unified_code="x")
        await services.providers.add(None, SYSTEM, unit, now)
        key = await services.providers.issue_key(None, SYSTEM, unit.id, now)
        auditor = Actor(role=Role.AUDITOR, id="stf_auditor", jurisdiction="dalian", session="ses_auditor", unit="x")
        ask("unbound", Actor(role=Role.UNBOUND, id="acc_unbound", session="ses_unbound"))
        for actor in (officer(), officer(), auditor):
            ask("staff", actor)
        callers |= {"nobody": ["nobody"], "provider": ["unit"]}
        world = World(url, environ, callers, actors, {"unit": key}, records)
        passes = Passes(world)
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30) as client:
            for name, own in records.items():
                for path, filing in _filings(own):
                    done(await client.post(path, json=filing, headers=passes.of(name)), 201)
        return world
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
