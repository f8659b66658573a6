"""Requests made up from the OpenAPI document, good and bad, alone and in chains, by everybody; and what was wrong with the answers.

Schemathesis runs whole, in a process of its own for each seed: cases that cover every constraint of the document, cases that
hypothesis draws, and chains along the document's links. Every check that it has is on; see `_CHECKS` for what each allows.
"""

import asyncio
import json
import multiprocessing
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.engine.run import PhaseName
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.faults.contract_world import Passes, World, populate
from tests.support.mongo import Server
from tests.support.processes import running

_CHECKS: dict[str, Any] = {
    # A request that fits its schema may still break a rule (400 with a code of its own) or come in a form that the
    # document cannot describe (415); `called_malformed` sees to it that 400 is never for the shape.
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "3xx", "400", "401", "403", "404", "409", "415", "429", "503"]
    },
    # 503 is the refusal of a surface under load.
    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "503"]},
    # Needs two peers who sign in by themselves; who sees whose is walked in tests/wiring/test_access.py.
    "object_level_authorization": {"enabled": False},
}
_LEAVE = {"signOut": "leaving", "closeAccount": "leaving", "signOutDevice": "leaving", "staffSignOut": "leaving staff"}
_ID = re.compile(r"[a-z]{2,4}_[0-9a-z]{26}")
_BLANK = re.compile(r"[\x1c-\x1f\x85\ufeff]")
_OWN_CHANCE, _KNOWN_CHANCE, _STRANGER_CHANCE, _KEY_CHANCE = 0.7, 0.6, 0.1, 0.2
_GRACE_SECONDS = 60
LINES = ("application/x-ndjson", "application/jsonl")
schemathesis.serializer.alias(list(LINES), "application/json")  # one record is one line
_WORKBOOKS = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel")
schemathesis.serializer.alias(list(_WORKBOOKS), "application/octet-stream")
_BESIDE_THE_BODY = (ParameterLocation.PATH, ParameterLocation.HEADER, ParameterLocation.COOKIE)


class Result(msgspec.Struct):
    cases: int = 0
    operations: int = 0
    statuses: Counter[int] = msgspec.field(default_factory=Counter)
    phases: Counter[str] = msgspec.field(default_factory=Counter)
    links: int = 0  # requests that followed a link of the document
    failures: dict[str, str] = msgspec.field(default_factory=dict)  # once for each operation, with what shows it
    seconds: float = 0


class MalformedWithoutReason(Failure):
    """A request that fits the document was refused for its shape: the document promises more than the application."""


@schemathesis.check
def called_malformed(_: Any, response: Any, case: Any) -> None:
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    body = response.json()
    if body.get("code") == "malformed" and not _is_read_otherwise(case.body):
        raise MalformedWithoutReason(
            operation=case.operation.label, title="Called malformed, but fits the document", message=json.dumps(body)
        )


@schemathesis.check
def wrong_file_taken(ctx: Any, response: Any, case: Any) -> bool | None:
    """`negative_data_rejection` for handing in a file, where an answer that names the wrong rows is as good as a refusal."""
    if case.operation.definition.raw.get("operationId") != "sendRecords" or case.meta is None:
        return None
    is_beside_the_file = any(case.meta.is_negative_at(place) for place in _BESIDE_THE_BODY) or asks_wrongly(
        case.operation.definition.raw.get("parameters", ()), case.query or {}
    )
    sent = response.request.body
    if case.media_type in LINES:
        sent = f"[{sent.decode() if isinstance(sent, bytes) else sent or ''}]"
    if not is_beside_the_file and names_wrong_rows(sent, response.status_code, response.content):
        return None
    return negative_data_rejection(ctx, response, case)


def asks_wrongly(parameters: Iterable[Any], query: Mapping[str, Any]) -> bool:
    """Whether the query breaks what the document says of one of its parameters. One that it does not know is passed over everywhere."""
    known = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
    return any(not jsonschema_rs.is_valid(known[name], value) for name, value in query.items() if name in known)


def names_wrong_rows(sent: bytes | str | None, status: int, answer: bytes) -> bool:
    """Whether rows of JSON were sent, and the answer accounts for each and takes in fewer than there are; none of none is whole."""
    try:
        rows = json.loads(sent or b"")
        if status != 200 or not isinstance(rows, dict | list):
            return False
        said = json.loads(answer)
    except ValueError:
        return False
    count = len(rows) if isinstance(rows, list) else 1
    taken, refused = said["accepted"] + said["unchanged"], said["refusedCount"]
    return taken + refused == count and (refused > 0 or count == 0)


def _is_read_otherwise(value: Any) -> bool:
    """What JSON Schema and the application cannot agree on: `40.0` as an integer, and which controls `\\s` counts as blank."""
    if isinstance(value, dict | list):
        return any(_is_read_otherwise(one) for one in (value.values() if isinstance(value, dict) else value))
    if isinstance(value, str):
        return _BLANK.search(value) is not None
    return isinstance(value, float) and value.is_integer()


def fuzz(
    folder: Path, cases: int, *, seconds: float, start: int = 1, processes: int = 1, server: Server | None = None
) -> Result:
    """At least `cases` requests, or as many as fit into `seconds`; by several processes with seeds of their own."""
    with running(folder, server) as place:
        place.at("2026-11-21T10:00+08:00")
        world = asyncio.run(populate(place.url, place.environ))
        began = time.monotonic()
        parts = [(world, -(-cases // processes), seconds, start, number) for number in range(processes)]
        # processes of their own even where it is one: what schemathesis is told, it keeps for the whole process
        own = multiprocessing.get_context("forkserver")
        own.set_forkserver_preload([__name__])  # imported once for all
        with own.Pool(processes) as pool:
            results = pool.starmap_async(_run, parts).get(seconds + _GRACE_SECONDS)
        result = results[0]
        for other in results[1:]:
            result.cases += other.cases
            result.links += other.links
            result.statuses += other.statuses
            result.phases += other.phases
            result.failures = {**other.failures, **result.failures}
        result.seconds = time.monotonic() - began
    return result


class _Caller:
    """The authentication of schemathesis: mostly whoever the route is for, sometimes anybody."""

    world: World
    passes: Passes
    chance: random.Random

    def get(self, case: Any, _: Any) -> dict[str, str]:
        path = case.operation.path
        name = case.operation.definition.raw.get("operationId")
        role = "provider" if "/provider" in path else "staff" if "/staff" in path else "resident"
        if name in _LEAVE:
            return self.passes.of(self.chance.choice(self.world.callers[_LEAVE[name]]))
        if self.chance.random() < _STRANGER_CHANCE:
            role = self.chance.choice([one for one in sorted(self.world.callers) if not one.startswith("leaving")])
        return self.passes.of(self.chance.choice(self.world.callers[role]))

    def set(self, case: Any, data: dict[str, str], _: Any) -> None:
        case.headers.pop("Authorization", None)
        case.headers.pop("X-Api-Key", None)
        case.headers.update(data)


def _run(world: World, cases: int, seconds: float, start: int, number: int) -> Result:
    """The first process does everything, the others chains only: what the document says does not depend on a seed."""
    chance = random.Random(start + number)
    known: list[str] = [one for own in world.records.values() for one in own]
    owners = {one: name for name, own in world.records.items() for one in own}
    passes = Passes(world)
    result = Result()
    document = requests.get(f"{world.url}/api/v1/schema/openapi.json", timeout=60).json()
    config = SchemathesisConfig.from_dict(
        {
            "base-url": world.url,
            "seed": start + number,
            "max-time": max(1, int(seconds)),
            "continue-on-failure": True,
            "request-timeout": 30,
            "generation": {
                "no-shrink": True,
                "database": "none",
                "max-examples": 8,
                "with-security-parameters": False,  # `_Caller` gives them; `ignored_auth` takes them away and spoils them
            },
            "phases": {
                "examples": {"enabled": number == 0},
                "coverage": {"enabled": number == 0, "unexpected-methods": ["PUT", "TRACE"]},
                "fuzzing": {"enabled": number == 0},
                "stateful": {"inference": {"algorithms": []}, "max-steps": 25, "generation": {"max-examples": 60}},
            },
            "checks": _CHECKS,
            # A file with wrong rows is answered row by row: `wrong_file_taken` asks in its place.
            "operations": [
                {"include-operation-id": "sendRecords", "checks": {"negative_data_rejection": {"enabled": False}}},
                # The database takes away waiting files a day old by its own clock, and that of the run stands in the past.
                {
                    "include-operation-id": "downloadEvidence",
                    "checks": {"ensure_resource_availability": {"enabled": False}},
                },
            ],
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    result.operations = sum(1 for _ in schema.get_all_operations())
    caller = type("Caller", (_Caller,), {"world": world, "passes": passes, "chance": chance})
    schema.auth(refresh_interval=None)(caller)

    @schemathesis.hook
    def before_call(_: Any, case: Any, kwargs: dict[str, Any]) -> None:
        name = passes.whose(case.headers.get("Authorization", ""))
        # in a chain nobody asks for another's case: it would look like none
        is_chain = case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL
        if name in world.records and (is_chain or chance.random() > _STRANGER_CHANCE):
            ids = [str(one) for one in reversed((case.path_parameters or {}).values())]
            name = next((owners[one] for one in ids if one in owners), name)
            case.headers["Authorization"] = passes.bearer(name)
        own = world.records.get(name, [])
        if case.meta is None or not case.meta.is_negative_at(ParameterLocation.PATH):
            for part, value in (case.path_parameters or {}).items():
                if part.endswith("_id") and not _ID.fullmatch(str(value)) and chance.random() < _KNOWN_CHANCE:
                    pool = own if own and part == "record_id" else known
                    case.path_parameters[part] = chance.choice(pool)
        named = isinstance(case.body, dict) and isinstance(case.body.get("recordId"), str)
        if named and own and chance.random() < _OWN_CHANCE:
            case.body["recordId"] = chance.choice(own)
        if case.method == "POST" and "Idempotency-Key" not in case.headers and chance.random() < _KEY_CHANCE:
            case.headers["Idempotency-Key"] = f"key-{chance.randrange(5)}"

    @schemathesis.hook
    def after_call(_: Any, case: Any, response: Any) -> None:
        result.cases += 1
        result.statuses[response.status_code] += 1
        if case.meta is not None:
            result.phases[case.meta.phase.name.value] += 1
        found = _ID.findall(response.content.decode(errors="replace"))[:3]
        if len(known) < 2000:
            known.extend(found)
        name = passes.whose(case.headers.get("Authorization", ""))
        if name in world.records and "/me/" in case.operation.path:
            owners.update(dict.fromkeys(found, name))

    end = time.monotonic() + seconds
    stream = from_schema(schema).execute()
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            _note(event, result)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            result.failures.setdefault(f"schemathesis: {getattr(event, 'label', '')}", str(event))
        if result.cases >= cases or time.monotonic() > end:
            stream.stop()
            break
    return result


def _note(event: events.ScenarioFinished, result: Result) -> None:
    if event.phase is PhaseName.STATEFUL_TESTING:
        result.links += sum(
            1 for node in event.recorder.cases.values() if node.parent_id and node.is_transition_applied
        )
    for key, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            case = event.recorder.cases[key].value
            title = f"{check.name}: {case.operation.label}"
            shown = f"{check.failure_info.failure.message}\n{check.failure_info.code_sample[:1500]}"
            answer = event.recorder.find_response(case_id=key)
            text = answer.content.decode(errors="replace")[:500] if answer is not None else ""
            result.failures.setdefault(title, f"{shown}\n{text}")
