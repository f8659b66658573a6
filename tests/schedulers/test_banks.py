"""Each message sent uses up one push, whatever the bank holds, and a bank owes nothing."""

from typing import Any

import pytest

from api.composition import Services
from api.infra.mongo import Database
from api.infra.wechat import SendOutcome, SendResult
from api.notices.models import Bank, Subscription
from api.notices.push.store import SubscriptionStore
from schedulers.outcomes import Tally
from tests.schedulers.world import DAY, deliveries, opening, settle
from tests.support.api import make_settings
from tests.support.world import KEYS, FixedClock

KINDS = ("repairs.opens", "records.disclosure_ended", "records.publicity_ended")
ACCOUNT = "acc_0000000"


@pytest.fixture
async def services(database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Any:
    async def accepts(*_: Any) -> SendResult:
        return SendResult(outcome=SendOutcome.SENT)

    services = Services(make_settings(), clock=clock, database=database)
    services.keys = KEYS
    await services.prepare()
    monkeypatch.setattr(services.wechat, "send", accepts)
    yield services
    await services.close()


async def banked(services: Services, clock: FixedClock, bank: Bank) -> SubscriptionStore:
    """Three notices are due to one person with this bank."""
    notices = [opening(0, clock.now(), DAY, kind) for kind in KINDS]
    await settle(services.database, KEYS, [(0, "openid")], notices, clock.now())
    store = SubscriptionStore(services.database, KEYS)
    before = await store.find(ACCOUNT)
    await store.save(None, before, Subscription(id=ACCOUNT, banks={"date_arrived": bank}))
    return store


@pytest.mark.parametrize(
    ("bank", "sent", "left"),
    [
        (Bank(confirmed=1, claimed=1), 2, Bank()),
        (Bank(confirmed=1, claimed=5), 3, Bank(claimed=3)),
        (Bank(confirmed=2, claimed=-1), 2, Bank(claimed=-1)),
        (Bank(claimed=2), 2, Bank()),
        (Bank(confirmed=4), 3, Bank(confirmed=1)),
    ],
)
async def test_confirmed_pushes_are_used_up_before_claims_also_within_a_batch(
    services: Services, clock: FixedClock, bank: Bank, sent: int, left: Bank
) -> None:
    store = await banked(services, clock, bank)
    assert await deliveries(services).run() == Tally(told=3, sent=sent, unpushed=3 - sent)
    assert (await store.find(ACCOUNT)).bank("date_arrived") == left


async def test_a_claim_confirmed_while_its_message_was_sent_is_used_up_once(
    services: Services, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await banked(services, clock, Bank(claimed=1))

    async def accepts(*_: Any) -> SendResult:
        confirmed = Subscription(id=ACCOUNT, banks={"date_arrived": Bank(confirmed=1)})
        await store.save(None, await store.find(ACCOUNT), confirmed)
        return SendResult(outcome=SendOutcome.SENT)

    monkeypatch.setattr(services.wechat, "send", accepts)
    assert await deliveries(services).run() == Tally(told=3, sent=1, unpushed=2)
    assert (await store.find(ACCOUNT)).bank("date_arrived") == Bank()


async def test_what_is_empty_stays_so(services: Services, clock: FixedClock) -> None:
    store = await banked(services, clock, Bank(claimed=-1))
    await store.spend([ACCOUNT, ACCOUNT, "acc_of_nobody"], "date_arrived")
    assert (await store.find(ACCOUNT)).bank("date_arrived") == Bank(claimed=-1)
