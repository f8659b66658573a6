"""Our client against the stand-in, over real sockets, and the token in the real database."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from api.infra.mongo import Database
from api.infra.outbound import Patience
from api.infra.settings import SettingsError
from api.infra.wechat import BadCode, Blocked, Busy, QuotaReached, SendOutcome, SendResult, WeChatClient
from api.infra.wechat_keywords import FIELDS, SOURCE, STATUSES, BrokenKeyword, Slot, checked, filled, read_slots
from api.infra.wechat_settings import WeChat
from api.notices.texts import load_texts
from tests.support.api import make_settings
from tests.support.mongo import free_port
from tests.support.wechat import StandIn, start_stand_in
from tests.support.world import KEYS, FixedClock

GOOD = {"thing1": "有一项业务可以办理", "date2": "2026年11月21日", "thing3": "点开查看,全程免费"}
TEMPLATE = "dev-date-arrived"
PAGE = "pages/index/index?notice=one"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with start_stand_in(tmp_path_factory.mktemp("wechat")) as running:
        yield running


def client(url: str, database: Database, clock: FixedClock, seconds: float = 5) -> WeChatClient:
    settings: WeChat = make_settings(CW_WECHAT_URL=url).wechat
    return WeChatClient(settings, database, KEYS, clock, patience=Patience(seconds, seconds, seconds))


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
    first = await wechat.send(openid, TEMPLATE, PAGE, GOOD)
    assert first.outcome is SendOutcome.SENT
    assert first.message_id is not None
    assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.REFUSED
    assert (await wechat.send("nobody", TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.BAD_RECEIVER
    assert (await wechat.send(openid, "none", PAGE, GOOD)).outcome is SendOutcome.BAD_TEMPLATE
    assert (await wechat.send(openid, TEMPLATE, "elsewhere", GOOD)).outcome is SendOutcome.BAD_PAGE
    assert (await wechat.send(openid, TEMPLATE, PAGE, {"thing1": "一"})).outcome is SendOutcome.BAD_DATA
    await wechat.close()


async def test_an_expired_token_is_renewed_once_and_the_message_goes(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    wechat = client(stand_in.url, database, clock)
    openid = (await wechat.code_to_session("demo-zhao")).openid
    await asyncio.to_thread(stand_in.call, "subscribe", who="zhao", template=TEMPLATE, result="accept", times="2")
    assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.SENT
    await asyncio.to_thread(stand_in.call, "faults", expireTokens=True)
    assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.SENT
    await wechat.close()


async def test_a_dropped_connection_is_unknown_and_an_absent_server_is_busy(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    wechat = client(stand_in.url, database, clock)
    openid = (await wechat.code_to_session("demo-qian")).openid
    await wechat.send(openid, TEMPLATE, PAGE, GOOD)
    await asyncio.to_thread(stand_in.call, "subscribe", who="qian", template=TEMPLATE, result="accept", times="50")
    await asyncio.to_thread(stand_in.call, "faults", drop=1)
    seen = {(await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome for _ in range(12)}
    assert seen <= {SendOutcome.UNKNOWN, SendOutcome.SENT}
    assert SendOutcome.UNKNOWN in seen
    await asyncio.to_thread(stand_in.call, "faults", gone=True)
    assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.BUSY
    await asyncio.to_thread(stand_in.call, "faults")
    away = client(f"http://127.0.0.1:{free_port()}", database, clock)
    assert (await away.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.BUSY
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
    assert await asyncio.wait_for(waiting, 20)
    await wechat.close()


async def test_a_token_that_holds_yet_is_used_where_the_next_one_is_not_to_be_had(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with start_stand_in(tmp_path) as fresh:
        await asyncio.to_thread(fresh.call, "subscribe", who="old", template=TEMPLATE, result="accept", times="50")
        wechat = client(fresh.url, database, clock)
        openid = (await wechat.code_to_session("demo-old")).openid
        await wechat._token.get()
        clock.advance(seconds=timedelta(hours=2).total_seconds() - 200)
        await asyncio.to_thread(fresh.call, "faults", token=-1)
        before = (await asyncio.to_thread(fresh.health))["tokenCalls"]
        for _ in range(5):
            assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.SENT
        assert (await asyncio.to_thread(fresh.health))["tokenCalls"] <= before + 1, "not for each message"
        await asyncio.to_thread(fresh.call, "faults")
        clock.advance(seconds=11)
        await wechat.send(openid, TEMPLATE, PAGE, GOOD)
        assert (await database.collection("wechat_tokens").find_one({"_id": "wx-test"}))["number"] == 2
        await wechat.close()


async def test_a_token_that_cannot_be_read_is_asked_for_anew(
    stand_in: StandIn, database: Database, clock: FixedClock
) -> None:
    """Its key was taken out of the file, say. What a worker had begun to send would be unknown for ever."""
    wechat, fresh = client(stand_in.url, database, clock), client(stand_in.url, database, clock)
    await wechat._token.get()
    tokens = database.collection("wechat_tokens")
    await tokens.update_one({"_id": "wx-test"}, {"$set": {"value": b"\x01\x02k0 of another key"}})
    openid = (await wechat.code_to_session("demo-key")).openid
    await asyncio.to_thread(stand_in.call, "subscribe", who="key", template=TEMPLATE, result="accept")
    assert (await fresh.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.SENT
    stored = await tokens.find_one({"_id": "wx-test"})
    assert KEYS.open(stored["value"], "wechat_tokens/wx-test/value")
    await wechat.close()
    await fresh.close()


@pytest.mark.parametrize("seconds", ["99999999999999", "-5", '"7200"'])
async def test_a_token_is_never_trusted_for_longer_than_wechats_last(
    stand_in: StandIn, database: Database, clock: FixedClock, seconds: str
) -> None:
    wechat = client(stand_in.url, database, clock)
    await asyncio.to_thread(stand_in.call, "faults", raw=f'{{"access_token":"t","expires_in":{seconds}}}')
    try:
        assert await wechat._token.get() == "t"
    finally:
        await asyncio.to_thread(stand_in.call, "faults")
    stored = await database.collection("wechat_tokens").find_one({"_id": "wx-test"})
    assert timedelta() < stored["expires_at"] - clock.now() <= timedelta(hours=2)
    await wechat.close()


async def test_a_token_with_little_time_left_serves_more_than_one_message(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with start_stand_in(tmp_path) as fresh:
        await asyncio.to_thread(fresh.call, "faults", expiresIn=300)
        await asyncio.to_thread(fresh.call, "subscribe", who="few", template=TEMPLATE, result="accept", times="50")
        wechat = client(fresh.url, database, clock)
        openid = (await wechat.code_to_session("demo-few")).openid
        for _ in range(20):
            assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.SENT
            clock.advance(seconds=5)
        health = await asyncio.to_thread(fresh.health)
        assert health["tokenCalls"] == 1
        clock.advance(seconds=60)
        await wechat.send(openid, TEMPLATE, PAGE, GOOD)
        health = await asyncio.to_thread(fresh.health)
        assert health["tokenCalls"] == 2, "renewed before its end"
        await wechat.close()


async def test_codes_that_come_as_text_are_numbers(stand_in: StandIn, database: Database, clock: FixedClock) -> None:
    wechat = client(stand_in.url, database, clock)
    await asyncio.to_thread(stand_in.call, "faults", digits=True)
    try:
        openid = (await wechat.code_to_session("demo-text")).openid
        await asyncio.to_thread(stand_in.call, "subscribe", who="text", template=TEMPLATE, result="accept")
        assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.SENT
        assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.REFUSED
        with pytest.raises(BadCode):
            await wechat.code_to_session("never-issued")
    finally:
        await asyncio.to_thread(stand_in.call, "faults")
    await wechat.close()


STRANGE = [
    "null", "[]", "{}", '""', "0", '{"errcode":null}', '{"errcode":{}}', '{"errcode":true}', '{"errcode":"zero"}', "<html>",
    '{"errcode":null,"openid":null,"access_token":null,"expires_in":null}', '{"errcode":"","msgid":null}', "￾",
    '{"access_token":7,"expires_in":[]}', '{"errcode":1e400}',
]  # fmt: skip


@pytest.mark.parametrize("raw", STRANGE)
async def test_no_strange_body_makes_the_client_fall_over(
    stand_in: StandIn, database: Database, clock: FixedClock, raw: str
) -> None:
    wechat = client(stand_in.url, database, clock)
    openid = (await wechat.code_to_session("demo-odd")).openid
    await wechat.send(openid, TEMPLATE, PAGE, GOOD)  # it has its token
    await asyncio.to_thread(stand_in.call, "faults", raw=raw)
    try:
        assert (await wechat.send(openid, TEMPLATE, PAGE, GOOD)).outcome in (SendOutcome.UNKNOWN, SendOutcome.BUSY)
        with pytest.raises(Busy):
            await wechat.code_to_session("demo-odd")
        await database.collection("wechat_tokens").delete_many({})
        fresh = client(stand_in.url, database, clock)
        assert (await fresh.send(openid, TEMPLATE, PAGE, GOOD)).outcome is SendOutcome.BUSY, "no token"
        await fresh.close()
    finally:
        await asyncio.to_thread(stand_in.call, "faults")
    await wechat.close()


async def test_what_wechats_support_asks_for_is_logged_and_the_value_is_not(
    stand_in: StandIn, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wechat = client(stand_in.url, database, clock)
    openid = (await wechat.code_to_session("demo-rid")).openid
    with structlog.testing.capture_logs() as logs:
        await wechat.send(openid, TEMPLATE, PAGE, {"thing1": "一", "date2": "2026年11月21日"})
        await wechat.send(openid, TEMPLATE, "pages/nowhere", GOOD)
    data, page = logs
    assert (data["event"], data["errcode"], data["keyword"]) == ("send-refused", 47003, "thing3")
    assert page["errcode"] == 41030
    for line in logs:
        assert len(line["rid"]) > 10
        assert openid not in str(line)
    await wechat.close()


@pytest.mark.parametrize(("configured", "sent"), [("", "developer"), ("trial", "trial"), ("formal", "formal")])
async def test_the_version_that_a_push_opens_is_a_setting(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, configured: str, sent: str
) -> None:
    seen: list[dict[str, object]] = []
    settings = make_settings(**({"CW_WECHAT_STATE": configured} if configured else {})).wechat
    wechat = WeChatClient(settings, database, KEYS, clock)

    async def note(_: str, body: dict[str, object]) -> SendResult:
        seen.append(body)
        return SendResult(outcome=SendOutcome.SENT)

    async def token(**_: object) -> str:
        return "token"

    monkeypatch.setattr(wechat, "_send", note)
    monkeypatch.setattr(wechat._token, "get", token)
    await wechat.send("o", TEMPLATE, PAGE, GOOD)
    assert seen[0]["miniprogram_state"] == sent
    await wechat.close()


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("", {"thing1": "有事", "date2": "2026年3月4日", "thing3": "点开"}),
        ("thing7,time2", {"thing7": "有事", "time2": "2026年3月4日 00:00"}),
        (
            "phrase1,date5,thing2,thing9",
            {"phrase1": "可以办理", "date5": "2026年3月4日", "thing2": "有事", "thing9": "点开"},
        ),
        ("thing2=hint,thing1=headline", {"thing2": "点开", "thing1": "有事"}),
        ("thing1,character_string2=day", {"thing1": "有事", "character_string2": "2026-03-04"}),
        ("thing1,phrase4='请您查看',thing6=source", {"thing1": "有事", "phrase4": "请您查看", "thing6": "信用小窗"}),
    ],
)
def test_a_template_of_any_shape_gets_its_values(listed: str, expected: dict[str, str]) -> None:
    values = {"headline": "有事", "hint": "点开", "status": "可以办理", "source": "信用小窗"}
    found = filled(read_slots(listed), values, (2026, 3, 4))
    assert found == expected
    assert checked(found)


@pytest.mark.parametrize(
    "listed",
    ["colour1", "thing1,thing1", "number1", "phrase1=headline", "phrase1='六个汉字不行的'", "date1=hint", "thing1=nothing",
     "thing1,thing2,thing3,thing4,thing5"],
)  # fmt: skip
def test_a_mapping_that_cannot_be_filled_stops_the_start_and_says_why(listed: str) -> None:
    with pytest.raises(SettingsError, match="CW_WECHAT_TEMPLATE_DATE_ARRIVED: "):
        make_settings(CW_WECHAT_TEMPLATE_DATE_ARRIVED=f"id:{listed}")


def test_every_pushed_text_fits_every_kind_of_keyword_that_may_carry_it() -> None:
    for kind, text in load_texts().items():
        if text.template:
            values = {"headline": text.headline, "hint": text.hint, "status": STATUSES[text.template], "source": SOURCE}
            for field, kinds in FIELDS.items():
                slots = tuple(Slot(f"{one}{number}", field=field) for number, one in enumerate(kinds))
                assert checked(filled(slots, values, (2026, 12, 31))), kind


@pytest.mark.parametrize(
    ("name", "value"),
    [("CW_WECHAT_STATE", "live"), ("CW_WECHAT_EVENT_KEY", "short"), ("CW_WECHAT_CHECK_FILE", "../x.txt:1"),
     ("CW_WECHAT_CHECK_FILE", "x.html:1"), ("CW_WECHAT_CHECK_FILE", "x.txt")],
)  # fmt: skip
def test_a_wrong_setting_of_wechat_is_named_at_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        make_settings(**{name: value})


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
