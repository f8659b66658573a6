"""Our client against the stand-in, over real sockets, and the token in the real database."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.infra.mongo import Database
from api.infra.settings import WeChat
from api.infra.wechat import BadCode, Blocked, Busy, QuotaReached, SendOutcome, WeChatClient
from api.infra.wechat_keywords import BrokenKeyword, checked
from tests.support.api import make_settings
from tests.support.mongo import free_port
from tests.support.wechat import StandIn, start_stand_in
from tests.support.world import KEYS, FixedClock

GOOD = {"thing1": "有一项业务可以办理", "date2": "2026年11月21日", "thing3": "点开查看,全程免费"}
TEMPLATE = "dev-date-arrived"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with start_stand_in(tmp_path_factory.mktemp("wechat")) as running:
        yield running


def client(url: str, database: Database, clock: FixedClock, seconds: float = 5) -> WeChatClient:
    settings: WeChat = make_settings(CW_WECHAT_URL=url).wechat
    return WeChatClient(settings, database, KEYS, clock, is_production=False, timeout=httpx.Timeout(seconds))


async def test_a_sign_in_code_gives_the_same_person_each_time_and_no_session_key(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    wechat = client(stand_in.url, database, clock)
    one = await wechat.code_to_session("demo-wang")
    fresh = await asyncio.to_thread(stand_in.call, "login", who="wang")
    again = await wechat.code_to_session(fresh["code"])
    assert one == again
    assert one.openid not in repr(one)
    with pytest.raises(BadCode):  # a code works once
        await wechat.code_to_session(fresh["code"])
    with pytest.raises(BadCode):
        await wechat.code_to_session("never-issued")
    await wechat.close()


@pytest.mark.parametrize(
    ("errcode", "refusal"), [(40226, Blocked), (45011, QuotaReached), (-1, Busy), (40029, BadCode)]
)
async def test_each_refusal_to_sign_in_has_its_own_name(
    stand_in: StandIn, database: Database, clock: FixedClock, errcode: int, refusal: type[Exception]
) -> None:
    wechat = client(stand_in.url, database, clock)
    await asyncio.to_thread(stand_in.call, "faults", login=errcode)
    with pytest.raises(refusal):
        await wechat.code_to_session("demo-wang")
    await asyncio.to_thread(stand_in.call, "faults")
    await wechat.close()


async def test_a_message_is_accepted_once_for_each_accept_and_then_refused(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    wechat = client(stand_in.url, database, clock)
    openid = (await wechat.code_to_session("demo-li")).openid
    await asyncio.to_thread(stand_in.call, "subscribe", who="li", template=TEMPLATE, result="accept")
    first = await wechat.send(openid, TEMPLATE, "pages/notice", GOOD)
    assert first.outcome is SendOutcome.SENT
    assert first.message_id is not None
    assert (await wechat.send(openid, TEMPLATE, "pages/notice", GOOD)).outcome is SendOutcome.REFUSED
    assert (await wechat.send("nobody", TEMPLATE, "pages/notice", GOOD)).outcome is SendOutcome.BAD_RECEIVER
    assert (await wechat.send(openid, "none", "pages/notice", GOOD)).outcome is SendOutcome.BAD_TEMPLATE
    assert (await wechat.send(openid, TEMPLATE, "elsewhere", GOOD)).outcome is SendOutcome.BAD_PAGE
    assert (await wechat.send(openid, TEMPLATE, "pages/notice", {"thing1": "一"})).outcome is SendOutcome.BAD_DATA
    await wechat.close()


async def test_an_expired_token_is_renewed_once_and_the_message_goes(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    wechat = client(stand_in.url, database, clock)
    openid = (await wechat.code_to_session("demo-zhao")).openid
    await asyncio.to_thread(stand_in.call, "subscribe", who="zhao", template=TEMPLATE, result="accept", times="2")
    assert (await wechat.send(openid, TEMPLATE, "pages/notice", GOOD)).outcome is SendOutcome.SENT
    await asyncio.to_thread(stand_in.call, "faults", expireTokens=True)
    assert (await wechat.send(openid, TEMPLATE, "pages/notice", GOOD)).outcome is SendOutcome.SENT
    await wechat.close()


async def test_a_dropped_connection_is_unknown_and_an_absent_server_is_busy(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    wechat = client(stand_in.url, database, clock)
    openid = (await wechat.code_to_session("demo-qian")).openid
    await wechat.send(openid, TEMPLATE, "pages/notice", GOOD)
    await asyncio.to_thread(stand_in.call, "subscribe", who="qian", template=TEMPLATE, result="accept", times="50")
    await asyncio.to_thread(stand_in.call, "faults", drop=1)
    seen = {(await wechat.send(openid, TEMPLATE, "pages/notice", GOOD)).outcome for _ in range(12)}
    assert seen <= {SendOutcome.UNKNOWN, SendOutcome.SENT}
    assert SendOutcome.UNKNOWN in seen
    await asyncio.to_thread(stand_in.call, "faults", gone=True)
    assert (await wechat.send(openid, TEMPLATE, "pages/notice", GOOD)).outcome is SendOutcome.BUSY
    await asyncio.to_thread(stand_in.call, "faults")
    away = client(f"http://127.0.0.1:{free_port()}", database, clock)
    assert (await away.send(openid, TEMPLATE, "pages/notice", GOOD)).outcome is SendOutcome.BUSY
    with pytest.raises(Busy):
        await away.code_to_session("demo-wang")
    await wechat.close()
    await away.close()


async def test_many_workers_refresh_the_token_once_and_it_is_sealed_in_the_database(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with start_stand_in(tmp_path) as fresh:
        workers = [client(fresh.url, database, clock) for _ in range(8)]
        values = await asyncio.gather(*(worker._token.get() for worker in workers))
        assert len(set(values)) == 1
        stored = await database.collection("wechat_tokens").find_one({"_id": "wx-test"})
        assert stored["number"] == 1
        assert values[0].encode() not in bytes(stored["value"])
        clock.advance(seconds=timedelta(hours=2).total_seconds() - 200)  # inside the overlap: one renews, all go on
        await asyncio.gather(*(worker._token.get() for worker in workers))
        stored = await database.collection("wechat_tokens").find_one({"_id": "wx-test"})
        assert stored["number"] == 2
        for worker in workers:
            await worker.close()


async def test_a_worker_that_died_while_refreshing_holds_up_the_others_only_for_its_lease(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    wechat = client(stand_in.url, database, clock)
    await wechat._token._read()
    await database.collection("wechat_tokens").update_one(
        {"_id": "wx-test"}, {"$set": {"leased_by": "dead", "leased_until": clock.now() + timedelta(seconds=10)}}
    )
    waiting = asyncio.create_task(wechat._token.get())
    await asyncio.sleep(0.3)
    assert not waiting.done()
    clock.advance(seconds=10)
    assert await asyncio.wait_for(waiting, 2)
    await wechat.close()


@given(st.text(max_size=60))
def test_no_thing_of_more_than_twenty_characters_leaves(text: str) -> None:
    try:
        checked({"thing1": text})
    except BrokenKeyword:
        return
    assert 0 < len(text) <= 20
    assert text.isprintable() or not any(ord(letter) < 32 for letter in text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "一" * 21), ("thing1", ""), ("thing1", "  "), ("thing1", "一\n二"), ("phrase1", "六个汉字不行的"),
        ("phrase1", "abc"), ("date1", "明天"), ("time1", "25:00"), ("character_string1", "有汉字"), ("colour1", "红"),
        ("number1", "1" * 33), ("thing", "没有编号"), ("letter1", "a1"),
    ],
)  # fmt: skip
def test_a_value_that_breaks_its_rule_is_refused_before_sending(key: str, value: str) -> None:
    with pytest.raises(BrokenKeyword):
        checked({key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "一" * 20), ("phrase1", "已受理"), ("date1", "2019年10月1日"), ("date1", "2019年10月1日 15:01"),
        ("time1", "15:01"), ("time1", "2019年10月1日 15:01"), ("character_string1", "R20261121-A"), ("number1", "1.5"),
    ],
)  # fmt: skip
def test_what_the_documentation_allows_is_allowed(key: str, value: str) -> None:
    assert checked({key: value}) == {key: {"value": value}}
