"""A push of unknown outcome is settled by WeChat's own event, over HTTP: by its own event only, once, and without a second message."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from api.infra.mongo import Database
from api.infra.wechat import SendOutcome, SendResult
from api.notices.models import Bank, Notice
from api.notices.push.store import OutboxStore, SubscriptionStore
from schedulers.afterwards import LAST_LOOK
from schedulers.outcomes import Tally
from tests.api.notices.test_events import signed
from tests.schedulers.world import bank_at_stand_in, deliveries, opening, settle
from tests.support.api import Api, open_api
from tests.support.wechat import StandIn
from tests.support.world import KEYS, FixedClock

DAY = date(2026, 11, 21)
TEMPLATE = "dev-date-arrived"


@pytest.fixture
async def api(database: Database, clock: FixedClock, stand_in: StandIn) -> AsyncIterator[Api]:
    async with open_api(database, clock, CW_WECHAT_URL=stand_in.url) as opened:
        yield opened


async def due(
    api: Api, stand_in: StandIn, name: str, count: int = 1, kinds: tuple[str, ...] = ("repairs.opens",)
) -> tuple[list[str], list[str]]:
    """The openids of so many people, with a push each, and the ids of their notices, one of each kind."""
    now = api.services.clock.now()
    openids = await asyncio.to_thread(bank_at_stand_in, stand_in.url, [f"{name}{n}" for n in range(count)])
    notices = [opening(n, now, DAY, kind) for n in range(count) for kind in kinds]
    await settle(api.services.database, KEYS, list(enumerate(openids)), notices, now)
    return openids, [notice.id for notice in notices]


async def hold(api: Api, token: str, ids: list[str]) -> OutboxStore:
    """A worker takes these, begins to send them, and is not heard of again."""
    outbox, now = OutboxStore(api.services.database, KEYS), api.services.clock.now()
    until = now + timedelta(minutes=5)
    await outbox.open_claim(token, until)
    held = await outbox.claim([one for one in await outbox.find_due(now, 10) if one.id in ids], token, now, until)
    assert len(held) == len(ids)
    assert await outbox.note_sending(token, ids)
    return outbox


async def lose(api: Api, clock: FixedClock, ids: list[str]) -> None:
    """Their worker dies while WeChat has them, and another takes over."""
    await hold(api, "dead", ids)
    clock.advance(minutes=5)
    tally = await deliveries(api.services).run()
    assert (tally.unknown, await pushes(api, ids)) == (len(ids), ["unknown"] * len(ids))


async def tell(
    api: Api, openid: str, message: str, *, code: int = 0, template: str = TEMPLATE, at: datetime | None = None
) -> None:
    """WeChat's event on a message, made at `at`."""
    now = api.services.clock.now()
    body = {
        "ToUserName": "gh_x",
        "FromUserName": openid,
        "CreateTime": int((at or now).timestamp()),
        "MsgType": "event",
        "Event": "subscribe_msg_sent_event",
        "List": [{"TemplateId": template, "MsgID": message, "ErrorCode": str(code), "ErrorStatus": "as told"}],
    }
    clock = FixedClock(now)
    reply = await api.anyone.post("/wechat/events", params=signed(clock, f"{message}-{now:%H%M%S%f}"), json=body)
    assert reply.text == "success"


async def read(api: Api, notice_id: str) -> Notice:
    document = await api.services.database.collection("notices").find_one({"_id": notice_id})
    return OutboxStore(api.services.database, KEYS).codec.decode(document)


async def pushes(api: Api, ids: list[str]) -> list[str]:
    return [(await read(api, one)).push.value for one in ids]


async def bank(api: Api, number: int = 0) -> Bank:
    return (await SubscriptionStore(api.services.database, KEYS).find(f"acc_{number:07}")).bank("date_arrived")


async def messages_to(stand_in: StandIn, openids: list[str]) -> int:
    return sum(message["openid"] in openids for message in await asyncio.to_thread(stand_in.sent))


async def test_what_a_dead_worker_had_sent_is_sent_as_soon_as_wechats_event_is_looked_at(
    api: Api, clock: FixedClock, stand_in: StandIn
) -> None:
    openids, ids = await due(api, stand_in, "died")
    tried_at = clock.now()
    await hold(api, "dead", ids)
    await tell(api, openids[0], "m1")
    clock.advance(minutes=5)
    assert await deliveries(api.services).run() == Tally(unknown=1)
    clock.advance(minutes=5)
    assert await deliveries(api.services).run() == Tally(sent=1)
    notice = await read(api, ids[0])
    assert (notice.push, notice.reason, notice.pushed_at, notice.wake_at) == ("sent", "event:0", tried_at, None)
    assert await bank(api) == Bank(), "WeChat has used the permission up"
    for _ in range(3):
        clock.advance(minutes=1)
        await tell(api, openids[0], "m1", at=tried_at)
    clock.advance(hours=2)
    assert await deliveries(api.services).run() == Tally()
    assert await read(api, ids[0]) == notice
    assert await messages_to(stand_in, openids) == 0, "nobody has sent it again"


async def test_where_wechat_hung_up_after_it_took_the_message_a_late_event_is_still_heard(
    api: Api, clock: FixedClock, stand_in: StandIn
) -> None:
    openids, ids = await due(api, stand_in, "hung")
    tried_at = clock.now()
    await asyncio.to_thread(stand_in.call, "faults", drop=1)
    assert await deliveries(api.services).run() == Tally(told=1, unknown=1)
    seen = await messages_to(stand_in, openids)
    clock.advance(minutes=11)
    assert await deliveries(api.services).run() == Tally(), "no event yet"
    await tell(api, openids[0], "m1", at=tried_at + timedelta(seconds=40))
    clock.advance(minutes=11)
    assert await deliveries(api.services).run() == Tally(sent=1)
    assert await pushes(api, ids) == ["sent"]
    assert await messages_to(stand_in, openids) == seen


@pytest.mark.parametrize(("code", "push"), [(43101, "refused"), (20003, "failed")])
async def test_an_event_that_says_that_it_failed_does_what_it_does_to_a_message_with_an_answer(
    api: Api, clock: FixedClock, stand_in: StandIn, code: int, push: str
) -> None:
    """WeChat had accepted both: the permission is used, the notice is not sent again."""
    openids, ids = await due(api, stand_in, f"failed{code}-", 2)
    await hold(api, "dead", ids)
    outbox = OutboxStore(api.services.database, KEYS)
    answer = SendResult(outcome=SendOutcome.SENT, message_id="m1")
    assert await outbox.note_sending("dead", [], [(ids[1], answer)])
    for openid, message in zip(openids, ("m0", "m1"), strict=True):
        await tell(api, openid, message, code=code)
    for _ in range(20):
        clock.advance(minutes=5)
        await deliveries(api.services).run()
    for number, one in enumerate(ids):
        notice = await read(api, one)
        assert (notice.push, notice.reason, notice.wake_at) == (push, f"event:{code}", None)
        assert await bank(api, number) == Bank()
    assert await messages_to(stand_in, openids) == 0


async def test_without_an_event_it_stays_unknown_is_looked_at_for_an_hour_and_never_sent(
    api: Api, clock: FixedClock, stand_in: StandIn
) -> None:
    openids, ids = await due(api, stand_in, "silent")
    await lose(api, clock, ids)
    assert (await read(api, ids[0])).wake_at is not None
    clock.advance(seconds=LAST_LOOK.total_seconds())
    assert await deliveries(api.services).run() == Tally()
    notice = await read(api, ids[0])
    assert (notice.push, notice.reason, notice.wake_at) == ("unknown", "no-outcome", None)
    assert await messages_to(stand_in, openids) == 0
    assert await bank(api) == Bank(confirmed=1)


KINDS = ("repairs.opens", "records.disclosure_ended")


async def test_one_event_never_settles_two_of_one_person_and_two_events_settle_both(
    api: Api, clock: FixedClock, stand_in: StandIn
) -> None:
    openids, ids = await due(api, stand_in, "two", kinds=KINDS)
    await lose(api, clock, ids)
    await tell(api, openids[0], "m1")
    clock.advance(minutes=6)
    assert await deliveries(api.services).run() == Tally(), "which of the two has left nobody can say"
    assert await pushes(api, ids) == ["unknown", "unknown"]
    await tell(api, openids[0], "m2", at=clock.now() - timedelta(minutes=5))
    clock.advance(minutes=11)
    assert await deliveries(api.services).run() == Tally(sent=2)
    owners = [one["notice"] async for one in api.services.database.collection("wechat_messages").find({})]
    assert sorted(owners) == sorted(ids)
    assert (await bank(api)).usable == 0
    assert await messages_to(stand_in, openids) == 0


async def test_a_permission_that_another_message_has_used_in_the_meantime_leaves_no_debt(
    api: Api, clock: FixedClock, stand_in: StandIn
) -> None:
    openids, ids = await due(api, stand_in, "debt")
    await lose(api, clock, ids)
    await tell(api, openids[0], "m1")
    await SubscriptionStore(api.services.database, KEYS).empty(["acc_0000000"], "date_arrived")
    clock.advance(minutes=6)
    assert await deliveries(api.services).run() == Tally(sent=1)
    assert await bank(api) == Bank()


async def test_notices_that_ask_at_the_same_time_never_get_one_message(
    api: Api, clock: FixedClock, stand_in: StandIn
) -> None:
    openids, ids = await due(api, stand_in, "same", kinds=KINDS)
    await lose(api, clock, ids)
    for message in ("m1", "m2"):
        await tell(api, openids[0], message)
    outbox = OutboxStore(api.services.database, KEYS)
    one, other = [await read(api, key) for key in ids]
    got = await asyncio.gather(*(outbox.find_message(notice, "acc_0000000") for notice in (one, other) * 4))
    of_one, of_other = set(got[::2]), set(got[1::2])
    assert (len(of_one), len(of_other)) == (1, 1), "who asks again, after a death, gets the same"
    assert of_one | of_other == {"m1", "m2"}


@pytest.mark.parametrize("is_noted", [False, True])
async def test_an_event_that_may_be_or_is_of_another_notice_of_the_same_person_is_left_to_it(
    api: Api, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, is_noted: bool
) -> None:
    """While a worker has the other in its hands; and where a worker died after it wrote the other as sent, before it noted its number."""
    openids, ids = await due(api, stand_in, f"other{is_noted}")
    await lose(api, clock, ids)
    clock.advance(minutes=1)
    other = opening(0, clock.now(), DAY, KINDS[1])
    await settle(api.services.database, KEYS, [], [other], clock.now())
    outbox = await hold(api, "other", [other.id])
    await tell(api, openids[0], "m2")
    clock.advance(minutes=4)
    assert await deliveries(api.services).run() == Tally(), "it may be the other's"
    if is_noted:
        assert await outbox.note_sending(
            "other", [], [(other.id, SendResult(outcome=SendOutcome.SENT, message_id="m2"))]
        )
        clock.advance(minutes=1)
        with monkeypatch.context() as patch:
            patch.delattr(OutboxStore, "note_messages")
            with pytest.raises(AttributeError):
                await deliveries(api.services).run()
        assert await pushes(api, [*ids, other.id]) == ["unknown", "sent"]
    for _ in range(8):
        clock.advance(minutes=10)
        await deliveries(api.services).run()
    assert await pushes(api, [*ids, other.id]) == ["unknown", "sent" if is_noted else "unknown"]
    assert (await read(api, ids[0])).wake_at is None
    assert await messages_to(stand_in, openids) == 0


async def test_an_event_of_another_person_template_time_or_known_message_settles_nothing(
    api: Api, clock: FixedClock, stand_in: StandIn
) -> None:
    openids, ids = await due(api, stand_in, "wrong", 2)
    tried_at = clock.now()
    outbox = OutboxStore(api.services.database, KEYS)
    await outbox.note_messages({"m5": "another"}, clock.now())
    await lose(api, clock, ids[:1])
    await tell(api, openids[1], "m1", at=tried_at)
    await tell(api, openids[0], "m2", at=tried_at, template="dev-task-due")
    await tell(api, openids[0], "m3", at=tried_at, template="nobody's")
    await tell(api, openids[0], "m4", at=tried_at - timedelta(minutes=5))
    await tell(api, openids[0], "m5", at=tried_at)
    await tell(api, "o-nobody", "m6", at=tried_at)
    await tell(api, openids[0], "", at=tried_at)
    clock.advance(minutes=15)
    await tell(api, openids[0], "m7")
    await deliveries(api.services).run()
    assert await pushes(api, ids[:1]) == ["unknown"]
    kept = [
        one["_id"] async for one in api.services.database.collection("wechat_messages").find({"account": {"$ne": None}})
    ]
    assert sorted(kept) == ["m1", "m2", "m4", "m7"], "of others' messages, nothing is kept"
