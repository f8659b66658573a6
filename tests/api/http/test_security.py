"""What every answer tells the browser, and what no body may be."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.addresses import Networks, address_of
from api.http.security import MAX_DEPTH, MAX_JSON_BYTES, is_too_deep, with_marked_ends
from api.infra.mongo import Database
from tests.support.api import Api, open_api, resident
from tests.support.sign_in import bearer, sign_in
from tests.support.world import FixedClock


@pytest.mark.parametrize("path", ["/health/live", "/me", "/no/such/place", "/session/wechat"])
async def test_every_answer_has_the_headers_also_a_refusal(api: Api, path: str) -> None:
    headers = (await api.anyone.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert "permissions-policy" in headers and "strict-transport-security" not in headers


@pytest.mark.parametrize("path", ["/health/live", "/me", "/no/such/place", "/rules", "/bot/messages"])
async def test_every_answer_says_which_day_it_is_here(api: Api, clock: FixedClock, path: str) -> None:
    """At one in the morning in Shanghai Greenwich still has the day before."""
    for day in (date(2026, 11, 21), date(2026, 12, 1)):
        clock.move_to(day, hour=1)
        answers = [await api.anyone.get(path) for _ in range(2)]
        answers.append(await api.anyone.post("/bot/messages", json={"text": "你好"}))
        assert {answer.headers["civil-date"] for answer in answers} == {day.isoformat()}


async def test_what_is_personal_is_not_kept_by_anybody(api: Api) -> None:
    session = await sign_in(api.anyone, "wang")
    answer = await api.anyone.get("/me", headers=bearer(session["accessToken"]))
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"


async def test_whoever_is_led_to_an_answer_for_programs_gets_a_file_and_no_page(api: Api) -> None:
    answers = [await api.anyone.get(path) for path in ("/rules", "/rules", "/me", "/no/such/place", "/centres")]
    answers.append(await api.anyone.post("/bot/messages", json={"text": "你好"}))
    for answer in answers:  # from memory, before its route, and refused
        assert answer.headers["content-disposition"] == 'attachment; filename="api.json"', answer.url
    page = await api.anyone.get(str(api.anyone.base_url.join("/")))
    assert page.headers["content-type"].startswith("text/html") and "content-disposition" not in page.headers


async def test_a_foreign_page_is_given_no_leave(api: Api) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (
        await api.anyone.options("/session/wechat", headers=asked),
        await api.anyone.get("/health/live", headers=asked),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_foreign_host_is_refused(api: Api) -> None:
    assert (await api.anyone.get("/health/live", headers={"Host": "evil.example"})).status_code == 400


async def test_a_body_too_deep_or_too_large_is_refused_before_it_is_read(api: Api) -> None:
    deep = b'{"code": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    headers = {"Content-Type": "application/json"}
    answer = await api.anyone.post("/bot/messages", content=deep, headers=headers)
    assert answer.status_code == 400 and answer.json()["code"] in ("invalid", "malformed")
    large = json.dumps({"text": "x" * MAX_JSON_BYTES}).encode()
    assert (await api.anyone.post("/bot/messages", content=large, headers=headers)).status_code == 413


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_the_depth_is_counted_to_the_last_bracket() -> None:
    assert not is_too_deep(nested(MAX_DEPTH)) and is_too_deep(nested(MAX_DEPTH + 1))
    assert not is_too_deep(b"[" + b",".join([b"[]"] * 1000) + b"]")
    assert not is_too_deep(json.dumps(["[" * 100 + '"' + "\\"]).encode())


_values = st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@given(_values, st.integers(0, MAX_DEPTH + 2))
def test_valid_json_is_refused_exactly_when_it_is_too_deep(value: Any, more: int) -> None:
    for _ in range(more):
        value = [value]
    assert is_too_deep(json.dumps(value).encode()) == (depth_of(value) > MAX_DEPTH)


@given(st.binary())
def test_any_bytes_are_answered(body: bytes) -> None:
    assert is_too_deep(body) in (True, False)


def scope(peer: str, *forwarded: str) -> Any:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return {"type": "http", "client": (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1", "198.51.100.1, 10.0.0.2"), "198.51.100.1"),
        ("10.0.0.1", ("nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.01",), "10.0.0.1"),
        ("10.0.0.1", ("2001:DB8:0::1",), "2001:db8::1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("2001:db8::1",), "2001:db8::1"),
    ],
)
def test_only_a_trusted_proxy_says_where_a_request_comes_from(
    peer: str, forwarded: tuple[str, ...], found: str
) -> None:
    assert address_of(scope(peer, *forwarded), Networks(["10.0.0.0/8"])) == found


_fourth = st.integers(0, 2**32 - 1).map(IPv4Address)
_sixth = st.integers(0, 2**128 - 1).map(IPv6Address)


@given(_fourth | _sixth, _fourth | _sixth, st.integers(0, 32))
def test_a_network_holds_its_addresses_and_no_others(one: Any, other: Any, length: int) -> None:
    network = ip_network(f"{one}/{length}", strict=False)
    networks = Networks([f"{one}/{length}"])
    for address in (one, other):
        found = getattr(address, "ipv4_mapped", None) or address
        assert networks.read(str(address)) == (str(found), found in network)


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,4}", fullmatch=True))
def test_whatever_is_said_is_an_address_or_none(text: str) -> None:
    try:
        expected = str(ip_address(text.strip()))
    except ValueError:
        expected = "10.0.0.1"
    said: Any = {
        "type": "http",
        "client": ("10.0.0.1", 1),
        "headers": [(b"x-forwarded-for", text.encode("utf-8", "replace"))],
    }
    if "," not in text and text.isascii():
        assert address_of(said, Networks(["10.0.0.1"])) == expected


async def test_the_audit_names_the_address_behind_the_proxy(database: Database, clock: FixedClock) -> None:
    async with open_api(database, clock, CW_TRUSTED_PROXIES="127.0.0.1") as api:
        await api.anyone.post(
            "/session/wechat", json={"code": "code-wang-1"}, headers={"X-Forwarded-For": "198.51.100.7"}
        )
        page = await api.services.audits.page(subject=None, action=None, day=None, cursor=None, limit=9, place=None)
        assert "198.51.100.7" in {entry.address for entry in page.items}


async def test_a_limited_route_says_when_to_come_back(api: Api) -> None:
    client = api.as_(resident(api.services))
    limit = 6
    codes = []
    for _ in range(limit + 1):
        answer = await client.post("/session/step-up", json={"documentNumber": "1"})
        codes.append(answer.status_code)
    assert codes[-1] == 429 and int(answer.headers["retry-after"]) > 0 and answer.json()["nextStep"]["text"]


async def test_a_body_that_does_not_come_is_not_waited_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.security.BODY_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b'{"code":'
        await asyncio.sleep(5)
        yield b'"x"}'

    began = time.monotonic()
    answer = await api.anyone.post("/session/wechat", content=slow(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "body-too-slow")
    assert time.monotonic() - began < 4


async def test_a_faulty_field_that_is_called_like_a_part_of_the_application_is_the_sender_s_fault(api: Api) -> None:
    client = api.as_(resident(api.services))
    answer = await client.post("/me/pledges/none/performance", json={"note": "做完了", "evidence": [None]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "evidence[0]"


@pytest.mark.parametrize("told", [0, "true", 1.0])
async def test_a_body_means_what_it_says_and_nothing_near_it(api: Api, told: object) -> None:
    answer = await api.as_(resident(api.services)).patch("/me", json={"isElderlyMode": told})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "isElderlyMode"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b'"x"', b"nul"])
async def test_a_body_that_is_no_object_is_refused(api: Api, body: bytes) -> None:
    answer = await api.as_(resident(api.services)).patch(
        "/me", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400 and answer.json()["code"] == "malformed"


async def test_a_form_that_never_came_is_refused_and_not_called_a_defect(api: Api) -> None:
    answer = await api.as_(resident(api.services)).post("/me/evidence", headers={"Idempotency-Key": "nothing"})
    assert answer.status_code == 400 and answer.json()["code"] == "malformed"


@pytest.mark.parametrize(
    ("length", "parts", "asked"),
    [
        (b"4", [b"abcd"], 1),
        (b"4", [b"ab", b"cd"], 2),
        (b"5", [b"ab", b"cd"], 3),
        (b"", [b"abcd"], 2),
        (b"-4", [b"abcd"], 2),
        (b"9" * 5000, [b"abcd"], 2),
    ],
)
async def test_nobody_asks_on_when_all_that_was_announced_has_come(
    length: bytes, parts: list[bytes], asked: int
) -> None:
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    given = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}])
    times = 0

    async def receive() -> Any:
        nonlocal times
        times += 1
        return next(given)

    async def reads(_: Any, receive: Any, __: Any) -> None:
        while (await receive())["more_body"]:
            pass

    headers = [(b"content-length", length)] if length else []
    app: Any = with_marked_ends(reads)
    await app({"type": "http", "headers": headers}, receive, None)
    assert times == asked


async def test_what_comes_in_chunks_ends_where_the_chunks_end() -> None:
    given = iter([(b"ab", True), (b"cd", True), (b"", False)])
    heard = b""

    async def receive() -> Any:
        body, more = next(given)
        return {"type": "http.request", "body": body, "more_body": more}

    async def reads(_: Any, receive: Any, __: Any) -> None:
        nonlocal heard
        more = True
        while more:
            message = await receive()
            heard, more = heard + message["body"], message["more_body"]

    headers = [(b"content-length", b"2"), (b"transfer-encoding", b"chunked")]
    app: Any = with_marked_ends(reads)
    await app({"type": "http", "headers": headers}, receive, None)
    assert heard == b"abcd"
