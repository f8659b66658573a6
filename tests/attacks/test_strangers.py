"""What costs much, leaves something behind or shuts somebody out, asked for by somebody who shows no credential."""

from typing import Any

import pytest

from api.accounts.newcomers import Newcomer
from api.desk.counting import CountStore
from api.infra.actors import SYSTEM
from tests.support.api import Api
from tests.support.cases import done, refused
from tests.support.world import FixedClock


async def test_a_strangers_word_that_they_act_for_somebody_leaves_nothing_behind(api: Api) -> None:
    audits = api.services.database.collection("audits")
    before = await audits.count_documents({})
    for serial in range(5):
        answer = await api.anyone.get("/catalogue?on=2026-11-01", headers={"On-Behalf-Of": f"apt_{serial}"})
        assert answer.status_code == 200
    refused(await api.anyone.get("/me/report", headers={"On-Behalf-Of": "apt_1"}), 401, "sign-in-needed")
    assert await audits.count_documents({}) == before


async def test_the_public_figures_are_read_once_a_day_in_whatever_way_they_are_asked_for(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    find = CountStore.find

    async def noted(self: CountStore, place: str) -> Any:
        read.append(place)
        return await find(self, place)

    await api.services.counting.count(clock.now())
    monkeypatch.setattr(CountStore, "find", noted)
    for serial in range(4):
        done(await api.anyone.get(f"/figures/dalian?again={serial}"))
    assert read == ["dalian"]
    clock.advance(hours=24)
    done(await api.anyone.get("/figures/dalian?tomorrow"))
    assert read == ["dalian"] * 2


async def test_wrong_codes_from_everywhere_do_not_shut_out_whoever_has_the_right_one(
    api: Api, clock: FixedClock
) -> None:
    services, now = api.services, clock.now()
    newcomer = Newcomer(username="lin", role="officer", jurisdiction="dalian", unit="x", display_name="林八")
    _, code = await services.database.transact(lambda tx: services.staff.invite(tx, SYSTEM, newcomer, now))
    body = {"username": "lin", "code": "00000-00000-00000-00000", "password": "correct horse battery"}
    for serial in range(110):  # more than a name is given tries to sign in, each from a network of its own
        where = api.at(f"2001:db8:{serial:x}::1")
        refused(await where.post("/staff/activation", json=body), 403, "activation-refused")
    done(await api.anyone.post("/staff/activation", json={**body, "code": code}), 201)
