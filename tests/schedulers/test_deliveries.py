"""Delivery over the real database and a real stand-in for WeChat."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from api.composition import Services
from api.infra.clock import SHANGHAI, start_of
from api.infra.wechat import SendResult
from api.infra.wechat_token import SharedToken
from api.notices.models import Bank, Draft, Subscription
from api.notices.push.receivers import Receiver, ReceiverStore
from api.notices.push.store import OutboxStore, SubscriptionStore, TemplateStore
from schedulers.deliveries import is_quiet
from schedulers.outcomes import Tally
from schedulers.pace import retry_after
from tests.schedulers.world import (
    DAY,
    deliveries,
    due_today,
    only,
    opening,
    people,
    sent_to,
    settle,
    subject,
)
from tests.support.wechat import StandIn
from tests.support.world import KEYS, FixedClock


async def test_on_the_morning_it_stands_in_the_inbox_and_is_pushed_once(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "once", 3)
    await settle(
        services.database, KEYS, who, [opening(n, clock.now(), DAY + timedelta(days=1)) for n, _ in who], clock.now()
    )
    assert await deliveries(services).run() == Tally()
    clock.move_to(DAY + timedelta(days=1), 8)
    assert (await deliveries(services).run()).told == 0, "not before half past eight"
    clock.advance(minutes=30)
    assert await deliveries(services).run() == Tally(told=3, sent=3)
    assert await deliveries(services).run() == Tally(), "a second run changes nothing"
    messages = await sent_to(stand_in, [openid for _, openid in who])
    assert len(messages) == 3
    assert messages[0]["data"] == {
        "thing1": {"value": "有一项业务可以办理了"},
        "date2": {"value": "2026年11月22日"},
        "thing3": {"value": "点开查看，办理全程免费"},
    }
    left = await SubscriptionStore(services.database, KEYS).find("acc_0000000")
    assert left.bank("date_arrived").usable == 0, "one accept is one message"


@pytest.mark.parametrize(("hour", "quiet"), [(7, True), (8, False), (20, False), (21, True), (23, True), (0, True)])
def test_nobody_is_told_between_nine_in_the_evening_and_eight(hour: int, quiet: bool) -> None:
    assert is_quiet(start_of(DAY) + timedelta(hours=hour, minutes=0)) is quiet


async def test_a_reminder_that_was_taken_back_is_not_pushed_when_its_time_of_keeping_is_looked_at(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    """One of a day years ahead is of use still, two years after it was taken back."""
    who = await people(stand_in, "back", 1)
    booked = opening(0, clock.now(), DAY + timedelta(days=5 * 365))
    await settle(services.database, KEYS, who, [booked], clock.now())
    taken_back = {"state": "cancelled", "cancelled_at": clock.now(), "wake_at": None, "claim": None}
    await services.database.collection("notices").update_one({"_id": booked.id}, {"$set": taken_back})

    async def is_needed(*_: str) -> bool:
        return True

    clock.advance(days=800)
    assert await services.notices.forget_before(clock.now(), is_needed, clock.now() + timedelta(days=90)) == 0
    clock.advance(days=91)
    assert await deliveries(services).run() == Tally()
    assert await sent_to(stand_in, [openid for _, openid in who]) == []
    assert (await only(services)).wake_at is None


async def test_what_cannot_be_read_of_one_person_keeps_nobody_elses_message(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    """They are taken in one batch, and would be again and again."""
    who, notices = await due_today(services, clock, stand_in, "unread", 4)
    database = services.database
    account = await database.collection("accounts").find_one({"_id": "acc_0000001"})
    await database.collection("accounts").update_one({"_id": "acc_0000001"}, {"$set": {"openid": b"\x01\x02k0"}})
    await database.collection("notices").update_one({"_id": notices[2]}, {"$set": {"attempts": "?"}})
    assert await deliveries(services).run() == Tally(told=3, sent=2, later=1)
    assert {one["openid"] for one in await sent_to(stand_in, [openid for _, openid in who])} == {who[0][1], who[3][1]}

    await database.collection("accounts").replace_one({"_id": "acc_0000001"}, account)
    await database.collection("notices").update_one({"_id": notices[2]}, {"$set": {"attempts": 0}})
    clock.advance(minutes=11)
    assert (await deliveries(services).run()).sent == 2, "once the key is back, say"
    assert len(await sent_to(stand_in, [openid for _, openid in who])) == 4


async def test_an_outage_of_four_days_is_caught_up_in_order_and_outside_the_quiet_hours(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "outage", 8)
    days = [DAY + timedelta(days=1 + n // 2) for n, _ in who]
    notices = [opening(n, clock.now(), on) for (n, _), on in zip(who, days, strict=True)]
    await settle(services.database, KEYS, who, notices, clock.now())
    clock.move_to(DAY + timedelta(days=5), 22)
    assert await deliveries(services).run() == Tally(), "at ten in the evening nobody is woken"
    clock.move_to(DAY + timedelta(days=6), 9)
    assert await deliveries(services, batch=2).run() == Tally(told=8, sent=8)
    messages = await sent_to(stand_in, [openid for _, openid in who])
    assert [m["openid"] for m in messages][:2] == [who[0][1], who[1][1]] or {m["openid"] for m in messages[:2]} == {
        who[0][1],
        who[1][1],
    }
    store = OutboxStore(services.database, KEYS)
    async for document in services.database.collection("notices").find({}):
        notice = store.codec.decode(document)
        assert notice.told_at is not None
        assert not is_quiet(notice.told_at)
        assert notice.is_late, "the day it was due is shown"


async def test_without_an_accept_the_inbox_alone_is_used(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    await settle(services.database, KEYS, [], [opening(1, clock.now(), DAY)], clock.now())
    assert await deliveries(services).run() == Tally(told=1, unpushed=1)
    assert (await only(services)).reason == "no-account"


async def test_the_last_banked_push_is_kept_for_the_greater_day(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "kept", 1)
    later = opening(0, clock.now(), DAY + timedelta(days=30))
    lesser = Draft(kind="records.disclosure_ended", subject=subject(0), ref="rec_other", on=DAY, params={"day": "今天"})
    await settle(services.database, KEYS, who, [later], clock.now())
    await services.notices.book(None, clock.now(), lesser)
    assert await deliveries(services).run() == Tally(told=1, unpushed=1)
    clock.move_to(DAY + timedelta(days=30), 9)
    assert await deliveries(services).run() == Tally(told=1, sent=1)


async def test_a_refused_push_is_not_tried_again_and_the_bank_is_empty(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "refused", 1)
    await settle(services.database, KEYS, who, [opening(0, clock.now(), DAY)], clock.now())
    await asyncio.to_thread(stand_in.call, "faults", refuse=1)
    assert await deliveries(services).run() == Tally(told=1, refused=1)
    assert await deliveries(services).run() == Tally()
    assert (await only(services)).push == "refused"
    assert (await SubscriptionStore(services.database, KEYS).find("acc_0000000")).bank("date_arrived").usable == 0


async def test_a_busy_wechat_is_tried_at_once_then_later_and_for_as_long_as_the_push_is_of_use(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "busy", 1)
    await settle(services.database, KEYS, who, [opening(0, clock.now(), DAY)], clock.now())
    await asyncio.to_thread(stand_in.call, "faults", busy=1)
    worker = deliveries(services)
    first = await worker.run()
    assert first.told == 1
    assert first.later >= 1
    for _ in range(30):
        clock.advance(days=1)
        await worker.run()
    assert (await only(services)).push == "waiting", "the thirtieth day is not over"
    clock.advance(days=2)
    await worker.run()
    notice = await only(services)
    assert (notice.push, notice.reason) == ("failed", "gave-up:busy:-1")


async def test_a_template_that_wechat_no_longer_knows_rests_and_all_its_notices_wait(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "template", 30)
    await settle(services.database, KEYS, who, [opening(n, clock.now(), DAY) for n, _ in who], clock.now())
    await asyncio.to_thread(stand_in.call, "templates", template="dev-date-arrived", known=False)
    try:
        tally = await deliveries(services, batch=10).run()
    finally:
        await asyncio.to_thread(stand_in.call, "templates", template="dev-date-arrived", known=True)
    assert tally.told == 30
    assert (tally.failed, tally.later) == (0, 30)
    assert list(await TemplateStore(services.database).list_stopped()) == ["dev-date-arrived"]
    clock.advance(minutes=11)
    assert (await deliveries(services).run()).sent == 30
    assert await TemplateStore(services.database).list_stopped() == {}, "operators see that it is over"


async def test_one_accept_is_one_message_also_across_the_batches_that_a_worker_has_in_hand(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "across", 1)
    kinds = ("repairs.opens", "records.disclosure_ended", "records.publicity_ended")
    notices = [opening(0, clock.now() + timedelta(seconds=n), DAY, kind) for n, kind in enumerate(kinds)]
    await settle(services.database, KEYS, who, notices, clock.now())
    clock.advance(hours=1)
    worker = deliveries(services, batch=1)
    assert await worker.run() == Tally(told=3, sent=1, unpushed=2)
    permission = await SubscriptionStore(services.database, KEYS).find("acc_0000000")
    assert permission.bank("date_arrived") == Bank()


async def test_a_batch_for_others_is_sent_while_the_one_before_is_written(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was used is written late here: not before the second message has left."""
    await due_today(services, clock, stand_in, "beside", 2)
    left: list[str] = []
    both = asyncio.Event()
    send, spend = services.wechat.send, SubscriptionStore.spend

    async def counted(openid: str, *rest: Any) -> SendResult:
        left.append(openid)
        if len(left) == 2:
            both.set()
        return await send(openid, *rest)

    async def late(store: SubscriptionStore, *rest: Any) -> None:
        await asyncio.wait_for(both.wait(), 10)
        await spend(store, *rest)

    monkeypatch.setattr(services.wechat, "send", counted)
    monkeypatch.setattr(SubscriptionStore, "spend", late)
    assert await deliveries(services, batch=1).run() == Tally(told=2, sent=2)


async def test_without_the_database_that_keeps_the_token_nothing_is_sent_and_nothing_unknown(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, _ = await due_today(services, clock, stand_in, "tokenless", 1)

    async def away(*_: Any, **__: Any) -> str:
        raise AutoReconnect

    with monkeypatch.context() as patch:
        patch.setattr(SharedToken, "get", away)
        tally = await deliveries(services).run()
    assert (tally.told, tally.unknown) == (1, 0) and tally.later
    assert await sent_to(stand_in, [openid for _, openid in who]) == []
    clock.advance(hours=1)
    assert (await deliveries(services).run()).sent == 1


async def test_a_claim_counts_only_after_what_wechat_confirmed(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    who = await people(stand_in, "claim", 1)
    await settle(services.database, KEYS, who, [opening(0, clock.now(), DAY)], clock.now())
    store = SubscriptionStore(services.database, KEYS)
    before = await store.find("acc_0000000")
    bank = Bank(confirmed=1, claimed=1)
    await store.save(None, before, Subscription(id="acc_0000000", banks={"date_arrived": bank}))
    assert (await deliveries(services).run()).sent == 1
    assert (await store.find("acc_0000000")).bank("date_arrived") == Bank(confirmed=0, claimed=1)


def test_retries_start_at_once_and_grow_and_never_wait_for_more_than_two_hours() -> None:
    assert retry_after(1, 1) == timedelta()
    waits = [retry_after(attempt, 0.5) for attempt in range(1, 12)]
    assert waits == sorted(waits)
    assert retry_after(50, 1) < timedelta(hours=2)
    assert start_of(DAY).astimezone(SHANGHAI).hour == 0


async def test_what_was_claimed_first_is_sent_first_however_long_its_people_are_looked_for(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the second batch overtook the first, and who had waited longest was told last."""
    who = await people(stand_in, "first", 4)
    notices = [opening(n, clock.now(), DAY + timedelta(days=n // 2)) for n, _ in who]
    await settle(services.database, KEYS, who, notices, clock.now())
    clock.move_to(DAY + timedelta(days=1), 9)
    look, times = ReceiverStore.find_many, iter((0.2,))

    async def slowly(store: ReceiverStore, subjects: Sequence[str]) -> dict[str, Receiver]:
        await asyncio.sleep(next(times, 0))
        return await look(store, subjects)

    monkeypatch.setattr(ReceiverStore, "find_many", slowly)
    assert await deliveries(services, batch=2).run() == Tally(told=4, sent=4)
    sent = [one["openid"] for one in await sent_to(stand_in, [openid for _, openid in who])]
    assert set(sent[:2]) == {who[0][1], who[1][1]}
