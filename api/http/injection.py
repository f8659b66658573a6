"""How Litestar resolves the dependencies of handlers."""

from typing import Any, Self

from litestar import Litestar, Router
from litestar.di import Provide


class Given(Provide):
    """A dependency that is equal to itself only.

    Litestar looks for every handler whether two of its dependencies are the same. A comparison of what they are, of every two for
    hundreds of handlers, was half of the time that routes took at start.
    """

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class RegisteredOnce(Router):
    """A router that is made for one application: Litestar would copy it, with all handlers below it, to register it."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def resolve_in_order(app: Litestar) -> None:
    """Makes Litestar resolve dependencies one after another. It would start a task for each of them.

    Ours are values at hand: starting the tasks costs more than resolving them.
    """
    for route in app.routes:
        handlers: dict[str, Any] = getattr(route, "route_handler_map", {})
        for _, parameters in handlers.values():
            parameters.dependency_batches = [{one} for batch in parameters.dependency_batches for one in batch]
