"""Answers anonymous questions to the bot before Litestar's routing; anything unusual falls through to the route.

A handler says `fast_lane=True`. Its own function is called with the actor, permit and headers that the route would
give. The answer is counted like the route's, and given only while the route would have room. For a stranger it asks
nothing of the database, so it needs neither a queue nor a time limit. A request with unusual headers, or one that would
be refused, goes to the route together with what was already read of it, so that refusals are worded in one place. Both
ways are counted (docs/decisions/0016).

Those who come together go in step: all are read, then all are answered, then all answers are sent, then all are
counted. What one step needs then stays in the processor's caches, where each step of one request would throw out what
the step before had loaded.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

import msgspec
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute
from litestar.types import ASGIApp, Receive, Scope, Send
from prometheus_client import Counter

from api.http.access import is_open_to_strangers
from api.http.load import Admission, room_of_plain
from api.http.metrics import count_answers
from api.http.security import MAX_JSON_BYTES, SecurityHeaders, announced, check_json, decoder
from api.infra.actors import Actor
from api.infra.errors import Refusal

_PLAIN_TYPES = frozenset({b"application/json", b"application/json; charset=utf-8", b"application/json;charset=UTF-8"})
_JSON = (b"content-type", b"application/json")
_NOT_PLAIN = frozenset({b"authorization", b"cookie", b"idempotency-key", b"transfer-encoding", b"content-encoding"})


_taken = Counter("credit_window_fast_lane_total", "Questions at the fast lane, by who answered.", ["answered"])


class Application(Protocol):
    """What the fast lane needs of the application."""

    def let_in(self, scope: Scope, handler: Any) -> Actor | None:
        """The actor of a request without credentials; None if the guards would refuse it or would have to ask the database."""

    def service(self, name: str) -> Any:
        """A dependency by its name."""


class _Lane:
    def __init__(
        self, handler: HTTPRouteHandler, template: str, application: Application, security: SecurityHeaders
    ) -> None:
        self.handler = handler
        self.template = template
        self.room = room_of_plain(handler)
        self.status = handler.status_code
        self._security = security
        self.headers = security.beside(dict((_JSON, (b"content-length", b""))), template)
        self._application = application
        self._took: list[float] = []  # of those that were sent and not yet counted
        self._at_once = _taken.labels("at once")
        self._fn: Callable[..., Awaitable[Any]] = handler.fn
        self._decode = decoder(handler).decode
        self._names = tuple(handler.parsed_fn_signature.parameters.keys() - {"data", "actor"})
        returned = handler.parsed_return_field
        if not (
            is_open_to_strangers(handler)
            and {"data", "actor"} <= handler.parsed_fn_signature.parameters.keys()
            and returned.is_subclass_of(msgspec.Struct)
        ):
            raise TypeError(f"{template} cannot be answered before its route.")

    def read(self, scope: Scope, body: bytes) -> dict[str, Any] | None:
        """What the handler's function takes; None if the route has to answer."""
        try:
            check_json(body, self.handler)
            data = self._decode(body)
        except (Refusal, ValueError):
            return None
        if (actor := self._application.let_in(scope, self.handler)) is None:
            return None
        return {"data": data, "actor": actor, **{name: self._application.service(name) for name in self._names}}

    async def reply(self, given: Mapping[str, Any]) -> bytes | None:
        """The answer; None if the route has to give it."""
        try:
            return msgspec.json.encode(await self._fn(**given))
        except Exception:  # the route handles it, with its message and log line
            return None

    def present(self) -> tuple[bytes, bytes]:
        """The same for all that are sent together."""
        if not self._took:
            self._present = self._security.present()
        return self._present

    def count(self, seconds: float) -> None:
        """Soon, together with the others that are being sent."""
        if not self._took:
            asyncio.get_running_loop().call_soon(self._count)
        self._took.append(seconds)

    def _count(self) -> None:
        took, self._took = self._took, []
        self._at_once.inc(len(took))
        count_answers("POST", self.template, self.status, took)


class FastLane:
    """One for each process. `hosts` are the values of the `Host` header that name this server."""

    def __init__(
        self,
        routes: Iterable[BaseRoute],
        application: Application,
        admission: Admission,
        hosts: Collection[str],
        security: SecurityHeaders,
    ) -> None:
        self._lanes: Mapping[str, _Lane] = {
            route.path: _Lane(handler, route.path, application, security)
            for route in routes
            for handler in getattr(route, "route_handlers", ())
            if handler.opt.get("fast_lane")
        }
        self._admission = admission
        self._hosts = frozenset(host.encode() for host in hosts)

    def before(self, app: ASGIApp) -> ASGIApp:
        """The outermost layer: it does here what every layer of `app` would do for such a request.

        Only a body that arrives at once is answered here. A slow one is handed to the route, which limits the time for the rest.
        """
        lane_at, admission, by_route = self._lanes.get, self._admission, _taken.labels("by its route")

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or (lane := lane_at(scope["path"])) is None:
                await app(scope, receive, send)
                return
            if not (size := self._plain_size(scope)):
                by_route.inc()
                await app(scope, receive, send)
                return
            begun = time.perf_counter()
            coming = receive()
            await asyncio.sleep(0)  # the server reads it meanwhile: what is there already wakes nobody
            first: Any = await coming
            body = first.get("body", b"")
            given = lane.read(scope, body) if len(body) == size and admission.has_room(lane.room) else None
            if given is not None:
                await asyncio.sleep(0)  # the others are read
            if given is None or (reply := await lane.reply(given)) is None:
                by_route.inc()
                await app(scope, _replayed(first, receive), send)
                return
            await asyncio.sleep(0)  # the others are answered
            headers = [_JSON, (b"content-length", b"%d" % len(reply)), *lane.headers, lane.present()]
            await send({"type": "http.response.start", "status": lane.status, "headers": headers})
            await send({"type": "http.response.body", "body": reply, "more_body": False})
            lane.count(time.perf_counter() - begun)

        return answer

    def _plain_size(self, scope: Any) -> int:
        """The body length of a plain question; 0 for any other request."""
        if scope["method"] != "POST" or scope["query_string"]:
            return 0
        headers = dict(scope["headers"])
        if (
            len(headers) != len(scope["headers"])  # what is said twice is not plain
            or not _NOT_PLAIN.isdisjoint(headers)
            or headers.get(b"content-type") not in _PLAIN_TYPES
            or headers.get(b"host") not in self._hosts
        ):
            return 0
        size = announced(scope)
        return size if size <= MAX_JSON_BYTES else 0


def _replayed(first: Any, receive: Receive) -> Receive:
    """Gives the route the messages that were already read, then the rest."""
    left = [first]

    async def again() -> Any:
        return left.pop() if left else await receive()

    return again
