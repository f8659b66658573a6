"""Residents with accounts and banked pushes, notices that are due, and a worker's deliveries, for tests of the clock."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import httpx

from api.accounts.models import Account
from api.composition import Services
from api.infra.clock import Clock
from api.infra.documents import Codec
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from api.notices.models import Bank, Draft, Notice, NoticeState, Subscription
from api.notices.push.receivers import ReceiverStore
from api.notices.push.store import OutboxStore, SubscriptionStore, TemplateStore
from api.notices.service import notice_of
from api.notices.texts import load_texts
from schedulers.deliveries import BATCH, Deliveries
from tests.support.wechat import StandIn
from tests.support.world import KEYS, FixedClock

DAY = date(2026, 11, 21)
"""On which the clock stands."""


def account(keys: KeyRing, number: int, openid: str, now: datetime) -> Account:
    return Account(
        id=f"acc_{number:07}",
        openid_index=keys.blind_index("openid", openid),
        openid=openid,
        created_at=now,
        subject=subject(number),
    )


def subject(number: int) -> str:
    return f"sub_{number:07}"


def opening(number: int, now: datetime, on: Any, kind: str = "repairs.opens") -> Notice:
    draft = Draft(kind=kind, subject=subject(number), ref=f"rec_{number:07}", on=on, params={"day": "今天"})
    return notice_of(draft, load_texts()[draft.kind], now, NoticeState.BOOKED)


async def settle(
    database: Database, keys: KeyRing, people: Sequence[tuple[int, str]], notices: Sequence[Notice], now: datetime
) -> None:
    """Accounts with one confirmed push each, and what is booked, in as few writes as there are collections."""
    accounts: Codec[Account] = Codec(Account, "accounts", keys)
    banks: Codec[Subscription] = Codec(Subscription, "subscriptions", keys)
    booked: Codec[Notice] = Codec(Notice, "notices", keys)
    if people:
        await database.collection("accounts").insert_many(
            [accounts.encode(account(keys, number, openid, now)) for number, openid in people]
        )
        await database.collection("subscriptions").insert_many(
            [
                banks.encode(Subscription(id=f"acc_{number:07}", banks={"date_arrived": Bank(confirmed=1)}))
                for number, _ in people
            ]
        )
    for start in range(0, len(notices), 5000):
        await database.collection("notices").insert_many(
            [booked.encode(notice) for notice in notices[start : start + 5000]]
        )


def deliveries(services: Services, clock: Clock | None = None, *, batch: int = BATCH) -> Deliveries:
    database, keys = services.database, services.keys
    return Deliveries(
        OutboxStore(database, keys),
        SubscriptionStore(database, keys),
        ReceiverStore(database, keys),
        TemplateStore(database),
        services.promises,
        services.wechat,
        services.settings.wechat,
        clock or services.clock,
        batch=batch,
    )


async def states(database: Database, among: Sequence[Notice] = ()) -> dict[tuple[str, str], int]:
    """How many notices there are, or are left of these, by state and push."""
    counts: dict[tuple[str, str], int] = {}
    ours = {"_id": {"$in": [notice.id for notice in among]}} if among else {}
    async for document in database.collection("notices").find(ours, {"state": 1, "push": 1}):
        key = (document["state"], document["push"])
        counts[key] = counts.get(key, 0) + 1
    return counts


def bank_at_stand_in(url: str, people: Sequence[str], template: str = "dev-date-arrived") -> list[str]:
    """Openids of the people, each with one accept at the stand-in."""
    openids = []
    with httpx.Client(base_url=url, timeout=30, verify=False) as http:
        for who in people:
            accepted = {"who": who, "template": template, "result": "accept", "event": "none"}
            openids.append(http.post("/standin/subscribe", json=accepted).json()["openid"])
    return openids


async def people(stand_in: StandIn, name: str, count: int) -> list[tuple[int, str]]:
    """With one accept each at the stand-in; no other test may give them this name."""
    openids = await asyncio.to_thread(bank_at_stand_in, stand_in.url, [f"{name}{i}" for i in range(count)])
    return list(enumerate(openids))


async def due_today(
    services: Services, clock: FixedClock, stand_in: StandIn, name: str, count: int
) -> tuple[list[tuple[int, str]], list[str]]:
    """People with a push each, and the ids of their notices."""
    who = await people(stand_in, name, count)
    notices = [opening(n, clock.now(), DAY) for n, _ in who]
    await settle(services.database, KEYS, who, notices, clock.now())
    return who, [notice.id for notice in notices]


async def sent_to(stand_in: StandIn, openids: list[str]) -> list[dict[str, object]]:
    return [message for message in await asyncio.to_thread(stand_in.sent) if message["openid"] in openids]


async def only(services: Services) -> Notice:
    document = await services.database.collection("notices").find_one({})
    return OutboxStore(services.database, KEYS).codec.decode(document)
