"""What nobody in particular asks plainly is answered before Litestar takes the request apart.

A handler says `express=True`. Its own function answers, with the actor, the permit and the place under load that the route
would give, and everything around the routes stays around it. Whatever is not plain, or would be refused, goes to the route with
what was read of it: one place alone decides refusals and their words.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

import msgspec
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from api.http.access import is_open_to_strangers
from api.http.load import Admission
from api.http.security import MAX_JSON_BYTES, announced, check_json, decoder, time_for_body
from api.infra.actors import Actor
from api.infra.errors import Refusal

_PLAIN_TYPES = frozenset({b"application/json", b"application/json; charset=utf-8", b"application/json;charset=UTF-8"})
_NOT_PLAIN = frozenset({b"authorization", b"cookie", b"idempotency-key", b"transfer-encoding", b"content-encoding"})


class Hall(Protocol):
    """What the lane asks of the application."""

    def let_in(self, scope: Scope, handler: Any) -> Actor | None:
        """What the guards settle of somebody without credentials; None where they would refuse or have to ask the database."""

    def service(self, name: str) -> Any:
        """A dependency by its name."""


class _Lane:
    def __init__(self, handler: HTTPRouteHandler, template: str, hall: Hall) -> None:
        self.handler = handler
        self.template = template
        self._hall = hall
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

    async def reply(self, scope: Scope, body: bytes) -> bytes | None:
        """None where it is for the route to answer."""
        try:
            check_json(body, self.handler)
            data = self._decode(body)
        except (Refusal, ValueError):
            return None
        if (actor := self._hall.let_in(scope, self.handler)) is None:
            return None
        given = {name: self._hall.service(name) for name in self._names}
        try:
            return msgspec.json.encode(await self._fn(data=data, actor=actor, **given))
        except Exception:  # the route meets it again, and has the words and the log line for it
            return None


class _Elsewhere(Exception):
    """`messages` are what was read of the body; `is_late`: no more came in time."""

    def __init__(self, messages: list[Any], *, is_late: bool = False) -> None:
        super().__init__()
        self._messages = messages
        self._is_late = is_late

    def replayed(self, receive: Receive) -> Receive:
        left = iter(self._messages)

        async def again() -> Any:
            for message in left:
                return message
            if self._is_late:
                raise TimeoutError
            return await receive()

        return again


class Express:
    """One for each process. `hosts` are the names of this server as they stand in a head."""

    def __init__(self, routes: Iterable[BaseRoute], hall: Hall, admission: Admission, hosts: Collection[str]) -> None:
        self._lanes: Mapping[str, _Lane] = {
            route.path: _Lane(handler, route.path, hall)
            for route in routes
            for handler in getattr(route, "route_handlers", ())
            if handler.opt.get("express")
        }
        self._admission = admission
        self._admitted = admission.middleware(self._answer)
        self._hosts = frozenset(host.encode() for host in hosts)

    def before(self, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or not self._is_plain(scope):
                await app(scope, receive, send)
                return
            lane = self._lanes[scope["path"]]
            scope["route_handler"], scope["path_template"] = lane.handler, lane.template
            if not self._admission.has_room(scope):
                await app(scope, receive, send)
                return
            try:
                await self._admitted(scope, receive, send)
            except _Elsewhere as passed:
                receive = passed.replayed(receive)
            else:
                return
            await app(scope, receive, send)

        return answer

    def _is_plain(self, scope: Any) -> bool:
        if scope["method"] != "POST" or scope["path"] not in self._lanes or scope["query_string"]:
            return False
        headers = dict(scope["headers"])
        return (
            len(headers) == len(scope["headers"])  # what is said twice is not plain
            and _NOT_PLAIN.isdisjoint(headers)
            and headers.get(b"content-type") in _PLAIN_TYPES
            and headers.get(b"host") in self._hosts
            and 0 < announced(scope) <= MAX_JSON_BYTES
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        lane = self._lanes[scope["path"]]
        messages = await _read(receive)
        body = messages[0]["body"] if len(messages) == 1 else b"".join([message["body"] for message in messages])
        if (reply := await lane.reply(scope, body)) is None:
            raise _Elsewhere(messages)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(reply)).encode())]
        await send({"type": "http.response.start", "status": lane.handler.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": reply, "more_body": False})


async def _read(receive: Receive) -> list[Any]:
    """The whole body, as it came. Raises _Elsewhere."""
    messages: list[Any] = []
    try:
        async with time_for_body():
            while not messages or messages[-1]["more_body"]:
                messages.append(await receive())
                if messages[-1]["type"] != "http.request":
                    raise _Elsewhere(messages)
    except TimeoutError:
        raise _Elsewhere(messages, is_late=True) from None
    return messages
