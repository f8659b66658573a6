"""Security headers of every answer, and bounds on every request body.

No CORS headers are ever sent: the page is served from this origin, and the mini-program and providers are no browsers. Nothing
signs in by cookie, so a foreign page cannot act with somebody's session.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import ClientException, InternalServerException, ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from api.infra.errors import Invalid, TooLarge

MAX_DEPTH = 32
BODY_SECONDS = 60  # time for a photograph over a poor mobile network
MAX_JSON_BYTES = 262_144  # for everybody except providers, whose files are large

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_PERMISSIONS = "camera=(), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()"
PERMISSIONS_OF_STAFF = f"{_PERMISSIONS}, publickey-credentials-get=(self), publickey-credentials-create=(self)"
"""Of the pages where staff sign in: no other page may ask a security key."""
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": f"{_PERMISSIONS}, publickey-credentials-get=(), publickey-credentials-create=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_DAY = b"civil-date"
_MOST_DIGITS = 12
_HSTS = "max-age=31536000; includeSubDomains"
_BY_PROGRAMS = "/api/"
_AS_FILE = (b"content-disposition", b'attachment; filename="api.json"')
"""For JSON: a browser that is led to such an address saves a file and shows no page."""
_PERSONAL = re.compile(r"/api/v1/(?:me|session|staff|provider|grants)(?:/|$)")
_HOST = re.compile(rb"(?:[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_PLACE = re.compile(r"`\$\.(.+)`$")
_FIELD = re.compile(r"(?:unknown|required) field `([^`]{1,80})`")
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


class TooSlow(Invalid):
    code = "body-too-slow"
    title = "内容没有传完"
    default_detail = "网络太慢，内容没有在一分钟内传完，这次提交没有办理。"
    default_step = "请换一个信号好的地方，或者减小文件后再试。"


class SecurityHeaders:
    """Sets the headers of every answer. A handler's own headers win.

    A hook, not a middleware: Litestar answers 404 and 405 before any middleware runs. `today` is called for each answer.
    """

    def __init__(self, today: Callable[[], date], *, is_production: bool) -> None:
        self._today = today
        headers = {**_HEADERS, "Strict-Transport-Security": _HSTS} if is_production else _HEADERS
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    def beside(self, there: Mapping[bytes, bytes], path: str) -> list[tuple[bytes, bytes]]:
        """The headers to add to an answer to `path` that already has those in `there` (lower-case names)."""
        headers = [header for header in self._headers if header[0] not in there]
        if b"cache-control" not in there and _PERSONAL.match(path):
            headers.append((b"cache-control", b"no-store"))
        if path.startswith(_BY_PROGRAMS) and b"json" in there.get(b"content-type", b"") and _AS_FILE[0] not in there:
            headers.append(_AS_FILE)
        return headers

    def present(self) -> tuple[bytes, bytes]:
        """Tells the page the civil date in Shanghai: a phone's clock may be wrong."""
        return _DAY, self._today().isoformat().encode()

    async def before_send(self, message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            there = {name.lower(): value for name, value in headers}
            headers += self.beside(there, scope["path"])
            if _DAY not in there:  # Litestar asks twice
                headers.append(self.present())
                actor = scope["state"].get("actor")
                if actor is not None and actor.key_ends_on is not None:
                    headers.append((b"key-ends-on", actor.key_ends_on.isoformat().encode()))
            message["headers"] = headers


def with_one_host(inner: ASGIApp) -> ASGIApp:
    """Refuses two `Host` headers: one could pass the check here while a proxy in front believes the other."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            headers = scope["headers"]
            hosts = [value for name, value in headers if name == b"host"]
            if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
                scope["headers"] = [(b"host", b"none.invalid"), *(one for one in headers if one[0] != b"host")]
        await inner(scope, receive, send)

    return guarded


def with_marked_ends(inner: ASGIApp) -> ASGIApp:
    """Marks a body as complete when its announced length has arrived. The server would say so only when asked once more, which
    costs another turn of its threads.
    """

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not (missing := announced(scope)):
            await inner(scope, receive, send)
            return

        async def received() -> Any:
            nonlocal missing
            message = await receive()
            if message["type"] == "http.request":
                missing -= len(message.get("body", b""))
                if missing == 0:
                    message["more_body"] = False
            return message

        await inner(scope, received, send)

    return told


def announced(scope: HTTPScope) -> int:
    """The body length that the headers announce; 0 if there is none, if it is malformed, or if the body is chunked."""
    length = 0
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return 0
        if name == b"content-length":
            length = int(value) if value.isdigit() and len(value) <= _MOST_DIGITS else 0
    return length


@cache
def decoder(handler: BaseRouteHandler) -> msgspec.json.Decoder[Any]:
    """A strict decoder of the handler's body, as the OpenAPI document describes it: `0` is not false and `"3"` is not 3.

    It raises msgspec.ValidationError, and ValueError for what is not JSON or not UTF-8. Cached by handler: hashing the body's type
    would take longer than decoding.
    """
    wanted = handler.parsed_data_field
    return msgspec.json.Decoder(wanted.raw if wanted else Any)


def check_json(body: bytes, handler: BaseRouteHandler) -> None:
    """Raises TooLarge, Invalid."""
    if len(body) > MAX_JSON_BYTES and handler.opt.get("access") != "provider":
        raise TooLarge("提交的内容太长。")
    if is_too_deep(body):
        raise Invalid("提交的内容层次太多。")


def time_for_body() -> asyncio.Timeout:
    return asyncio.timeout(BODY_SECONDS)


class GuardedRequest(Request[Any, Any, Any]):
    """Refuses JSON that is too large or too deep before anything parses it."""

    _whole: bytes | None = None

    async def json(self) -> Any:
        """Decodes strictly. Litestar converts leniently, and reports a faulty field with the name of a dependency as a server error.

        Raises ValidationException.
        """
        if self.route_handler.parsed_data_field is None:
            return await super().json()
        try:
            return decoder(self.route_handler).decode(await self.body())
        except msgspec.ValidationError as fault:
            raise ValidationException(extra=[{"key": _field_of(str(fault))}]) from fault
        except ValueError as fault:  # not JSON, or not UTF-8
            raise ClientException from fault

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """With an Idempotency-Key the whole body is kept: the key is bound to it, and it can be read only once."""
        if not getattr(self, "_is_kept", False) and "idempotency-key" in self.headers:
            self._is_kept = True
            await self.body()
        async for chunk in super().stream():
            yield chunk

    async def body(self) -> bytes:
        """Raises TooLarge, Invalid, TooSlow."""
        if self._whole is not None:
            return self._whole
        try:
            async with time_for_body():
                body = await super().body()
        except TimeoutError:
            raise TooSlow from None
        except InternalServerException as fault:
            if self.is_connected:  # the client closed the connection: not a defect, and nobody reads the answer
                raise ClientException from fault
            raise
        if "json" in self.headers.get("content-type", ""):
            check_json(body, self.route_handler)
        self._whole = body
        return body


def _field_of(fault: str) -> str:
    """The field in msgspec's message, never its value; an unknown or missing one with its path."""
    place, field = _PLACE.search(fault), _FIELD.search(fault)
    return ".".join(found[1] for found in (place, field) if found) or "data"


def is_too_deep(body: bytes) -> bool:
    """Whether objects and arrays are nested more than MAX_DEPTH deep; brackets within strings do not count."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    depth = 0
    for token in _TOKENS.finditer(body):
        first = token[0][:1]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif first in b"]}":
            depth -= 1
    return False
