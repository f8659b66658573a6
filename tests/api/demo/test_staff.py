"""The demo's officers can sign in, whatever interrupted the first start; codes are of those who can."""

from typing import Any

import pytest

from api.accounts.newcomers import Newcomer
from api.accounts.staff import StaffService
from api.demo.staff import DEMO_STAFF, add_staff, codes_now
from api.infra.actors import SYSTEM
from tests.support.api import Api
from tests.support.staff import hashes_quickly
from tests.support.world import FixedClock


async def test_a_start_that_is_interrupted_leaves_no_officer_half_made(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a password, whom the next start would take for one who is there already."""
    hashes_quickly(api.services)

    async def interrupted(*_: Any) -> str:
        raise InterruptedError

    with monkeypatch.context() as stopped:
        stopped.setattr(StaffService, "activate", interrupted)
        with pytest.raises(InterruptedError):
            await add_staff(api.services, clock.now())
    await add_staff(api.services, clock.now())
    one = DEMO_STAFF[0]
    otp = (await codes_now(api.services))[one.username]
    body = {"username": one.username, "password": one.password, "otp": otp}
    answer = await api.anyone.post("/staff/session", json=body)
    assert answer.status_code == 201, answer.text


async def test_who_has_chosen_no_password_yet_has_no_code(api: Api, clock: FixedClock) -> None:
    hashes_quickly(api.services)
    await add_staff(api.services, clock.now())
    clerk = Newcomer(username="clerk1", role="officer", jurisdiction="dalian", unit="中心", display_name="林芳")
    await api.services.staff.invite(None, SYSTEM, clerk, clock.now())
    assert set(await codes_now(api.services)) == {one.username for one in DEMO_STAFF}
