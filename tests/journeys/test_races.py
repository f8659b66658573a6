"""Two writers race on every transition of pledges, decisions on the list, withdrawals, declarations and grants.

One wins and the other gets 409 and nothing is half done; what may be done again, the second does after the first.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

import httpx
import pytest

from api.declarations.states import TABLE as DECLARATIONS
from api.grants.states import TABLE as GRANTS
from api.infra.clock import civil_date
from api.infra.transitions import Table
from api.listings.states import TABLE as LISTINGS
from api.pledges.states import TABLE as PLEDGES
from api.withdrawals.states import COURTESY, RIGHT
from tests.api.declarations.test_routes import GOOD, declaration
from tests.api.grants.test_routes import PURPOSE, terms
from tests.api.listings.test_routes import decision, notice
from tests.api.pledges.test_routes import promise
from tests.support.api import Api, officer, resident
from tests.support.cases import signed_in
from tests.support.choices import dishonesty, keyed, known_as, make_record, stored
from tests.support.world import FixedClock

Shot = Callable[[], Awaitable[httpx.Response]]
OTHER = "11010519491231002X"


class Ground:
    """The people, and the case that is raced on."""

    def __init__(self, api: Api, clock: FixedClock, unit: httpx.AsyncClient) -> None:
        self.api, self.clock, self.unit = api, clock, unit
        self.me = signed_in(api, resident(api.services))
        self.taker = signed_in(api, resident(api.services, "acc_two", OTHER))
        self.desk = signed_in(api, officer("yunnan"))
        self.code = ""

    async def post(self, client: httpx.AsyncClient, path: str, body: Any = None) -> Any:
        answer = await client.post(path, json=body)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json()

    async def pledge(self, state: str) -> str:
        case = (await self.post(self.me, "/me/pledges", promise(recipient="prv_one")))["id"]
        if state != "cooling":
            self.clock.advance(hours=25)
            await self.api.services.pledges.take_effect_due(self.clock.now())
        if state == "performed":
            await self.post(self.me, f"/me/pledges/{case}/performance", {"note": "已补交"})
        return str(case)

    async def listing(self, state: str) -> str:
        record = await stored(self.api.services, dishonesty(resident(self.api.services)))
        case = (await self.post(self.unit, "/provider/listings", notice(record)))["id"]
        if state in ("answered", "responded"):
            await self.post(self.me, f"/me/listings/{case}/answer", {"text": "请核实"})
        self.clock.move_to(date(2026, 12, 2))
        if state == "responded":
            await self.post(self.unit, f"/provider/listings/{case}/reply", {"text": "已核实"})
        if state in ("listed", "served"):
            await self.post(self.unit, f"/provider/listings/{case}/decision", decision())
        if state == "served":
            await self.post(self.unit, f"/provider/listings/{case}/service", SERVED)
        return str(case)

    async def unheard(self, state: str) -> str:
        """A request to a unit that has no key."""
        await self.api.services.database.collection("provider_keys").delete_many({})
        return await self.withdrawal(state)

    async def withdrawal(self, state: str) -> str:
        is_right = state == "withdrawn"
        record = await stored(
            self.api.services, make_record(resident(self.api.services), jurisdiction="yunnan" if is_right else "dalian")
        )
        asked = {"recordIds": [record.id], "asCourtesy": not is_right}
        case = (await self.post(self.me, "/me/withdrawals", asked))["withdrawals"][0]["id"]
        if state == "agreed":
            await self.post(self.unit, f"/provider/withdrawals/{case}/answer", {"isAgreed": True})
        return str(case)

    async def declared(self, _: str) -> str:
        return str((await self.post(self.me, "/me/declarations", declaration()))["id"])

    async def granted(self, uses: int) -> str:
        giver = self.api.as_(resident(self.api.services), stepped_up=True)
        given = await self.post(giver, "/me/grants", terms(uses=uses))
        self.code = given["code"]
        return str(given["grant"]["id"])


@pytest.fixture
async def ground(api: Api, clock: FixedClock) -> Ground:
    await known_as(api.services, resident(api.services), "王小明")
    await known_as(api.services, resident(api.services, "acc_two", OTHER), "李房东", OTHER)
    return Ground(api, clock, await keyed(api))


async def race(ground: Ground, collection: str, case: str, shot: Shot, *, again: bool = False) -> None:
    documents = ground.api.services.database.collection(collection)
    before = await documents.find_one({"_id": case})
    told = await ground.api.services.database.collection("notices").count_documents({"state": "told"})
    first, second = await asyncio.gather(shot(), shot())
    codes = sorted((first.status_code, second.status_code))
    after = await documents.find_one({"_id": case})
    assert codes == [200, 409] or (again and codes == [200, 200]), (codes, first.text, second.text)
    won = codes.count(200)
    assert len(after["history"]) - len(before["history"]) == after["version"] - before["version"] == won
    for answer in (first, second):
        if answer.status_code == 409:
            assert answer.json()["nextStep"]["text"]
    now_told = await ground.api.services.database.collection("notices").count_documents({"state": "told"})
    assert now_told - told <= won


FIND = {f"find-{outcome}": {"outcome": outcome, "reason": "经核对"} for outcome in ("kept", "partly", "broken")}
CONSENT = {"purpose": "electronic-service", "version": "2026-1"}
SERVED = {"on": "2026-12-02", "way": "handed", "proof": "送达回证1号"}
PUT_RIGHT = {**SERVED, "proof": "送达回证2号", "reason": "回证编号写错"}
MET = {"reason": "条件已达到", "met": [{"key": "c1", "how": "核对无误"}, {"key": "c2", "how": "核对无误"}]}
EDIT = {"text": GOOD, "statementVersion": "yunnan-2026-1", "statementAccepted": True}
RACED: list[tuple[str, str, str, str]] = [
    *(("pledges", "pledge", state, action) for state in ("effective", "performed") for action in (*FIND, "perform")),
    ("pledges", "pledge", "cooling", "withdraw"),
    ("listings", "listing", "noticed", "open"),
    *(("listings", "listing", "listed", action) for action in ("open", "look", "serve")),
    *(("listings", "listing", state, "answer") for state in ("noticed", "answered", "responded")),
    ("listings", "listing", "answered", "reply"),
    *(("listings", "listing", state, "list") for state in ("noticed", "responded")),
    *(("listings", "listing", state, "drop") for state in ("noticed", "answered", "responded")),
    *(("listings", "listing", state, "remove") for state in ("listed", "served")),
    ("listings", "listing", "served", "correct_service"),
    ("withdrawals", "withdrawal", "withdrawn", "undo"),
    *(("withdrawals", "withdrawal", "asked", action) for action in ("cancel", "agree", "decline")),
    ("withdrawals", "unheard", "asked", "pass_on"),
    ("withdrawals", "withdrawal", "agreed", "undo"),
    *(("declarations", "declared", "declared", action) for action in ("edit", "withdraw")),
]
AGAIN = {
    ("effective", "perform"), ("performed", "perform"), ("noticed", "answer"), ("answered", "answer"), ("responded", "answer"),
    ("declared", "edit"),
}  # fmt: skip
"""What may be done again after it was done: the second writer may come through after the first."""


def shot_of(ground: Ground, errand: str, action: str, case: str) -> Shot:
    me, unit, at = ground.me, ground.unit, f"/{errand}/{case}"
    shots: dict[tuple[str, str], Shot] = {
        **{("pledges", find): partial(unit.post, f"/provider{at}/finding", json=body) for find, body in FIND.items()},
        ("pledges", "perform"): lambda: me.post(f"/me{at}/performance", json={"note": "已补交"}),
        ("pledges", "withdraw"): lambda: me.post(f"/me{at}/withdraw"),
        ("listings", "open"): lambda: me.post(f"/me{at}/read"),
        ("listings", "look"): lambda: me.post(f"/me{at}/read"),
        ("listings", "serve"): lambda: unit.post(f"/provider{at}/service", json=SERVED),
        ("listings", "correct_service"): lambda: ground.desk.post(f"/staff{at}/service-correction", json=PUT_RIGHT),
        ("listings", "answer"): lambda: me.post(f"/me{at}/answer", json={"text": "请核实"}),
        ("listings", "reply"): lambda: unit.post(f"/provider{at}/reply", json={"text": "已核实"}),
        ("listings", "list"): lambda: unit.post(f"/provider{at}/decision", json=decision()),
        ("listings", "drop"): lambda: unit.post(
            f"/provider{at}/decision", json={"isListed": False, "reason": "已改正"}
        ),
        ("listings", "remove"): lambda: unit.post(f"/provider{at}/removal", json=MET),
        ("withdrawals", "undo"): lambda: me.post(f"/me{at}/undo", json={"consentVersion": "2026-1"}),
        ("withdrawals", "pass_on"): lambda: signed_in(ground.api, officer("dalian")).post(
            f"/staff{at}/pass-on", json={"reason": "发函", "on": civil_date(ground.clock.now()).isoformat()}
        ),
        ("withdrawals", "cancel"): lambda: me.post(f"/me{at}/cancel"),
        ("withdrawals", "agree"): lambda: unit.post(f"/provider{at}/answer", json={"isAgreed": True}),
        ("withdrawals", "decline"): lambda: unit.post(
            f"/provider{at}/answer", json={"isAgreed": False, "reason": "须公开"}
        ),
        ("declarations", "edit"): lambda: me.post(f"/me{at}/edit", json=EDIT),
        ("declarations", "withdraw"): lambda: me.post(f"/me{at}/withdraw"),
    }
    return shots[errand, action]


@pytest.mark.parametrize(("errand", "make", "state", "action"), RACED)
async def test_of_two_writers_one_wins(ground: Ground, errand: str, make: str, state: str, action: str) -> None:
    case = await getattr(ground, make)(state)
    if action == "answer":
        ground.clock.move_to(date(2026, 12, 1))  # the last day for it
    if action == "open" and state == "listed":
        await ground.post(ground.me, "/me/consents", CONSENT)
    if action in ("open", "look"):  # opened again, a document is only shown again
        first, second = await asyncio.gather(*(shot_of(ground, errand, action, case)() for _ in range(2)))
        assert {first.status_code, second.status_code} <= {200, 409}
        document = await ground.api.services.database.collection(errand).find_one({"_id": case})
        assert [entry["action"] for entry in document["history"]].count(action) == 1
        return
    await race(ground, errand, case, shot_of(ground, errand, action, case), again=(state, action) in AGAIN)


@pytest.mark.parametrize(("uses", "action"), [(1, "redeem"), (3, "redeem"), (1, "revoke")])
async def test_of_two_who_use_or_revoke_a_grant_at_once_none_gets_more_than_was_given(
    ground: Ground, uses: int, action: str
) -> None:
    case = await ground.granted(uses)
    body = {"code": ground.code, "acceptedPurpose": PURPOSE}

    async def shot() -> httpx.Response:
        if action == "redeem":
            return await ground.taker.post("/grants/redeem", json=body)
        return await ground.me.post(f"/me/grants/{case}/revoke")

    await race(ground, "grants", case, shot, again=uses > 1)
    document = await ground.api.services.database.collection("grants").find_one({"_id": case})
    prints = await ground.api.services.database.collection("footprints").count_documents({"kind": "queried"})
    assert len(document["uses"]) == prints <= uses


async def test_two_workers_let_a_pledge_take_effect_once(ground: Ground) -> None:
    case = await ground.pledge("cooling")
    ground.clock.advance(hours=25)
    services = ground.api.services

    now = ground.clock.now()
    done = await asyncio.gather(services.pledges.take_effect_due(now), services.pledges.take_effect_due(now))
    assert sorted(done) == [0, 1]
    document = await services.database.collection("pledges").find_one({"_id": case})
    assert [entry["action"] for entry in document["history"]] == ["sign", "take-effect"]
    assert await services.database.collection("records").count_documents({"section": "pledge"}) == 1


def test_every_transition_that_people_make_is_raced_on() -> None:
    """What the clock alone does (take-effect, release, expire) is raced on by workers."""
    raced = {(errand, state, action) for errand, _, state, action in RACED}
    tables: list[tuple[str, Table]] = [
        ("pledges", PLEDGES), ("listings", LISTINGS), ("withdrawals", RIGHT), ("withdrawals", COURTESY),
        ("declarations", DECLARATIONS),
    ]  # fmt: skip
    people = {
        (errand, source, row.action)
        for errand, table in tables
        for row in table.rows
        if any(role.value != "system" for role in row.roles)
        for source in row.sources
    }
    assert people == raced
    assert {row.action for row in GRANTS.rows if row.sources} == {"redeem", "redeem-last", "revoke", "expire"}
