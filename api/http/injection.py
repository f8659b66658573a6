"""How Litestar resolves the dependencies of handlers."""

from typing import Any

from litestar import Litestar


def resolve_in_order(app: Litestar) -> None:
    """Makes Litestar resolve dependencies one after another. It would start a task for each of them.

    Ours are values at hand: starting the tasks costs more than resolving them.
    """
    for route in app.routes:
        handlers: dict[str, Any] = getattr(route, "route_handler_map", {})
        for _, parameters in handlers.values():
            parameters.dependency_batches = [{one} for batch in parameters.dependency_batches for one in batch]
