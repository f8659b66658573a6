"""A handler that says `limit="purpose"` is counted by whoever asks, once it is known who that is."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.infra.actors import Actor, Role
from api.infra.clock import Clock
from api.infra.limits import Limiter


class LimitGuard:
    def __init__(self, limiter: Limiter, clock: Clock) -> None:
        self._limiter = limiter
        self._clock = clock

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Stands after the door. Raises TooMany."""
        purpose = handler.opt.get("limit")
        if purpose is None:
            return
        actor: Actor = connection.state["actor"]
        await self._limiter.take(purpose, _key(actor), self._clock.now())

    def take_at_hand(self, actor: Actor, handler: BaseRouteHandler) -> bool:
        """Whether the actor may go on without the database being asked; otherwise nothing is taken."""
        purpose = handler.opt.get("limit")
        return purpose is None or self._limiter.take_at_hand(purpose, _key(actor), self._clock.now())


def _key(actor: Actor) -> str:
    return actor.network if actor.role is Role.NOBODY else actor.id
