"""A ticket: one document, once, within a minute, for a native page of the mini-program."""

import httpx

from api.infra.mongo import Database
from tests.support.api import Api, resident
from tests.support.sign_in import sign_in
from tests.support.world import FixedClock

EXPORT = "/me/export"


async def ask(api: Api, path: str, *, stepped_up: bool = False) -> httpx.Response:
    return await api.as_(resident(api.services), stepped_up=stepped_up).post("/me/tickets", json={"path": path})


async def show(api: Api, ticket: str, path: str = EXPORT, method: str = "GET") -> httpx.Response:
    return await api.anyone.request(method, path, headers={"Authorization": f"Ticket {ticket}"})


async def test_it_opens_its_document_once(api: Api) -> None:
    ticket = (await ask(api, "/me/subscriptions")).json()["ticket"]
    first = await show(api, ticket, "/me/subscriptions")
    assert first.status_code == 200
    again = await show(api, ticket, "/me/subscriptions")
    assert again.status_code == 401


async def test_it_opens_nothing_else_and_does_nothing(api: Api) -> None:
    ticket = (await ask(api, "/me/subscriptions")).json()["ticket"]
    assert (await show(api, ticket, "/me/devices")).status_code == 401
    assert (await show(api, ticket, "/me/subscriptions", "POST")).status_code == 401
    bearer = await api.anyone.get("/me/devices", headers={"Authorization": f"Bearer {ticket}"})
    assert bearer.status_code == 401
    assert (await show(api, ticket, "/me/subscriptions")).status_code == 200, "none of that has used it up"


async def test_after_a_minute_it_is_over(api: Api, clock: FixedClock) -> None:
    ticket = (await ask(api, "/me/subscriptions")).json()["ticket"]
    clock.advance(seconds=61)
    assert (await show(api, ticket, "/me/subscriptions")).status_code == 401


async def test_it_carries_the_step_up_of_whoever_asked_and_no_more(api: Api) -> None:
    assert (await ask(api, EXPORT)).json()["code"] == "step-up-needed", "asked of the page, not of the shell"
    stepped = (await ask(api, EXPORT, stepped_up=True)).json()["ticket"]
    assert (await show(api, stepped)).json().get("code") != "step-up-needed"


async def test_a_bearer_token_is_no_ticket_and_a_strange_path_gets_none(api: Api) -> None:
    token = api.services.tokens.issue(resident(api.services), api.services.clock.now())
    assert (await show(api, token, "/me/subscriptions")).status_code == 401
    for path in ("/staff/queue", "/me/../staff/queue", "/me", "https://example.org/me/x", "/me/x?y=1", ""):
        assert (await ask(api, path)).status_code == 400, path


async def test_an_ended_session_ends_its_tickets(api: Api, clock: FixedClock, database: Database) -> None:
    signed_in = await sign_in(api.anyone, "zhao")
    mine = {"Authorization": f"Bearer {signed_in['accessToken']}"}
    reply = await api.anyone.post("/me/tickets", json={"path": "/me/subscriptions"}, headers=mine)
    await api.anyone.delete("/session", headers=mine)
    clock.advance(seconds=6)
    assert (await show(api, reply.json()["ticket"], "/me/subscriptions")).status_code == 401
