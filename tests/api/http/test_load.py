"""Under overload the bot and documents give way before reading, reading before signing in and handing in."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.response import Stream

from api.http import load
from api.http.load import ROOMS, Admission, Overloaded, Room
from api.infra.clock import civil_date
from tests.support.api import Api, auditor, resident
from tests.support.sign_in import sign_in


class Held:
    """An application whose requests end when the test says so."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def __call__(self, *_: Any) -> None:
        await self.go_on.wait()


def room_by_name(scope: Any) -> str | None:
    room: str | None = scope["room"]
    return room


@pytest.fixture
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "room_of", room_by_name)


async def ask(app: Any, room: str | None) -> bool:
    """Whether it was turned away at once."""
    task = asyncio.create_task(app({"type": "http", "room": room, "path": "", "headers": []}, None, None))
    await asyncio.sleep(0)
    return task.done() and isinstance(task.exception(), Overloaded)


async def test_the_classes_are_turned_away_in_their_order(by_name: None) -> None:
    held = Held()
    app = Admission().middleware(held)
    turned_away: dict[str, int] = {}
    for under_way in range(load.TOTAL + 1):
        for room in ("bot", "document", "reading"):
            if room not in turned_away and ROOMS[room].total <= under_way:
                assert await ask(app, room)
                turned_away[room] = under_way
        if under_way < load.TOTAL:
            assert not await ask(app, "submission")
    assert await ask(app, "submission"), "also this has an end"
    assert turned_away["bot"] == turned_away["document"] < turned_away["reading"] < load.TOTAL
    assert not await ask(app, None), "health is always answered"
    held.go_on.set()
    await asyncio.sleep(0.01)
    assert not await ask(app, "bot"), "when the rush is over everybody is let in again"


@given(st.lists(st.sampled_from([*ROOMS, "leave"]), max_size=60))
def test_no_class_ever_has_more_than_its_own(steps: list[str]) -> None:
    async def play() -> None:
        rooms = {name: Room(own=3, total=6) for name in ROOMS}
        under_way: list[tuple[str, Held]] = []
        admission = Admission(rooms)
        for step in steps:
            if step == "leave":
                if under_way:
                    under_way.pop(0)[1].go_on.set()
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                continue
            held = Held()
            if not await ask(admission.middleware(held), step):
                under_way.append((step, held))
            assert len(under_way) <= 6
            assert sum(name == step for name, _ in under_way) <= 3
        for _, held in under_way:
            held.go_on.set()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(load, "room_of", room_by_name)
        asyncio.run(play())


async def test_a_full_server_answers_with_a_problem_and_when_to_come_back(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = api.as_(resident(api.services), stepped_up=True)
    seen: dict[str, str | None] = {}
    original = load.room_of

    def note(scope: Any) -> str | None:
        seen[scope["path"].removeprefix("/api/v1")] = original(scope)
        return original(scope)

    monkeypatch.setattr(load, "room_of", note)
    for room in ("bot", "document", "reading"):
        monkeypatch.setitem(load.ROOMS, room, Room(own=0, total=0))
    for answer in (
        await api.anyone.post("/bot/messages", json={"text": "信用修复"}),
        await me.get("/me/report.pdf"),
        await me.get("/me"),
    ):
        body = answer.json()
        assert (answer.status_code, body["code"]) == (503, "overloaded")
        assert answer.headers["retry-after"] and body["nextStep"]["text"]
    assert (await sign_in(api.anyone, "wang"))["accessToken"], "signing in goes on"
    assert (await api.anyone.get("/health/ready")).status_code == 200
    await me.post("/me/evidence", files={"file": ("a.pdf", b"", "application/pdf")})
    assert seen == {
        "/bot/messages": "bot",
        "/me/report.pdf": "document",
        "/me": "reading",
        "/session/wechat": "sign-in",
        "/health/ready": None,
        "/me/evidence": "file",
    }


async def test_a_list_sent_whole_may_take_longer_than_a_reader_waits(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(load.ROOMS, "reading", Room(own=9, total=9, seconds=0.000_1))
    reader = api.as_(auditor())
    assert (await reader.get("/staff/audit")).status_code == 503, "what is read page by page has an end"
    now = api.services.clock.now()
    for number in range(5):
        await api.services.audits.write(None, auditor(), "records.search", f"ref_{number}", now)
    day = civil_date(now).isoformat()
    for path in (f"/staff/audit/export?day={day}", f"/staff/audit/chain?day={day}", "/staff/breaches/export"):
        answer = await reader.get(path)
        assert answer.status_code == 200, path
    text = (await reader.get("/staff/audit/export", params={"day": day})).text
    assert all(f"ref_{number}" in text for number in range(5))


def test_whatever_is_streamed_is_in_the_room_without_an_end(api: Api) -> None:
    streamed = {
        handler.operation_id: handler.opt.get("room")
        for route in api.app.routes
        for handler in getattr(route, "route_handlers", ())
        if getattr(handler, "parsed_fn_signature", None)
        and handler.parsed_fn_signature.return_type.annotation is Stream
    }
    assert streamed and set(streamed.values()) == {"whole"}, streamed
