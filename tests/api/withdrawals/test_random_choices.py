"""Whatever a resident does in whatever order, what others can learn is what the history says."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.records.models import Section
from tests.support.api import Api, open_api, resident
from tests.support.choices import Person, known_as, make_record, stored
from tests.support.kept import emptied
from tests.support.mongo import Server
from tests.support.world import FixedClock

CONSENT = {"consentVersion": "2026-1"}
WORDS = {"text": "合同已按约履行。", "statementVersion": "yunnan-2026-1", "statementAccepted": True}
STEPS = st.sampled_from(["withdraw", "undo", "declare", "edit", "take-back"])


class Model:
    """What should be so: the praise is out of sight or not; each declaration is there or not."""

    def __init__(self) -> None:
        self.withdrawal: str | None = None
        self.declarations: dict[str, bool] = {}

    @property
    def shown(self) -> int:
        return (self.withdrawal is None) + sum(self.declarations.values())


async def take(step: str, me: Person, praise: str, model: Model) -> None:
    """Does it, and checks that it was allowed just where the history allows it."""
    last = next(reversed(model.declarations), None)
    if step == "withdraw":
        answer = await me.post("/me/withdrawals", {"recordIds": [praise]})
        assert (answer.status_code == 201) == (model.withdrawal is None)
        if model.withdrawal is None:
            model.withdrawal = answer.json()["withdrawals"][0]["id"]
    elif step == "undo" and model.withdrawal is not None:
        assert (await me.post(f"/me/withdrawals/{model.withdrawal}/undo", CONSENT)).status_code == 200
        model.withdrawal = None
    elif step == "declare":
        body = {"jurisdiction": "yunnan", "kind": "contract-performance", **WORDS}
        model.declarations[(await me.post("/me/declarations", body)).json()["id"]] = True
    elif step in ("edit", "take-back") and last is not None:
        path, words = ("edit", WORDS) if step == "edit" else ("withdraw", None)
        answer = await me.post(f"/me/declarations/{last}/{path}", words)
        assert answer.status_code == (200 if model.declarations[last] else 409)
        model.declarations[last] &= step == "edit"


async def seen_by_another(giver: Any, api: Api) -> int:
    """How many items a person sees to whom everything was granted."""
    terms = {
        "grantee": {"kind": "person", "name": "李四", "documentNumber": "11010519491231002X"},
        "purpose": "核对",
        "sections": ["commendation", "declaration"],
        "expiresOn": "2026-12-01",
        "consentVersion": "2026-1",
        "includesMarket": [r.id for r in await api.services.records.list_of_subject(giver.subject) if r.is_market],
    }
    given_out = await api.as_(giver, stepped_up=True).post("/me/grants", json=terms)
    body = {"code": given_out.json()["code"], "acceptedPurpose": "核对"}
    other = resident(api.services, "acc_two", "11010519491231002X")
    seen = await api.as_(other).post("/grants/redeem", json=body)
    return sum(len(section["items"]) for section in seen.json()["sections"])


def test_what_others_can_learn_is_what_the_history_says(mongo_server: Server) -> None:
    @settings(
        max_examples=8,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    @given(st.lists(STEPS, max_size=10))
    def runs(steps: list[str]) -> None:
        asyncio.run(run(steps, mongo_server))

    runs()


async def run(steps: list[str], server: Server) -> None:
    async with emptied(server) as database, open_api(database, FixedClock.at("2026-11-21T10:00+08:00")) as api:
        giver = await known_as(api.services, resident(api.services), "王小明")
        number = "11010519491231002X"
        await known_as(api.services, resident(api.services, "acc_two", number), "李四", number)
        praise = await stored(api.services, make_record(giver))
        me, model = Person(api, giver), Model()
        for step in steps:
            await take(step, me, praise.id, model)
        assert await seen_by_another(giver, api) == model.shown
        records = await api.services.records.list_of_subject(giver.bound_subject)
        assert len(records) == 1 + len(model.declarations)
        assert all(r.changes for r in records if r.section is Section.COMMENDATION and not r.is_disclosed)
