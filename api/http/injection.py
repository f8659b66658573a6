"""How Litestar resolves the dependencies of handlers."""

from typing import Any

from litestar import Litestar


def resolve_in_order(app: Litestar) -> None:
    """Litestar opens a task for each of several dependencies, to wait for them side by side.

    Ours are values at hand, and starting the tasks costs more than all of them: one after another takes no task.
    """
    for route in app.routes:
        handlers: dict[str, Any] = getattr(route, "route_handler_map", {})
        for _, parameters in handlers.values():
            parameters.dependency_batches = [{one} for batch in parameters.dependency_batches for one in batch]
