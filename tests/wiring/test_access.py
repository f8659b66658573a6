"""Every route of the running application, asked by everybody, against the reviewed table `access.toml`.

A route without a row fails. `python -m tests.wiring.test_access` prints the missing rows as the code has them now: read
each, and paste it only if it is what the law and the errand want.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from api.http.access import ACCESS
from api.infra.actors import SYSTEM, Actor, Role
from api.providers.models import SCOPES, Provider
from tests.support.api import Api, admin, built_app, officer, resident
from tests.support.sign_in import bearer, resident_number, sign_in

TABLE = tomllib.loads((Path(__file__).parent / "access.toml").read_text())
KINDS: dict[str, dict[str, str]] = TABLE["kinds"]
ROUTES: dict[str, str] = TABLE["routes"]
STEP_UP: frozenset[str] = frozenset(TABLE["step_up"]["routes"])
ROLES = (
    "nobody", "unbound", "minor", "resident", "other_resident", "provider", "other_provider", "officer", "auditor",
    "admin",
)  # fmt: skip
DOOR = {"sign-in-needed", "forbidden", "identity-needed", "step-up-needed"}


def routes_of(app: Litestar) -> dict[str, dict[str, Any]]:
    """`METHOD /path` → what its handler says of itself."""
    return {
        f"{method} {route.path}": handler.opt
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    }


def filled(path: str) -> str:
    """The path with something in each place that is nobody's."""
    path = re.sub(r"{\w+:int}", "1", path)
    path = re.sub(r"{\w+:date}", "2026-01-05", path)
    return re.sub(r"{\w+:\w+}", "none", path)


async def clients(api: Api) -> dict[str, httpx.AsyncClient]:
    now = api.services.clock.now()

    async def key(name: str) -> str:
        unit = Provider(id=name, name="某局（示例）", jurisdiction="dalian", unified_code="x")
        await api.services.providers.add(None, SYSTEM, unit, now)
        return await api.services.providers.issue_key(None, SYSTEM, name, now)

    kid = await sign_in(api.anyone, "kid")
    refused = await api.anyone.post(
        "/me/identity",
        json={
            "name": "小明",
            "documentKind": "resident_id",
            "documentNumber": resident_number("11010520150101233"),
        },
        headers=bearer(kid["accessToken"]),
    )
    assert refused.json()["code"] == "identity-under-age"
    unbound = Actor(role=Role.UNBOUND, id="acc_unbound", session="ses_unbound")
    auditor = Actor(role=Role.AUDITOR, id="stf_auditor", jurisdiction="dalian", session="ses_auditor", unit="x")
    other = resident(api.services, "acc_two", resident_number("11010519850505123"))
    return {
        "nobody": api.anyone,
        "unbound": api.as_(unbound, stepped_up=True),
        "minor": api.as_(Actor(role=Role.UNBOUND, id=kid["account"]["id"], session="ses_kid")),
        "resident": api.as_(resident(api.services), stepped_up=True),
        "other_resident": api.as_(other, stepped_up=True),
        "provider": api.with_key(await key("prv_one")),
        "other_provider": api.with_key(await key("prv_two")),
        "officer": api.as_(officer()),
        "auditor": api.as_(auditor),
        "admin": api.as_(admin(), stepped_up=True),
    }


async def ask(client: httpx.AsyncClient, route: str) -> httpx.Response:
    method, path = route.split(" ", 1)
    body: dict[str, object] | None = None if method in ("GET", "DELETE") else {}
    return await client.request(method, "http://testserver.local" + filled(path), json=body)


def answer_of(response: httpx.Response) -> str:
    """`in`, or the code with which the credentials were refused."""
    if response.status_code in (401, 403):
        code = str(response.json()["code"])
        return code if code in DOOR else "in"
    return "in"


async def test_every_route_answers_everybody_as_the_table_says(api: Api) -> None:
    wrong = []
    people = await clients(api)
    assert set(people) == set(ROLES)
    for route, kind in sorted(ROUTES.items(), key=lambda row: row[0].startswith("DELETE")):  # closing comes last
        for role, client in people.items():
            response = await ask(client, route)
            expected = KINDS[kind][role]
            found = answer_of(response)
            if found != expected or response.status_code >= 500:
                wrong.append(f"{route} by {role}: {found} ({response.status_code}) instead of {expected}")
            if found == "in" and "_id:" in route and response.status_code < 400:
                wrong.append(f"{route} by {role}: {response.status_code} for an item that is nobody's")
    assert not wrong, "\n".join(wrong)


async def test_the_whole_of_ones_data_and_sign_ins_and_keys_want_a_step_up(api: Api) -> None:
    mine, looking_after = api.as_(resident(api.services)), api.as_(admin())
    for route in STEP_UP:
        client = looking_after if ROUTES[route] == "admin" else mine
        response = await ask(client, route)
        assert (response.status_code, response.json()["code"]) == (403, "step-up-needed"), route


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    found = routes_of(built_app())
    missing, gone = set(found) - set(ROUTES), set(ROUTES) - set(found)
    assert not missing, "no row in access.toml:\n" + "\n".join(sorted(missing))
    assert not gone, "no such route any more:\n" + "\n".join(sorted(gone))
    assert {route for route, opt in found.items() if opt.get("step_up")} == STEP_UP
    assert [route for route, opt in found.items() if opt.get("access") not in ACCESS] == []


def test_only_what_is_the_same_for_everybody_is_answered_from_memory() -> None:
    kept = {route: opt for route, opt in routes_of(built_app()).items() if opt.get("cached_daily")}
    assert kept
    for route, opt in kept.items():
        assert route.startswith("GET ")
        assert opt["access"] == "anyone", route
        assert not {"limit", "step_up", "scope"} & opt.keys(), route


def test_only_what_is_asked_by_nobody_in_particular_is_answered_before_its_route() -> None:
    lanes = {route: opt for route, opt in routes_of(built_app()).items() if opt.get("fast_lane")}
    assert lanes
    for route, opt in lanes.items():
        assert route.startswith("POST ") and "{" not in route
        assert opt["access"] == "anyone" and opt["limit"], route
        assert not {"step_up", "scope"} & opt.keys(), route


GROUPS = {
    "/provider/reminders": "verifications",
    "/provider/letters": "verifications",
    "/provider/letters/{letter_id:str}": "verifications",
    "/provider/letters/{letter_id:str}/answer-letter": "verifications",
    "/provider/measures": "repairs",
    "/provider/measures/{repair_id:str}/lifted": "repairs",
    "/provider/figures": "records",
    "/provider/records": "records",
    "/provider/deliveries": "records",
    "/provider/deliveries/{delivery_id:str}": "records",
    "/provider/deliveries/{delivery_id:str}/refused": "records",
    "/provider/templates": "records",
    "/provider/templates/{kind:str}": "records",
    "/provider/records/{record_id:str}/corrections": "corrections",
    "/provider/records/{record_id:str}/revocation": "revocations",
}


async def test_a_key_opens_the_routes_of_its_scopes_and_no_others(api: Api) -> None:
    await clients(api)
    now, routes = api.services.clock.now(), [route for route, kind in ROUTES.items() if kind == "provider"]
    assert len(routes) > len(SCOPES)
    for scope in SCOPES:
        client = api.with_key(await api.services.providers.issue_key(None, SYSTEM, "prv_one", now, scopes=(scope,)))
        opened = 0
        for route in routes:
            path = route.split(" ")[1].removeprefix("/api/v1")
            response = await ask(client, route)
            if (GROUPS.get(path) or path.split("/")[2]) == scope:
                assert response.status_code not in (401, 403, 500), (scope, route, response.text)
                opened += 1
            else:
                body = response.json()
                assert (response.status_code, body["code"]) == (403, "key-scope-missing"), (scope, route)
                assert body["nextStep"]["text"]
        assert opened, scope


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_route_decides_for_every_role(kind: str) -> None:
    assert set(KINDS[kind]) == set(ROLES)
    assert set(KINDS[kind].values()) <= DOOR | {"in"}


if __name__ == "__main__":
    for name, opt in sorted(routes_of(built_app()).items()):
        if name not in ROUTES:
            print(f'"{name}" = "{opt.get("access")}"' + ("  # and in [step_up]" if opt.get("step_up") else ""))
