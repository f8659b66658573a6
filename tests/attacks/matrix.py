"""Every operation that names something by its id, asked by everybody whose it is not, as the OpenAPI document has them.

Two worlds stand side by side: a resident, a unit and an officer in Yunnan, and others in Dalian, each with one of everything.
Whoever is of the one asks for what is the other's. A foreign id has to be answered as one that stands for nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import httpx
import msgspec

from api.http.openapi import document_of
from tests.attacks.worlds import PLACES, World, attackers, populate
from tests.support.api import Api, built_app
from tests.support.files import person
from tests.support.sign_in import resident_number

OPEN = frozenset({"regulation_id", "number", "kind", "purpose", "code", "jurisdiction"})
"""Parameters that name what is the same for everybody, or a secret that is itself the right to ask."""
_BY_CASE = {"repair_id": "repair_evidence", "listing_id": "listing_evidence", "mandate_id": "mandate_evidence"}
"""Whose file is asked for below a case; an objection's where nothing else is said."""
_NOBODYS = "00000000000000000000000000"
_IN_BODY = {"recordId": "record_id", "recordIds": "record_id", "evidence": "evidence_id", "footprintId": "footprint_id"}
_NAMED = {
    "^stf_[0-9a-z_]{1,60}$": "stf_a",
    "^[0-9]{6}$": "123456",
    "^[A-Za-z0-9_-]+$": "AAAA",
    "^(listed|removed)$": "listed",
    "^(handed|left|post|notice)$": "handed",
    "^[0-9A-HJ-NPQRTUWXY]{18}$": "11210200000000009K",
}


Hostile = Callable[[Mapping[str, Any]], Iterable[Any]]
"""What nobody should send in place of what fits a schema."""


class Operation(msgspec.Struct, frozen=True):
    method: str
    path: str
    body: str | None  # its media type
    schema: dict[str, Any]
    query: dict[str, dict[str, Any]]  # the schemas of what the address must say besides

    @property
    def parameters(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")] + [
            part[1 : part.index("}")]
            for part in self.path.split("/")
            if part.startswith("{") and not part.endswith("}")
        ]


@cache
def document() -> Any:
    """As it is sent. To make it takes as long as a thousand requests."""
    return msgspec.json.decode(msgspec.json.encode(document_of(built_app())))


class Matrix:
    def __init__(self) -> None:
        self._document: dict[str, Any] = document()

    def operations(self) -> Iterator[Operation]:
        """Those that name something by an id: in the address, or in the body."""
        return (
            found
            for found in self.every()
            if found.parameters or _IN_BODY.keys() & found.schema.get("properties", {}).keys()
        )

    def every(self) -> Iterator[Operation]:
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {})
                media = next((kind for kind in content if "json" in kind or "multipart" in kind), None)
                schema = self._resolved(content[media].get("schema", {})) if media else {}
                query = {
                    one["name"]: one["schema"]
                    for one in operation.get("parameters", ())
                    if one["in"] == "query" and one.get("required")
                }
                yield Operation(method.upper(), path, media, schema, query)

    def homeless(self) -> set[str]:
        """Parameters that no world knows: a new one needs its place in `populate`, or in OPEN with a reason."""
        known = {*OPEN, "objection_id", "repair_id", "withdrawal_id", "declaration_id", "pledge_id", "grant_id"}
        known |= {"listing_id", "record_id", "evidence_id", "notice_id", "device_id", "delivery_id", "change_id"}
        known |= {"answer_id", "case_ref", "errand", "letter_id", "helper_id", "visit_id", "message_id", "review_id"}
        known |= {"mandate_id", "member_id", "unit_id", "key_id", "absence_id", "passkey_id"}
        return {name for operation in self.operations() for name in operation.parameters} - known

    def _resolved(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return dict(schema)

    def sample(self, schema: Mapping[str, Any], ids: Mapping[str, str], name: str = "") -> Any:
        """The plainest body that fits, with the ids where it has room for some."""
        schema = self._resolved(schema)
        if name in _IN_BODY:
            one = ids.get(_IN_BODY[name], f"rec_{_NOBODYS}")
            return [one] if schema.get("type") == "array" else one
        for many in ("anyOf", "oneOf"):
            if many in schema:
                return self.sample(next(one for one in schema[many] if one.get("type") != "null"), ids)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return next(one for one in schema["enum"] if one is not None)
        kind = schema.get("type")
        if kind == "object":
            fields = schema.get("properties", {})
            wanted = {*schema.get("required", ()), *(_IN_BODY.keys() & fields.keys())}
            return {field: self.sample(fields[field], ids, field) for field in fields if field in wanted}
        if kind == "array":
            return [self.sample(schema["items"], ids) for _ in range(schema.get("minItems", 0))]
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return True
        return self._text(schema)

    def _text(self, schema: Mapping[str, Any]) -> str:
        if schema.get("format") == "date":
            return "2026-12-15"
        if schema.get("format") == "date-time":
            return "2026-12-15T02:00:00Z"
        return _NAMED.get(schema.get("pattern", ""), "核实清楚" * (1 + int(schema.get("minLength", 0)) // 4))

    def variants(
        self, schema: Mapping[str, Any], ids: Mapping[str, str], hostile: Hostile, name: str = ""
    ) -> Iterator[Any]:
        """The plainest body again and again, each time with one hostile value in one of its places, however deep."""
        schema = self._resolved(schema)
        for many in ("anyOf", "oneOf"):
            for one in schema.get(many, ()):
                yield from self.variants(one, ids, hostile, name)
        kind = schema.get("type")
        if kind == "object":
            plain = self.sample(schema, ids, name)
            for field, inside in schema.get("properties", {}).items():
                yield from ({**plain, field: value} for value in self.variants(inside, ids, hostile, field))
        elif kind == "array" and name not in _IN_BODY:
            yield from hostile(schema)
            yield from ([value] for value in self.variants(schema["items"], ids, hostile))
        else:
            yield from hostile(schema)

    async def ask(
        self, client: httpx.AsyncClient, operation: Operation, ids: Mapping[str, str], body: Any = None
    ) -> httpx.Response:
        """With the plainest body that fits, where none is given."""
        path = operation.path
        case = next((name for name in operation.parameters if name in _BY_CASE), None)
        for name in operation.parameters:
            known = ids.get(_BY_CASE[case], ids[name]) if case and name == "evidence_id" else ids[name]
            path = path.replace(f"{{{name}}}", known)
        address = f"http://testserver.local{path}"
        query = {name: str(self.sample(schema, ids)) for name, schema in operation.query.items()}
        if operation.body == "multipart/form-data":
            return await client.request(
                operation.method, address, params=query, files={"file": ("a.pdf", b"%PDF-1.4", "application/pdf")}
            )
        if body is None and operation.method != "GET":
            body = self.sample(operation.schema, ids) if operation.body else {} if operation.method == "POST" else None
        content = None if body is None else json.dumps(body)  # a lone surrogate goes only like this
        kind = {"Content-Type": "application/json"} if content else {}
        return await client.request(operation.method, address, params=query, content=content, headers=kind)

    def nobodys(self, ids: Mapping[str, str]) -> dict[str, str]:
        """Ids of the same form that stand for nothing."""
        return {name: f"{known.split('_')[0]}_{_NOBODYS}" for name, known in ids.items()}


_LET_IN = {
    "me": ("resident", "unbound"),
    "provider": ("provider", "neighbour"),
    "staff": ("officer", "auditor", "admin"),
}


async def findings(api: Api, victim: str = "yunnan") -> tuple[list[str], dict[str, int]]:
    """What is wrong when whoever is of the other place asks for what is `victim`'s, and how much was asked."""
    other = PLACES[1 - PLACES.index(victim)]
    theirs = await populate(api, victim, "theirs", person(1))
    mine = await populate(api, other, "mine", resident_number("11010519850505123"))
    matrix, askers = Matrix(), await attackers(api, mine, other)
    before = await snapshot(api)
    wrong: list[str] = []
    counts = {"operations": 0, "requests": 0, "refused for their shape": 0, "own ids read": 0}
    for operation in matrix.operations():
        named = set(operation.parameters) - OPEN
        if (not named and not operation.body) or not named <= theirs.ids.keys():  # Dalian knows no withdrawal
            continue
        counts["operations"] += 1
        area = operation.path.split("/")[3]
        foreign = {**theirs.ids, "device_id": theirs.ids["staff_device"]} if area == "staff" else theirs.ids
        # a case of one's own with somebody else's file in it, where there are two places
        crossed = {**mine.ids, "evidence_id": foreign["evidence_id"], "repair_evidence": foreign["repair_evidence"]}
        crossed |= {name: foreign[name] for name in ("listing_evidence", "mandate_evidence")}
        for role, client in askers.items():
            is_let_in = role in _LET_IN.get(area, ())
            if role == "neighbour" and not is_let_in:
                continue
            counts["requests"] += 1
            answer = await matrix.ask(client, operation, foreign)
            said = f"{operation.method} {operation.path} by {role}: {answer.status_code} {answer.text[:150]}"
            if answer.status_code < 400 or answer.status_code >= 500:
                wrong.append(said)
            elif not is_let_in:
                if answer.status_code not in (401, 403, 404):
                    wrong.append(f"the door lets somebody in: {said}")
                continue
            if is_let_in:
                counts["requests"] += 1
                nothing = await matrix.ask(client, operation, matrix.nobodys(foreign))
                if (nothing.status_code, _code(nothing)) != (answer.status_code, _code(answer)):
                    wrong.append(f"{said}, but {nothing.status_code} {_code(nothing)} for what is nobody's")
                if _code(answer) == "malformed" and role in ("resident", "provider", "officer", "admin"):
                    counts["refused for their shape"] += 1
                    wrong.append(f"the made-up body does not fit, so nothing was tried: {said}")
            if is_let_in and "evidence_id" in operation.parameters and len(operation.parameters) > 1:
                counts["requests"] += 1
                if (await matrix.ask(client, operation, crossed)).status_code not in (403, 404):
                    wrong.append(f"somebody else's file in a case of one's own: {said}")
    after = await snapshot(api)
    wrong += [f"changed: {one}" for one in before if after.get(one) != before[one]]
    counts["own ids read"] = await _own_read(matrix, theirs)
    return wrong, counts


async def defects(api: Api, hostile: Hostile, place: str = "yunnan") -> tuple[list[str], int]:
    """What is answered with a defect of ours when each place of each body is hostile once, by those who may ask; and how many were asked."""
    world, matrix = await populate(api, place, "theirs", person(1)), Matrix()
    askers = {"me": ("resident",), "provider": ("provider",), "staff": ("officer", "admin")}
    wrong, tried = [], 0
    for operation in sorted(matrix.every(), key=lambda one: one.method == "DELETE"):
        if not operation.body or "json" not in operation.body or not set(operation.parameters) <= {*world.ids, *OPEN}:
            continue
        area = operation.path.split("/")[3]
        ids = {**dict.fromkeys(OPEN, "x"), **world.ids}
        for role in askers.get(area, ("resident",)):
            for body in matrix.variants(operation.schema, ids, hostile):
                tried += 1
                answer = await matrix.ask(world.clients[role], operation, ids, body)
                if answer.status_code >= 500:
                    wrong.append(
                        f"{operation.method} {operation.path} by {role}: {answer.status_code} for {str(body)[:300]}"
                    )
    return wrong, tried


async def _own_read(matrix: Matrix, theirs: World) -> int:
    """That the ids are real: how many readings of one's own succeed."""
    found = 0
    for operation in matrix.operations():
        area = {"me": "resident", "provider": "provider", "staff": "officer"}.get(operation.path.split("/")[3])
        named = set(operation.parameters) - OPEN
        if operation.method == "GET" and area and named and named <= theirs.ids.keys():  # Dalian knows no withdrawal
            found += (await matrix.ask(theirs.clients[area], operation, theirs.ids)).status_code == 200
    return found


def _code(answer: httpx.Response) -> str:
    return str(answer.json().get("code")) if "json" in answer.headers.get("content-type", "") else ""


_MOVING = frozenset(
    {"audits", "audit_heads", "limits", "once", "confirmations", "jobs"}
)  # whoever asks leaves something here


async def snapshot(api: Api) -> dict[str, Any]:
    database = api.services.database
    return {
        f"{name}/{document['_id']}": document
        for name in await database.raw.list_collection_names()
        if name not in _MOVING
        async for document in database.collection(name).find({})
    }
