"""Requests made up from the OpenAPI document, good and bad, by everybody, against a real process; and what was wrong with the answers."""

import asyncio
import itertools
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.accounts.models import Provider
from api.house import House
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.settings import read_settings
from tests.support.api import officer, resident
from tests.support.cases import penalty, stored
from tests.support.choices import known_as
from tests.support.processes import running
from tests.support.sign_in import resident_number

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_PEOPLE = 12
_PART = 50
_ID = re.compile(r"[a-z]{2,4}_[0-9a-z]{26}")


class Result(msgspec.Struct):
    cases: int = 0
    operations: int = 0
    statuses: Counter[int] = Counter()
    failures: dict[str, str] = {}  # what is wrong, once for each operation, with the request that shows it
    seconds: float = 0


class World(msgspec.Struct):
    """Who asks: headers for each role, several residents among them, and ids that stand for something."""

    url: str
    callers: dict[str, list[dict[str, str]]]
    ids: list[str]


def fuzz(folder: Path, cases: int, *, seconds: float, start: int = 1) -> Result:
    """At least `cases` requests over all operations alike, or as many as fit into `seconds`."""
    with running(folder) as place:
        place.at("2026-11-21T10:00+08:00")
        world = asyncio.run(_populate(place.url, place.environ))
        document = requests.get(f"{place.url}/api/v1/schema/openapi.json", timeout=60).json()
        schema = schemathesis.openapi.from_dict(document)
        operations = [found.ok() for found in schema.get_all_operations()]
        result = Result(operations=len(operations))
        began = time.monotonic()
        with requests.Session() as session:
            for number, operation in enumerate(operations):
                left = max(1, -(-(cases - result.cases) // (len(operations) - number)))
                _try(operation, left, world, session, result, start + number, began + seconds)
        result.seconds = time.monotonic() - began
    return result


def _try(
    operation: Any, times: int, world: World, session: requests.Session, result: Result, start: int, end: float
) -> None:
    if time.monotonic() > end:
        return
    chance = random.Random(start)
    done = 0

    def one(case: Any) -> None:
        nonlocal done
        if time.monotonic() > end or done >= times:
            return
        done += 1
        for name in case.path_parameters or {}:
            if name.endswith("_id") and chance.random() < 0.6:
                case.path_parameters[name] = chance.choice(world.ids)
        answer = case.call(base_url=world.url, session=session, headers=_headers(operation, world, chance), timeout=30)
        result.cases += 1
        result.statuses[answer.status_code] += 1
        text = answer.content.decode(errors="replace")
        world.ids += _ID.findall(text)[:3] if len(world.ids) < 2000 else []
        try:
            case.validate_response(answer, checks=CHECKS)
        except (FailureGroup, AssertionError) as fault:
            for single in getattr(fault, "exceptions", (fault,)):
                title = f"{operation.method.upper()} {operation.path}: {getattr(single, 'title', single)}"
                result.failures.setdefault(title, f"{single}\n{case.as_curl_command()[:1500]}\n{text[:500]}")

    mode = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    for number in itertools.count():  # in small parts: hypothesis cannot be stopped in the middle of one
        before = done
        part = settings(
            max_examples=min(_PART, times - done), deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        part(seed(start * 1000 + number)(given(mode)(one)))()
        if done >= times or done == before or time.monotonic() > end:
            return


def _headers(operation: Any, world: World, chance: random.Random) -> dict[str, str]:
    """Mostly of whoever the route is for, sometimes of anybody."""
    path = operation.path
    role = "provider" if "/provider" in path else "staff" if "/staff" in path else "resident"
    if chance.random() < 0.15:
        role = chance.choice(sorted(world.callers))
    headers = chance.choice(world.callers[role])
    if chance.random() < 0.2:
        return {**headers, "Idempotency-Key": f"key-{chance.randrange(5)}"}
    return headers


async def _populate(url: str, environ: dict[str, str]) -> World:
    house = House(read_settings(environ))
    try:
        await house.prepare()
        now = house.clock.now()
        people, ids = [], []
        for number in range(_PEOPLE):
            document = resident_number(f"11010519{60 + number}01012{number:02}")
            person = await known_as(house, resident(house, f"acc_person{number}", document), "王小明", document)
            people.append(person)
            ids += [(await stored(house, penalty(person))).id for _ in range(6)]
        unit = Provider(id="prv_transport", name="市交通运输局", jurisdiction="dalian", unified_code="x")
        await house.providers.add(None, SYSTEM, unit, now)
        key = await house.providers.issue_key(None, SYSTEM, unit.id, now)
        auditor = Actor(role=Role.AUDITOR, id="stf_auditor", jurisdiction="dalian", session="ses_auditor", unit="x")
        unbound = Actor(role=Role.UNBOUND, id="acc_unbound", session="ses_unbound")

        def bearer(actor: Actor) -> dict[str, str]:
            # valid for as long as the longest run: the clock of the process is not moved meanwhile
            return {"Authorization": f"Bearer {_lasting(house, actor)}"}

        return World(
            url=url,
            callers={
                "nobody": [{}],
                "unbound": [bearer(unbound)],
                "resident": [bearer(person) for person in people],
                "provider": [{"X-Api-Key": key}],
                "staff": [bearer(officer()), bearer(officer()), bearer(auditor)],
            },
            ids=ids,
        )
    finally:
        await house.close()


def _lasting(house: House, actor: Actor) -> str:
    """A token from the future would do as well; this one is issued for an instant an hour ahead, and stepped up."""
    from datetime import timedelta

    return house.tokens.issue(actor, house.clock.now() + timedelta(hours=1), stepped_up=True)
