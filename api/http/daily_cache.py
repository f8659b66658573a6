"""Caches answers that are the same for everybody all day, and serves them before routing, guards and admission.

A handler says `cached_daily=True`. The route gives the first answer, which is kept as it was sent: body, `ETag` and every header.
Any other kind of request (a query, another host, another method) goes to the route. Kept until the date in Shanghai changes,
because the law in force depends on it.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.routes import BaseRoute
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from api.http.etags import has_version

_MOST = 2048  # hosts times articles: requests cannot fill the memory


class _Kept(msgspec.Struct, frozen=True):
    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: str
    template: str


class DailyCache:
    """One for each process. `today` is the civil date in Shanghai."""

    def __init__(self, routes: Iterable[BaseRoute], today: Callable[[], date]) -> None:
        self._today = today
        self._begins = tuple(
            route.path.partition("{")[0]
            for route in routes
            if any(handler.opt.get("cached_daily") for handler in getattr(route, "route_handlers", ()))
        )
        self._day: date | None = None
        self._kept: dict[tuple[bytes, str, int], _Kept] = {}

    def before(self, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or scope["method"] != "GET" or not self._may_have(scope):
                await app(scope, receive, send)
                return
            host, version = _asked(scope["headers"])
            status, kept = self._find(host, scope["path"], version)
            if kept is None:
                await self._ask(app, scope, receive, send, host)
                return
            scope["path_template"] = kept.template
            await send({"type": "http.response.start", "status": status, "headers": kept.headers})
            await send({"type": "http.response.body", "body": kept.body, "more_body": False})

        return answer

    def _may_have(self, scope: HTTPScope) -> bool:
        return not scope["query_string"] and scope["path"].startswith(self._begins)

    def _find(self, host: bytes, path: str, version: str | None) -> tuple[int, _Kept | None]:
        if (whole := self._kept.get((host, path, 200))) is None:
            return 200, None
        if self._day != self._today():
            self._kept.clear()
            return 200, None
        if version is None or not has_version(version, whole.etag):
            return 200, whole
        return 304, self._kept.get((host, path, 304))

    async def _ask(self, app: ASGIApp, scope: Any, receive: Receive, send: Send, host: bytes) -> None:
        day = self._today()
        sent: list[Any] = []

        async def listen(message: Message) -> None:
            await send(message)  # adds headers to it
            sent.append(message)

        await app(scope, receive, listen)
        handler = scope.get("route_handler")
        if handler is None or not handler.opt.get("cached_daily"):
            return
        if len(sent) != 2 or sent[0]["status"] not in (200, 304):
            return
        if day != self._day:
            self._kept.clear()
            self._day = day
        if len(self._kept) < _MOST and _is_only_spelling(scope):
            status, headers = sent[0]["status"], list(sent[0]["headers"])
            etag = next(value for name, value in headers if name.lower() == b"etag").decode()
            self._kept[host, scope["path"], status] = _Kept(headers, sent[1]["body"], etag, scope["path_template"])


def _is_only_spelling(scope: Any) -> bool:
    """Whether the path writes its values as we write them: /articles/036 is answered as /articles/36 is, but would take a place of
    its own, and there are endless such spellings.
    """
    path, asked = str(scope["path_template"]), str(scope["path"])
    for name, value in scope["path_params"].items():
        path = path.replace(f"{{{name}}}", str(value))
    return path == asked


def _asked(headers: Any) -> tuple[bytes, str | None]:
    """The request's host, and the versions that the caller already has."""
    host, version = b"", None
    for name, value in headers:
        if name == b"host":
            host = value
        elif name == b"if-none-match":
            version = value.decode("latin-1")
    return host, version
