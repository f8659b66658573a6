"""Every query parameter of every route takes what nobody should send, and answers with a refusal, never with a defect of ours."""

import base64
import re
from typing import Any

import httpx
import msgspec

from tests.attacks.matrix import document
from tests.support.api import Api
from tests.wiring.test_access import clients


def cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


_CURSORS = (
    cursor("x", "y"),
    cursor("2026-01-01T00:00:00", "y"),
    cursor("9999-12-31T23:59:59.999999+00:00", "y"),
    cursor(2**62, 2**62),
    cursor(-(2**62), 0),
    cursor("\x00", "\x00"),
    cursor("a" * 150),
    cursor(),
    cursor(None),
    cursor([["$gt"]], {"$ne": 1}),
    "%00",
    "=",
    "....",
)
_DATES = ("9999-12-31", "0001-01-01", "2026-02-30", "now", "2026-01-01T00:00:00Z")
_TEXTS = ("\x00", "$where", "[$ne]", "a" * 400, "../../etc/passwd", "🀄" * 20, "\ufffe", "' or 1=1")
_NUMBERS = ("-1", "0", "99999999999999999999999", "1e3", "NaN", "x")


def hostile(name: str, schema: dict[str, Any]) -> tuple[str, ...]:
    kinds = {str(one.get("type")) for one in (schema, *schema.get("oneOf", ()), *schema.get("anyOf", ()))}
    formats = {str(one.get("format")) for one in (schema, *schema.get("oneOf", ()), *schema.get("anyOf", ()))}
    if name in ("cursor", "after"):
        return _CURSORS
    if formats & {"date", "date-time"}:
        return _DATES
    return _NUMBERS if kinds & {"integer", "number"} else _TEXTS


async def test_no_parameter_of_any_route_makes_a_defect(api: Api) -> None:
    people = await clients(api)
    roles = {"bearer": ("resident", "officer", "auditor", "unbound"), "providerKey": ("provider",)}
    tried, wrong = 0, []
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            given = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
            for one in given:
                askers = {
                    role for need in operation.get("security", ()) for scheme in need for role in roles.get(scheme, ())
                }
                for role in sorted(askers or {"nobody"}):
                    for value in hostile(one["name"], one["schema"]):
                        tried += 1
                        answer = await _ask(people[role], method, path, {one["name"]: value})
                        if answer.status_code >= 500:
                            wrong.append(f"{method} {path} {one['name']}={value!r} by {role}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert tried > 300, "the document names no parameters any more?"


async def _ask(client: httpx.AsyncClient, method: str, path: str, query: dict[str, str]) -> httpx.Response:
    place = re.sub(r"{\w+}", "none", path)
    body: dict[str, object] | None = None if method in ("get", "delete") else {}
    return await client.request(method, f"http://testserver.local{place}", params=query, json=body)
