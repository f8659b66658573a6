"""What becomes of the messages that a worker had in hand which died, slept or lost its claim, and how many workers share them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from api.composition import Services
from api.infra.wechat import SendOutcome, SendResult
from api.notices.push.store import OutboxStore, SubscriptionStore
from schedulers.outcomes import Tally
from schedulers.pace import AT_ONCE, AT_ONCE_WHEN_QUICK
from tests.schedulers.world import (
    DAY,
    deliveries,
    due_today,
    opening,
    people,
    sent_to,
    settle,
    states,
)
from tests.support.wechat import StandIn
from tests.support.world import KEYS, FixedClock


async def hold(services: Services, clock: FixedClock, token: str, ids: list[str]) -> OutboxStore:
    """A worker takes these, and is not heard of again."""
    outbox = OutboxStore(services.database, KEYS)
    now, until = clock.now(), clock.now() + timedelta(minutes=3)
    await outbox.open_claim(token, until)
    due = [one for one in await outbox.find_due(now, 10) if one.id in ids]
    assert len(await outbox.claim(due, token, now, until)) == len(ids)
    return outbox


async def test_what_a_dead_worker_had_begun_is_not_sent_again_where_the_next_one_could_not_read_it(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who, notices = await due_today(services, clock, stand_in, "begun", 1)
    outbox = await hold(services, clock, "clm_dead", notices)
    assert await outbox.note_sending("clm_dead", notices)
    stored = services.database.collection("notices")
    await stored.update_one({"_id": notices[0]}, {"$set": {"attempts": "?"}})
    clock.advance(minutes=4)
    await deliveries(services).run()
    await stored.update_one({"_id": notices[0]}, {"$set": {"attempts": 0}})
    clock.advance(minutes=6)
    assert await deliveries(services).run() == Tally(unknown=1)
    assert await sent_to(stand_in, [openid for _, openid in who]) == []


async def test_a_worker_that_slept_on_its_answers_uses_up_no_permission_a_second_time(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its machine stood still for longer than a lease, and another one has completed what it had sent."""
    await due_today(services, clock, stand_in, "slept", 1)
    await services.database.collection("subscriptions").update_many({}, {"$set": {"banks.date_arrived.confirmed": 3}})
    sleeping, other = deliveries(services), deliveries(services)
    write = sleeping._write

    async def late(*given: Any) -> None:
        clock.advance(minutes=6)
        assert (await other.run()).sent == 1
        await write(*given)

    monkeypatch.setattr(sleeping, "_write", late)
    assert (await sleeping.run()).sent == 0, "it is the other one's now"
    assert (await SubscriptionStore(services.database, KEYS).find("acc_0000000")).bank("date_arrived").usable == 2


async def test_who_has_lost_a_claim_takes_nothing_of_it_away(services: Services, clock: FixedClock) -> None:
    """Whoever took it over may not have read yet what had been begun, and would send all of it again."""
    outbox = OutboxStore(services.database, KEYS)
    for token in ("clm_lost", "clm_own"):
        await outbox.open_claim(token, clock.now())
        assert await outbox.note_sending(token, ["ntc_one"])
    await services.database.collection("outbox_claims").update_one({"_id": "clm_lost"}, {"$set": {"is_lost": True}})
    for token in ("clm_lost", "clm_own"):
        await outbox.close_claim(token)
    assert await outbox.seize({"clm_lost", "clm_own"}) == {"clm_lost": {"ntc_one": None}}


async def test_what_a_dead_worker_left_unmarked_is_sent_and_what_it_left_marked_is_unknown(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    _, ids = await due_today(services, clock, stand_in, "dead", 2)
    outbox = await hold(services, clock, "dead", ids)
    assert await outbox.note_sending("dead", ids[:1])
    assert await deliveries(services).run() == Tally(), "its lease still holds"
    clock.advance(minutes=3)
    assert await deliveries(services).run() == Tally(unknown=1, sent=1)
    assert not await outbox.note_sending("dead", ids[1:]), "a worker that wakes up late sends nothing"
    await outbox.write_back({ids[0]: {"push": "sent"}, ids[1]: {"push": "sent"}}, "dead")
    assert await states(services.database) == {("told", "unknown"): 1, ("told", "sent"): 1}, (
        "a late writer changes nothing"
    )


async def test_what_a_dead_worker_heard_from_wechat_is_brought_to_its_end_and_sent_to_nobody_again(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who, ids = await due_today(services, clock, stand_in, "heard", 4)
    outbox = await hold(services, clock, "dead", ids)
    assert await outbox.note_sending("dead", ids[:3])
    answers = [
        SendResult(outcome=SendOutcome.SENT, message_id="m0"),
        SendResult(outcome=SendOutcome.REFUSED, errcode=43101),
        SendResult(outcome=SendOutcome.BUSY, errcode=-1),
    ]
    assert await outbox.note_sending("dead", ids[3:], list(zip(ids, answers, strict=False)))
    clock.advance(minutes=3)
    assert await deliveries(services).run() == Tally(sent=2, refused=1, unknown=1, later=1), (
        "the busy one was tried again"
    )
    assert [m["openid"] for m in await sent_to(stand_in, [openid for _, openid in who])] == [who[2][1]]
    banks = SubscriptionStore(services.database, KEYS)
    assert [(await banks.find(f"acc_000000{n}")).bank("date_arrived").usable for n in range(4)] == [0, 0, 0, 1]
    message = await services.database.collection("wechat_messages").find_one({"_id": "m0"})
    assert message["notice"] == ids[0]


async def test_what_one_claim_began_says_nothing_of_a_later_claim(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    _, ids = await due_today(services, clock, stand_in, "later", 2)
    outbox = await hold(services, clock, "first", ids)
    assert await outbox.note_sending("first", ids)
    await outbox.write_back({ids[0]: {"wake_at": clock.now()}}, "first")
    await hold(services, clock, "second", ids[:1])
    clock.advance(minutes=3)
    assert await deliveries(services).run() == Tally(unknown=1, sent=1), (
        "WeChat was busy with it, the second never began"
    )


@pytest.mark.parametrize(("slow_ms", "most"), [(0, AT_ONCE_WHEN_QUICK), (150, AT_ONCE)])
async def test_a_killed_worker_would_leave_few_unknown_where_wechat_is_quick_and_no_more_than_sixteen_where_it_is_slow(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, slow_ms: int, most: int
) -> None:
    """There were always sixteen. What is noted as begun and not as answered is unknown to whoever takes over."""
    await due_today(services, clock, stand_in, f"few{slow_ms}-", 80)
    note, open_now, seen, notes = OutboxStore.note_sending, 0, 0, 0

    async def answered_after(*_: Any) -> SendResult:
        await asyncio.sleep(slow_ms / 1000)
        return SendResult(outcome=SendOutcome.SENT)

    async def counted(store: OutboxStore, token: str, beginning: list[str], answered: list[Any]) -> bool:
        nonlocal open_now, seen, notes
        is_ours = await note(store, token, beginning, answered)
        open_now += len(beginning) - len(answered)
        seen, notes = max(seen, open_now), notes + 1
        return is_ours

    monkeypatch.setattr(OutboxStore, "note_sending", counted)
    monkeypatch.setattr(services.wechat, "send", answered_after)
    assert await deliveries(services).run() == Tally(told=80, sent=80)
    assert open_now == 0
    assert seen == most
    assert notes <= 40, "answers that come together are noted together"


async def test_what_wechat_answered_is_noted_when_the_database_is_back(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was lost with the batch, and its notices were unknown."""
    await due_today(services, clock, stand_in, "returned", 3)
    note, away = OutboxStore.note_sending, iter((False, True, True))

    async def while_away(store: OutboxStore, *rest: Any) -> bool:
        if next(away, False):
            raise AutoReconnect
        return await note(store, *rest)

    monkeypatch.setattr(OutboxStore, "note_sending", while_away)
    assert await deliveries(services).run() == Tally(told=3, sent=3)
    claims = await services.database.collection("outbox_claims").find({}).to_list(10)
    assert claims == []


async def test_three_workers_share_the_load_and_send_nothing_twice(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "share", 120)
    await settle(services.database, KEYS, who, [opening(n, clock.now(), DAY) for n, _ in who], clock.now())
    tallies = await asyncio.gather(*(deliveries(services, batch=10).run() for _ in range(3)))
    assert sum(tally.sent for tally in tallies) == 120
    assert all(tally.sent > 0 for tally in tallies)
    messages = await sent_to(stand_in, [openid for _, openid in who])
    assert len(messages) == len({m["openid"] for m in messages}) == 120
