"""What attackers put into bodies, headers, paths, names and files: refused as any wrong input is, and nothing is stored."""

import io
import struct
import zlib
from typing import Any

import httpx
import pytest

from api.infra.actors import SYSTEM
from api.providers.models import Provider
from tests.support.api import Api, officer, resident
from tests.support.cases import penalty, stored
from tests.support.sign_in import bearer, resident_number, sign_in

NUMBER = resident_number("11010519900101233")
OPERATORS: list[Any] = [{"$ne": None}, {"$gt": ""}, {"$where": "1"}, {"$regex": ".*"}, ["$ne"], {"a.b": 1}, True, 7]


async def stored_counts(api: Api) -> dict[str, int]:
    names = await api.services.database.raw.list_collection_names()
    # what is counted, audited, confirmed by a majority or told to a unit of a refusal is no effect of its content
    kept = sorted(set(names) - {"limits", "audits", "deliveries", "delivery_returns", "confirmations"})
    return {name: await api.services.database.collection(name).count_documents({}) for name in kept}


def is_refusal(answer: httpx.Response) -> bool:
    return 400 <= answer.status_code < 500 and answer.headers["content-type"].startswith("application/problem+json")


async def test_an_operator_in_place_of_a_text_is_a_wrong_type(api: Api) -> None:
    me, desk = api.as_(resident(api.services)), api.as_(officer())
    record = await stored(api.services, penalty(resident(api.services)))
    before = await stored_counts(api)
    for operator in OPERATORS:
        for client, path, body in (
            (api.anyone, "/session/wechat", {"code": operator}),
            (api.anyone, "/session/refresh", {"refreshToken": operator}),
            (api.anyone, "/staff/session", {"username": operator, "password": operator, "otp": operator}),
            (me, "/session/step-up", {"documentNumber": operator}),
            (me, "/me/objections", {"recordId": operator, "addressee": "centre", "reasons": ["wrong"]}),
            (me, "/me/objections", {"recordId": record.id, "addressee": "centre", "reasons": operator}),
            (me, "/grants/redeem", {"code": operator}),
            (me, "/bot/messages", {"text": operator}),
            (desk, "/staff/records/search", {"documentNumber": operator, "reason": operator}),
        ):
            answer = await client.post(path, json=body)
            assert is_refusal(answer), (path, answer.status_code, answer.text)
    assert await stored_counts(api) == before


async def test_a_field_that_nobody_asked_for_is_refused(api: Api) -> None:
    me = api.as_(resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    before = await stored_counts(api)
    for key in ("$where", "a.b", "__proto__", "", "id", "_id", "owner", "status", "$set"):
        body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "写错了", key: {"$ne": 1}}
        assert is_refusal(await me.post("/me/objections", json=body)), key
    assert await stored_counts(api) == before


STRANGE = (
    '/me/records/{"$ne":null}', "/me/records/..%2f..%2fetc%2fpasswd", "/me/records/%00", "/me/records/a%0d%0ab",
    "/me/records/$where", "/me/evidence/..%5c..%5cx", "/me/notices/%2e%2e/calendar.ics", "/me/objections/" + "x" * 4000,
    "/me/records/％２ｅ％２ｅ", "/static/x/../../api/app.py",
)  # fmt: skip


async def test_a_strange_address_is_not_found_and_not_repeated(api: Api) -> None:
    for path in STRANGE:
        answer = await api.as_(resident(api.services)).get(path)
        assert answer.status_code in (400, 404), (path, answer.status_code, answer.text)
        assert "passwd" not in answer.text and "$where" not in answer.text
    code = await api.anyone.get("/reports/verify/%27%20OR%201=1")
    assert (code.status_code, code.json()["isGenuine"]) == (200, False), "a code that is none is answered as any other"


async def test_a_cursor_that_we_did_not_make_is_refused(api: Api) -> None:
    for cursor in ("eyIkbmUiOiBudWxsfQ", "W3siJG5lIjpudWxsfV0", "W3RydWVd", "W251bGxd", "///", "A" * 5000, "%00"):
        answer = await api.as_(resident(api.services)).get("/me/objections", params={"cursor": cursor})
        assert answer.status_code == 400, (cursor, answer.text)


HEADERS = (
    ("Authorization", "Bearer " + "A" * 8000),
    ("Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY2Nfb25lIiwicm9sIjoib2ZmaWNlciJ9."),
    ("Authorization", "Bearer null"),
    ("Authorization", "Basic YWRtaW46YWRtaW4="),
    ("X-Api-Key", '{"$ne": null}'),
    ("X-Api-Key", "pk_" + "0" * 26 + "."),
    ("X-Forwarded-For", '127.0.0.1, {"$ne":1}'),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Original-URL", "/api/v1/staff/queue"),
)


async def test_a_header_opens_no_door(api: Api) -> None:
    for name, value in HEADERS:
        for path in ("/me/objections", "/staff/queue", "/provider/changes"):
            answer = await api.anyone.get(path, headers={name: value})
            assert answer.status_code == 401, (name, value, path, answer.status_code)


async def test_a_foreign_host_is_not_served(api: Api) -> None:
    answer = await api.anyone.get("/health/live", headers={"Host": "evil.example"})
    assert answer.status_code == 400 and "evil" not in answer.text


async def test_a_key_that_is_no_key_is_refused_before_any_work(api: Api) -> None:
    me = api.as_(resident(api.services))
    record = await stored(api.services, penalty(resident(api.services)))
    before = await stored_counts(api)
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "写错了"}
    keys: tuple[Any, ...] = ("", "x" * 129, "ключ".encode(), b"\xff\xfe", "a\tb", "a b")
    for key in keys:
        assert is_refusal(await me.post("/me/objections", json=body, headers={"Idempotency-Key": key})), key
    assert await stored_counts(api) == before


NAMES = (
    "", " ", "王\u200b小明", "王\u202e小明", "王小明\x00", "王小明<script>", "$ne", "王.小$明", "١٢٣", "😀", "a" * 61,
    "王_小明", "=1+1",
)  # fmt: skip
NUMBERS = (
    NUMBER.replace("1", "一"), NUMBER.replace("1", "١"), NUMBER[:-1] + "Χ", NUMBER + "\u200b", NUMBER.replace("0", "О")
)  # fmt: skip


async def test_names_and_numbers_in_look_alikes_are_refused_without_being_repeated(api: Api) -> None:
    given = [(name, NUMBER) for name in NAMES] + [("王小明", number) for number in NUMBERS]
    for count, (name, number) in enumerate(given):
        session = await sign_in(api.anyone, f"wang{count}")
        body = {"name": name, "documentKind": "resident_id", "documentNumber": number}
        answer = await api.anyone.post("/me/identity", json=body, headers=bearer(session["accessToken"]))
        assert answer.status_code == 400, (name, number, answer.text)
        assert number not in answer.text and (len(name) < 4 or name not in answer.text)


def png(width: int, height: int) -> bytes:
    """A picture that is small as a file and huge when it is opened."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\x00" * 5_000_000)
    return out.getvalue()


BOMBS = (
    ("bomb.png", png(60_000, 60_000)),
    ("bomb2.png", png(2_000_000_000, 1)),
    ("cut.png", png(100, 100)[:60]),
    ("text.png", zlib.compress(b"x")),
    ("bomb.pdf", zip_bomb()),
    ("page.jpg", b"<html><script>alert(1)</script>"),
    ("picture.svg", b"<svg onload='alert(1)'/>"),
    ("empty.pdf", b""),
    ("big.pdf", b"%PDF-" + b"0" * 8_000_001 + b"%%EOF"),
)


async def test_a_bomb_or_a_file_in_disguise_is_refused_and_nothing_is_kept(api: Api) -> None:
    me = api.as_(resident(api.services))
    before = await stored_counts(api)
    for filename, content in BOMBS:
        answer = await me.post("/me/evidence", files={"file": (filename, content, "image/png")})
        assert is_refusal(answer), (filename, answer.status_code, answer.text)
    assert await stored_counts(api) == before


async def test_a_file_of_bombs_from_a_provider_is_refused(api: Api) -> None:
    unit = Provider(id="prv_one", name="某局（示例）", jurisdiction="dalian", unified_code="x")
    await api.services.providers.add(None, SYSTEM, unit, api.services.clock.now())
    client = api.with_key(await api.services.providers.issue_key(None, SYSTEM, unit.id, api.services.clock.now()))
    before = await stored_counts(api)
    for content in (zip_bomb(), b"[" * 100_000, b'{"a":' * 50_000, b"\x00" * 1000, b"\xff\xfe" + b"a\x00" * 100):
        for media_type in ("application/json", "text/csv", "application/x-ndjson"):
            answer = await client.post("/provider/records", content=content, headers={"Content-Type": media_type})
            body = answer.json()
            assert is_refusal(answer) or body["accepted"] == 0, (answer.status_code, answer.text[:300])
    assert await stored_counts(api) == before


async def test_two_hosts_are_none_whichever_comes_first(api: Api) -> None:
    hosts = ("testserver.local", "evil.example")
    for first, second in (hosts, hosts[::-1], hosts[:1] * 2):
        answer = await api.anyone.get("/health/live", headers=[("Host", first), ("Host", second)])
        assert answer.status_code == 400, (first, second)


@pytest.mark.parametrize(
    "host", ["", ":", "[", "a b", "testserver.local:x", "testserver.local:99999999", "testserver.local@evil"]
)
async def test_a_host_that_is_none_is_refused_and_no_defect(api: Api, host: str) -> None:
    assert (await api.anyone.get("/health/live", headers={"Host": host})).status_code == 400
