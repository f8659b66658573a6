"""Admission under load: how many requests a process works on at once, and for how long. What can wait is refused first.

Each class has a bound of its own, and a bound on everything under way when it asks: half for the bot, documents and whole lists,
four fifths for reading, all for signing in and handing in. Health is always answered.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from prometheus_client import Counter as Metric
from prometheus_client import Gauge

from api.infra.deadlines import Deadline
from api.infra.errors import Unavailable

TOTAL = 256
_RETRY_SECONDS = 3
_PATIENCE = 2.0
"""Seconds. With it every caller has an answer within three, even if the last operation ends late: that, and ending the transaction, took
up to a second with a primary that had stopped (`docs/performance.md`). An election takes about as long (`SETTINGS` of
`deploy/database.py`), so most callers during one are told to try again, and then find the new primary.
"""


class Overloaded(Unavailable):
    code = "overloaded"
    title = "现在办理的人很多"
    default_detail = "系统正忙，这次请求没有办理。"
    default_step = "请过几秒再试；已经收到回执的办理不受影响。"

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=_RETRY_SECONDS)


class Room(msgspec.Struct, frozen=True):
    """At most `own` requests of the class at once, and none when `total` of any class are under way.

    `seconds`: the time for all of a request's work in the database together; None if each operation has its own limit.
    """

    own: int
    total: int
    seconds: float | None = _PATIENCE


ROOMS: Mapping[str, Room] = {
    "password": Room(own=24, total=TOTAL),  # each waits for a place to be hashed
    "sign-in": Room(own=96, total=TOTAL),  # each waits for WeChat
    "bot": Room(own=32, total=TOTAL // 2),
    "document": Room(own=8, total=TOTAL // 2),
    "file": Room(own=16, total=TOTAL * 4 // 5),  # each is held in memory
    "intake": Room(own=16, total=TOTAL * 4 // 5, seconds=None),  # likewise, and as long as the file
    "whole": Room(own=8, total=TOTAL // 2, seconds=None),  # each reads all of a day or place, and as long as that takes
    "reading": Room(own=TOTAL * 4 // 5, total=TOTAL * 4 // 5),
    "submission": Room(own=TOTAL, total=TOTAL),
}
_BY_LIMIT = {
    "bot": "bot",
    "pdf": "document",
    "export": "document",
    "staff-address": "password",
    "sign-in": "sign-in",
    "provider-intake": "intake",
}

_shed = Metric("credit_window_requests_shed_total", "Requests turned away under overload, by class.", ["room"])
_under_way = Gauge(
    "credit_window_requests_under_way", "Requests being worked on, by class.", ["room"], multiprocess_mode="livesum"
)


def room_of(scope: HTTPScope) -> str | None:
    """The handler's class; None for handlers that always answer."""
    if "/health/" in scope["path"]:
        return None
    options = scope["route_handler"].opt
    if "room" in options:
        return str(options["room"])
    if found := _BY_LIMIT.get(str(options.get("limit"))):
        return found
    if scope["method"] == "POST" and (options.get("access") == "provider" or _is_form(scope)):
        return "file"
    return "reading" if scope["method"] in ("GET", "HEAD", "OPTIONS") else "submission"


def room_of_plain(handler: BaseRouteHandler) -> str:
    """The class for JSON posted without credentials."""
    return _BY_LIMIT.get(str(handler.opt.get("limit")), "submission")


def _is_form(scope: HTTPScope) -> bool:
    return any(name == b"content-type" and value.startswith(b"multipart/") for name, value in scope["headers"])


class Admission:
    """Counts the requests under way and makes the middleware. One for each process and event loop."""

    def __init__(self, rooms: Mapping[str, Room] = ROOMS) -> None:
        self._rooms = rooms
        self._under_way: Counter[str] = Counter()
        self._gauges = {name: _under_way.labels(name) for name in rooms}

    def has_room(self, name: str) -> bool:
        """Whether a request of the class would be let in now."""
        room = self._rooms[name]
        return self._under_way[name] < room.own and self._under_way.total() < room.total

    def middleware(self, app: ASGIApp) -> ASGIApp:
        async def admitted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or (name := room_of(scope)) is None:
                await app(scope, receive, send)
                return
            if not self.has_room(name):
                _shed.labels(name).inc()
                raise Overloaded
            self._under_way[name] += 1
            gauge = self._gauges[name]
            gauge.inc()
            try:
                await _within(self._rooms[name].seconds, app, scope, receive, send)
            finally:
                self._under_way[name] -= 1
                gauge.dec()

        return admitted


async def _within(seconds: float | None, app: ASGIApp, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """The time does not run while the request is still being received: a slow network is not a slow database."""
    if seconds is None:
        await app(scope, receive, send)
        return
    deadline = Deadline(seconds)
    is_whole = not _has_body(scope)

    async def received() -> Any:
        nonlocal is_whole
        if is_whole:
            return await receive()
        deadline.rest()
        message = await receive()
        is_whole = not message.get("more_body")
        deadline.go()
        return message

    deadline.go()
    try:
        await app(scope, received, send)
    finally:
        deadline.rest()


def _has_body(scope: HTTPScope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )
