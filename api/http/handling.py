"""From a request to a handler's arguments, and from what it returns to an answer: Litestar's own way, prepared once for each handler.

What Litestar would look up, copy or convert for every request, though it is the same for all or is there in its own type already, is
settled here when a handler is first asked. Left out is what no handler uses: cached responses, dependencies that clean up, transfer
objects and hooks after a response.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Response
from litestar._kwargs import KwargsModel
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.exceptions import ClientException, SerializationException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope, Receive, Send
from litestar.types.empty import Empty
from litestar.utils.scope.state import ScopeState

_AS_THEY_ARE = frozenset({"request"})
"""What is handed on without being converted, besides dependencies."""


class Ready(Response[Any]):
    """JSON that is encoded already, or no body at all, with its headers: it is sent as it stands."""

    __slots__ = ("_headers",)

    def __init__(self, body: bytes, status_code: int = 200, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(content=body, status_code=status_code)
        self._headers = headers

    async def send(self, send: Send) -> None:
        body: bytes = self.content
        shape = ((b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))) if body else ()
        status = self.status_code or 200
        await send({"type": "http.response.start", "status": status, "headers": [*self._headers, *shape]})
        await send({"type": "http.response.body", "body": body, "more_body": False})


class _Step(NamedTuple):
    """One dependency. `names` are those that it takes as they are; None where a value of the request has to be converted for it."""

    key: str
    call: Callable[..., Any]
    is_async: bool
    names: tuple[str, ...] | None
    model: Any


class Handling:
    """Of one handler. Raises TypeError for one that uses what is left out."""

    def __init__(self, handler: HTTPRouteHandler, parameters: KwargsModel) -> None:
        self.handler = handler
        self._fn = handler.fn
        self._is_sync = handler.has_sync_callable
        self._request = handler.resolve_request_class()
        self._guards = handler.resolve_guards()
        self._before = handler.resolve_before_request()
        self._extractors = parameters.extractors
        dependencies = [one for batch in parameters.dependency_batches for one in batch]
        keys = {one.key for one in dependencies}
        # One after the other: Litestar would start a task for each, which costs more than resolving values at hand.
        self._steps = [
            _Step(
                one.key,
                one.provide.dependency,
                not one.provide.has_sync_callable,
                _handed_on(one.provide.signature_model, keys),
                one.provide.signature_model,
            )
            for one in dependencies
        ]
        self._model = handler.signature_model
        self._names = _handed_on(self._model, keys)
        self._of_response: Callable[..., Awaitable[Any]] = handler.get_response_handler(is_response_type_data=True)
        self._of_value: Callable[..., Awaitable[Any]] = handler.get_response_handler(is_response_type_data=False)
        if (
            handler.cache
            or handler.resolve_after_response()
            or handler.resolve_return_dto()
            or any(
                one.provide.has_sync_generator_dependency or one.provide.has_async_generator_dependency
                for one in dependencies
            )
        ):
            raise TypeError(f"{handler} asks for what no handler here is given.")

    async def handle(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        request = self._request(scope=scope, receive=receive, send=send)
        for guard in self._guards:
            await guard(request, self.handler)  # type: ignore[misc]  # Litestar says that it may be no coroutine
        try:
            found = await self._before(request) if self._before is not None else None
            if not found:
                arguments = await self._arguments(request)
                found = self._fn(**arguments) if self._is_sync else await self._fn(**arguments)
            if isinstance(found, Ready):
                await found.send(send)
                return
            shaped = self._of_response if isinstance(found, Response) else self._of_value
            response = await shaped(app=scope["litestar_app"], data=found, request=request)
            await response(scope, receive, send)
        finally:
            if (form := ScopeState.from_scope(scope).form) is not Empty:
                await FormMultiDict.from_form_data(form).close()

    async def _arguments(self, request: Any) -> dict[str, Any]:
        there: dict[str, Any] = {}
        try:
            for extract in self._extractors:
                await extract(there, request)
        except SerializationException as fault:
            raise ClientException(str(fault)) from fault
        if there.get("data") is Empty:
            del there["data"]
        for key, call, is_async, names, model in self._steps:
            taken = _taken(request, there, names, model)
            there[key] = await call(**taken) if is_async else call(**taken)
        return _taken(request, there, self._names, self._model)


def _handed_on(model: Any, dependencies: set[str]) -> tuple[str, ...] | None:
    names = tuple(model._fields)
    return names if set(names) <= dependencies | _AS_THEY_ARE else None


def _taken(request: Any, there: dict[str, Any], names: tuple[str, ...] | None, model: Any) -> dict[str, Any]:
    if names is None:
        converted: dict[str, Any] = model.parse_values_from_connection_kwargs(connection=request, kwargs=there)
        return converted
    return {name: there[name] for name in names}


class Handled(HTTPRoute):
    """A route whose handlers are prepared so. One that was registered becomes it by its class, since Litestar makes the routes."""

    __slots__ = ()

    async def handle(self, scope: HTTPScope, receive: Receive, send: Send) -> None:  # type: ignore[override]  # as Litestar's own
        _, handling = self.route_handler_map[scope["method"]]
        await handling.handle(scope, receive, send)  # type: ignore[attr-defined]  # `Application` puts it there
