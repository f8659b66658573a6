"""Nobody files, answers or decides faster than a person reads, chooses and writes; a person never meets the bound."""

import asyncio
from typing import Any

import httpx
import pytest

from api.infra.actors import Actor
from api.infra.limits import quotas
from api.infra.settings import SettingsError, read_settings
from tests.attacks.test_quotas import ROUTES
from tests.support.api import Api, built_app, officer, resident
from tests.support.cases import done, keyed, penalty, refused, stored
from tests.support.sign_in import resident_number
from tests.support.world import FixedClock
from tests.wiring.test_access import routes_of

PACED = {kind for kind, quota in quotas().items() if quota.pace}
_FREE = {
    "POST /api/v1/me/notices/{notice_id:str}/read": "several are read in a moment where each is one line",
    "POST /api/v1/me/listings/{listing_id:str}/read": "a notice that is opened is read",
    "POST /api/v1/me/consents": "given with what is being filed, which has its pace",
    "POST /api/v1/me/subscriptions": "WeChat's sheet answers for several templates at once",
    "POST /api/v1/me/repairs/reminders": "wanted for each record of a list, and told to nobody else",
    "POST /api/v1/me/tickets": "the page asks, not the person",
    "POST /api/v1/me/declarations/check": "changes nothing: the page asks while somebody writes",
    "POST /api/v1/session/step-up": "shown on the way to what is done; guesses are counted",
    "POST /api/v1/demo/permissions": "plays WeChat's sheet; not there in production",
}
"""What a resident posts that has no pace, with the reason. Files are part of the case that they are handed in with."""


@pytest.fixture(autouse=True)
def paced(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: in tests, programs play people."""
    monkeypatch.setattr(api.services.limiter, "_keeps_pace", True)


async def records(api: Api, owner: Actor, number: int) -> list[str]:
    return [(await stored(api.services, penalty(owner))).id for _ in range(number)]


def objection(record: str) -> dict[str, Any]:
    return {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": "罚款金额记错了，应为两千元。"}


async def file(me: httpx.AsyncClient, record: str, key: str = "") -> httpx.Response:
    return await me.post("/me/objections", json=objection(record), headers={"Idempotency-Key": key} if key else {})


def test_everything_that_a_person_does_to_a_case_has_a_pace_or_a_reason_for_none() -> None:
    ours = {route: kind for route, kind in ROUTES.items() if route.startswith("POST ")}
    free = {route for route, kind in ours.items() if kind not in PACED and not route.endswith("/evidence")}
    assert free == set(_FREE), free ^ set(_FREE)
    steps = {
        route: opt
        for route, opt in routes_of(built_app()).items()
        if opt["access"] in ("officer", "provider") and opt.get("quota")
    }
    assert len(steps) > 40 and {opt["quota"] for opt in steps.values()} - {"documents"} == {"steps"}
    assert all(2 <= quotas()[kind].pace <= 10 for kind in PACED), "seconds, of which nobody notices any"


async def test_two_filings_in_one_moment_are_a_programs_and_two_in_a_minute_a_persons(
    api: Api, clock: FixedClock
) -> None:
    who = resident(api.services)
    first, second, third = await records(api, who, 3)
    me = api.as_(who)
    done(await file(me, first), 201)
    clock.advance(seconds=1)
    answer = await file(me, second)
    problem = refused(answer, 429, "too-fast")
    assert "几秒" in problem["nextStep"]["text"]
    assert int(answer.headers["Retry-After"]) == quotas()["objections"].pace - 1
    assert len(done(await me.get("/me/objections"))["items"]) == 1, "nothing of it was kept"
    clock.advance(seconds=int(answer.headers["Retry-After"]))
    done(await file(me, second), 201)
    clock.advance(seconds=30)
    done(await file(me, third), 201)


async def test_a_burst_at_once_gets_one_through(api: Api) -> None:
    who = resident(api.services)
    me = api.as_(who)
    answers = await asyncio.gather(*(file(me, record) for record in await records(api, who, 6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[429] * 5]
    assert len(done(await me.get("/me/objections"))["items"]) == 1


async def test_what_is_sent_again_or_was_refused_costs_no_time(api: Api) -> None:
    who = resident(api.services)
    one, other = await records(api, who, 2)
    me = api.as_(who)
    assert (await me.post("/me/objections", json=objection("rec_none"))).status_code == 404
    before = done(await file(me, one, "first-key"), 201)
    assert done(await file(me, one, "first-key"), 201) == before, (
        "the network lost the answer, not the person's patience"
    )
    refused(await file(me, one, "second-key"), 409, "objection-already-open")
    refused(await file(me, other), 429, "too-fast")


async def test_the_next_step_of_a_case_takes_a_moment_too_and_so_does_another_errand(
    api: Api, clock: FixedClock
) -> None:
    who = resident(api.services)
    me = api.as_(who)
    case = done(await file(me, (await records(api, who, 1))[0]), 201)
    step = f"/me/objections/{case['id']}/withdraw"
    refused(await me.post(step, json={}), 429, "too-fast")
    clock.advance(seconds=quotas()["objections"].pace)
    done(await me.post(step, json={}))
    letter = {"kind": "paid_repair", "jurisdiction": "dalian", "text": "某公司说交三千元就能删掉记录"}
    refused(await me.post("/me/letters", json=letter), 429, "too-fast")
    clock.advance(seconds=quotas()["steps"].pace)
    done(await me.post("/me/letters", json=letter), 201)


async def test_nobody_waits_for_another_and_an_officer_decides_no_two_cases_in_one_moment_but_a_units_program_may(
    api: Api, clock: FixedClock
) -> None:
    other = resident(api.services, "acc_two", resident_number("11010519850505123"))
    cases = []
    for who in (resident(api.services), other):
        (record,) = await records(api, who, 1)
        cases.append(done(await file(api.as_(who), record), 201)["id"])
    desk, unit = api.as_(officer()), await keyed(api)
    one, two = (f"/staff/objections/{case}/dispatch" for case in cases)
    done(await desk.post(one, json={"reason": "转办"}))
    refused(await desk.post(two, json={"reason": "转办"}), 429, "too-fast")
    clock.advance(seconds=quotas()["steps"].pace)
    done(await desk.post(two, json={"reason": "转办"}))
    for case in cases:
        done(await unit.post(f"/provider/verifications/{case}/receipt", json={}))


def test_a_production_keeps_the_pace() -> None:
    with pytest.raises(SettingsError, match="CW_PACE is on; off only where CW_MODE=development"):
        read_settings({"CW_PACE": "off"})
