"""A stranger's plain question is answered before its route as its route would answer it; everything else goes to the route."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client import REGISTRY

from api.http import load
from api.http.load import Room
from api.http.security import MAX_DEPTH, MAX_JSON_BYTES
from api.infra.mongo import Database
from tests.support.api import Api, open_api, resident
from tests.support.world import FixedClock

PATH = "/bot/messages"
TO_THE_ROUTE = {"Cookie": "seen=1"}
JSON = {"Content-Type": "application/json"}
A_MINUTE = 120  # questions of one address


def told(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, answer.headers.multi_items()


def without_number(answer: httpx.Response) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
    """A refusal has an incident number of its own."""
    body = answer.json()
    assert body.pop("instance")
    return answer.status_code, body, answer.headers.multi_items()


@pytest.mark.parametrize(
    "message",
    [
        {"text": "我有条处罚记录怎么弄掉"},
        {"text": "大连异议要多久答复"},
        {"text": "异议要多久答复", "place": "yunnan"},
        {"text": "那云南呢", "dialogue": {"topic": None, "articles": ["dalian-42"], "place": "dalian", "turns": 1}},
        {"text": "你好"},
        {"text": ""},
        {"text": "今天股票能涨吗"},
        {"text": "<script>alert(1)</script>"},
        {"text": "修复"},
        {"text": "第三十六条"},
    ],
    ids=lambda message: message["text"][:12],
)
async def test_lane_and_route_say_the_same_to_the_last_byte(
    api: Api, asked_of_the_route: list[str], message: dict[str, Any]
) -> None:
    by_lane = await api.anyone.post(PATH, json=message)
    assert not asked_of_the_route
    by_route = await api.anyone.post(PATH, json=message, headers=TO_THE_ROUTE)
    assert len(asked_of_the_route) == 1
    assert told(by_lane) == told(by_route)
    assert by_lane.status_code == 200
    assert "content-security-policy" in by_lane.headers


DEEP = b'{"text": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}"


@pytest.mark.parametrize(
    ("body", "headers", "params", "status"),
    [
        (b'{"text": 1}', JSON, "", 400),
        (b'{"text": "x", "more": 1}', JSON, "", 400),
        (b'{"text": "x", "place": "beijing"}', JSON, "", 400),
        (b"{", JSON, "", 400),
        (b"[]", JSON, "", 400),
        (b'{"text": "\xff"}', JSON, "", 400),
        (b"", JSON, "", 400),
        (DEEP, JSON, "", 400),
        (msgspec.json.encode({"text": "长" * 5001}), JSON, "", 400),
        (msgspec.json.encode({"text": "x" * MAX_JSON_BYTES}), JSON, "", 413),
        (b'{"text": "x"}', {"Content-Type": "text/plain"}, "", 200),
        (b'{"text": "x"}', {}, "", 200),
        (b'{"text": "x"}', JSON, "?a=1", 200),
        (b'{"text": "x"}', {**JSON, "Authorization": "Bearer nonsense"}, "", 200),
        (b'{"text": "x"}', {**JSON, "Idempotency-Key": "one"}, "", 200),
        (b'{"text": "x"}', {**JSON, "Host": "elsewhere.example"}, "", 400),
        (b'{"text": "x"}', {**JSON, "Content-Length": "+13"}, "", 400),
    ],
    ids=str,
)
async def test_what_is_not_plain_or_is_refused_is_for_the_route(
    api: Api,
    asked_of_the_route: list[str],
    body: bytes,
    headers: dict[str, str],
    params: str,
    status: int,
) -> None:
    answer = await api.anyone.post(PATH + params, content=body, headers=headers)
    assert len(asked_of_the_route) == 1
    again = await api.anyone.post(PATH + params, content=body, headers={**headers, **TO_THE_ROUTE})
    assert answer.status_code == again.status_code
    if "Content-Length" not in headers:
        assert answer.status_code == status
    if answer.headers["content-type"] == "application/problem+json":
        assert without_number(answer) == without_number(again)
    else:
        assert told(answer) == told(again)


async def test_a_resident_is_asked_for_by_the_route(api: Api, asked_of_the_route: list[str]) -> None:
    reply = await api.as_(resident(api.services)).post(PATH, json={"text": "我能修复了吗"})
    assert reply.json()["personal"] is not None
    assert len(asked_of_the_route) == 1


async def test_lane_and_route_count_one_minute_together(api: Api, asked_of_the_route: list[str]) -> None:
    for number in range(A_MINUTE):
        headers = TO_THE_ROUTE if number % 3 == 0 else {}
        assert (await api.anyone.post(PATH, json={"text": "你好"}, headers=headers)).status_code == 200, number
    assert len(asked_of_the_route) < A_MINUTE / 2, "most plain questions took a permit that was at hand"
    by_lane = await api.anyone.post(PATH, json={"text": "你好"})
    by_route = await api.anyone.post(PATH, json={"text": "你好"}, headers=TO_THE_ROUTE)
    assert by_lane.status_code == 429
    assert int(by_lane.headers["retry-after"]) > 0
    assert without_number(by_lane) == without_number(by_route)
    api.services.clock.advance(minutes=1)  # type: ignore[attr-defined]
    assert (await api.anyone.post(PATH, json={"text": "你好"})).status_code == 200


@pytest.mark.parametrize(("trusted", "status"), [("127.0.0.1", 200), ("192.0.2.1", 429)])
async def test_the_minute_is_that_of_the_address_behind_a_trusted_proxy_alone(
    database: Database, clock: FixedClock, trusted: str, status: int
) -> None:
    hosts = {"CW_ALLOWED_HOSTS": "testserver.local"}
    async with open_api(database, clock, CW_TRUSTED_PROXIES=trusted, **hosts) as api:
        for _ in range(A_MINUTE + 1):
            last = await api.anyone.post(PATH, json={"text": "你好"}, headers={"X-Forwarded-For": "198.51.100.7"})
        assert last.status_code == 429
        other = await api.anyone.post(PATH, json={"text": "你好"}, headers={"X-Forwarded-For": "198.51.100.8"})
        assert other.status_code == status


def shed() -> float:
    return REGISTRY.get_sample_value("credit_window_requests_shed_total", {"room": "bot"}) or 0


async def test_when_every_place_is_taken_the_lane_waits_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(load.ROOMS, "bot", Room(own=1, total=2, seconds=3.0))
    goes_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b'{"text":'
        await goes_on.wait()
        yield b'"x"}'

    headers = {**JSON, "Content-Length": "12"}
    first = asyncio.create_task(api.anyone.post(PATH, content=slow(), headers=headers))
    await asyncio.sleep(0.05)
    before = shed()
    second = await api.anyone.post(PATH, json={"text": "你好"})
    assert (second.status_code, second.json()["code"]) == (503, "overloaded")
    assert shed() == before + 1, "turned away once, and counted once"
    goes_on.set()
    assert (await first).status_code == 200
    assert (await api.anyone.post(PATH, json={"text": "你好"})).status_code == 200, "the place is free again"


async def test_a_body_in_parts_is_handed_on_whole(api: Api, asked_of_the_route: list[str]) -> None:
    async def parts(body: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(body), 7):
            yield body[at : at + 7]

    for count, text in enumerate(("大连异议要多久答复", 1), 1):
        body = msgspec.json.encode({"text": text})
        headers = {**JSON, "Content-Length": str(len(body))}
        in_parts = await api.anyone.post(PATH, content=parts(body), headers=headers)
        assert len(asked_of_the_route) == count
        at_once = await api.anyone.post(PATH, content=body, headers={**JSON, **TO_THE_ROUTE})
        asked_of_the_route.pop()
        assert in_parts.status_code == at_once.status_code == (200 if count == 1 else 400)
        if count == 1:
            assert told(in_parts) == told(at_once)
        else:
            assert without_number(in_parts) == without_number(at_once)


async def test_a_body_that_does_not_come_is_waited_for_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.security.BODY_SECONDS", 0.3)
    begun = asyncio.get_running_loop().time()

    async def slow() -> AsyncIterator[bytes]:
        yield b'{"text":'
        await asyncio.sleep(5)
        yield b'"x"}'

    answer = await api.anyone.post(PATH, content=slow(), headers={**JSON, "Content-Length": "12"})
    assert (answer.status_code, answer.json()["code"]) == (400, "body-too-slow")
    assert asyncio.get_running_loop().time() - begun < 0.55


async def test_who_leaves_in_the_middle_is_no_defect(api: Api, capfd: pytest.CaptureFixture[str]) -> None:
    messages = iter(
        [{"type": "http.request", "body": b'{"text":', "more_body": True}, {"type": "http.disconnect"}],
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/bot/messages",
        "query_string": b"",
        "headers": [(b"host", b"testserver.local"), (b"content-type", b"application/json"), (b"content-length", b"12")],
        "client": ("127.0.0.1", 1),
    }
    transport: Any = api.anyone._transport
    await transport.app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert "unexpected" not in "".join(capfd.readouterr())


async def test_a_defect_has_the_words_of_the_route(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(api.services.chat, "answer", broken)
    answer = await api.anyone.post(PATH, json={"text": "你好"})
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")


async def test_what_the_lane_could_not_answer_is_kept_like_the_route_s(api: Api, database: Database) -> None:
    kept = []
    for headers in ({}, TO_THE_ROUTE):
        await api.anyone.post(PATH, json={"text": "今天股票能涨吗"}, headers=headers)
        await api.services.chat.drain()
        kept.append([entry async for entry in api.services.chat_feedback().each()])
        await database.collection("feedback_pages").delete_many({})
    (by_lane,), (by_route,) = kept
    assert by_lane == by_route
    assert by_lane.question == "今天股票能涨吗"


async def test_answers_of_the_lane_are_counted_under_the_template(api: Api) -> None:
    labels = {"method": "POST", "path": "/api/v1/bot/messages", "status_code": "200", "app_name": "api"}

    def counted() -> float:
        return REGISTRY.get_sample_value("credit_window_requests_total", labels) or 0

    before = counted()
    await api.anyone.post(PATH, json={"text": "你好"})
    assert counted() == before + 1
