"""How Litestar registers handlers and resolves their dependencies."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Self, TypeAlias, TypeVar

from litestar import Litestar, Router
from litestar.config.app import AppConfig
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ControllerRouterHandler
from litestar.types.internal_types import RouteHandlerMapItem

from api.http.handling import Handled, Handling

T = TypeVar("T")
Needs: TypeAlias = NamedDependency[T]
"""A handler's argument that the application provides under the argument's name."""


class Given(Provide):
    """A dependency that is equal to itself only.

    Litestar looks for every handler whether two of its dependencies are the same. A comparison of what they are, of every two for
    hundreds of handlers, was half of the time that routes took at start.
    """

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class _Mapped:
    """A router's map of its routes, which Litestar makes anew for each one that it registers."""

    _map: dict[str, RouteHandlerMapItem]
    _mapped: Sequence[BaseRoute] = ()

    @property
    def route_handler_method_map(self: Any) -> dict[str, RouteHandlerMapItem]:
        known = len(self._mapped)
        if known == 0 or self.routes[:known] != self._mapped:  # not yet, or one was replaced by one with more handlers
            self._map, known = {}, 0
        for route in self.routes[known:]:
            if not isinstance(route, HTTPRoute):
                raise TypeError("only routes over HTTP are prepared here")
            methods = self._map.setdefault(route.path, {})
            methods.update((method, handler) for handler in route.route_handlers for method in handler.http_methods)
        self._mapped = list(self.routes)
        made: dict[str, RouteHandlerMapItem] = self._map
        return made


class RegisteredOnce(_Mapped, Router):
    """A router that is made for one application: Litestar would copy it, with all handlers below it, to register it."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class Application(_Mapped, Litestar):
    """Works out what a handler takes when it is first asked for. For all at once that is half of a start, and most are not asked for in
    hours. A handler that cannot be served is found by the tests, which ask for each and for the document of all.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        """Without those for pydantic's and attrs' models, which are loaded where those packages happen to be installed."""
        return [*plugins, MsgspecDIPlugin()]

    @staticmethod
    def _patch_opentelemetry_middleware(config: AppConfig) -> AppConfig:
        """Traces come by their plugin (`tracing.py`), so the package is not loaded to look for a middleware."""
        return config

    def register(self, value: ControllerRouterHandler) -> None:  # type: ignore[override]  # as Litestar's own
        routes = [route for route in Router.register(self, value) if isinstance(route, HTTPRoute)]
        for route in routes:
            route.__class__ = Handled
            for handler in route.route_handlers:
                handler.resolve_opts()
            route.route_handler_map = {
                method: (handler, None)  # type: ignore[misc]  # nobody looks at what it takes before it is asked for
                for handler in route.route_handlers
                for method in handler.http_methods
            }
            for plugin in self.plugins.receive_route:
                plugin.receive_route(route)
        self.asgi_router.construct_routing_trie()
        for route in routes:
            route.route_handler_map = _WhenAsked(self, route)  # type: ignore[assignment]  # only read from now on


class _WhenAsked(Mapping[Any, tuple[HTTPRouteHandler, Any]]):
    """A route's handlers with what they take, from the first look at it on."""

    def __init__(self, app: Litestar, route: HTTPRoute) -> None:
        self._app = app
        self._route = route

    @cached_property
    def _prepared(self) -> Mapping[Any, tuple[HTTPRouteHandler, Any]]:
        for handler in self._route.route_handlers:
            handler.on_registration(self._app)
        self._route.route_handler_map = {}
        self._route.create_handler_map()
        made = self._route.route_handler_map
        prepared = {method: (handler, Handling(handler, parameters)) for method, (handler, parameters) in made.items()}
        self._route.route_handler_map = prepared  # type: ignore[assignment]  # `Handled` is what reads it
        return prepared

    def __getitem__(self, method: Any) -> tuple[HTTPRouteHandler, Any]:
        return self._prepared[method]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._prepared)

    def __len__(self) -> int:
        return len(self._prepared)
