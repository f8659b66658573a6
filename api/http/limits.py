"""Limits by caller, after the caller is known: `limit="purpose"` of a handler.

A resident's changes also count against a daily quota of the account: the handler's `quota="kind"`, or else the one for
all changes. `Visit.run` keeps the pace of a kind, in the transaction of the work. Programs have none.

Tries count, and a request whose answer was lost is tried again: where the quota is used up, one that was done already gets
its stored answer, and the work is not done again.
"""

from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.handlers import BaseRouteHandler

from api.http.idempotency import REPEATED, stored_as
from api.infra.actors import Actor, Role
from api.infra.clock import Clock
from api.infra.errors import DailyQuotaUsed
from api.infra.limits import Limiter
from api.infra.once import OnceStore

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_RESIDENTS = frozenset({Role.UNBOUND, Role.RESIDENT})
_ANY_CHANGE = "changes"


class LimitGuard:
    def __init__(self, limiter: Limiter, clock: Clock, once: OnceStore) -> None:
        self._limiter = limiter
        self._clock = clock
        self._once = once

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Runs after the credentials were read. Raises TooMany, DailyQuotaUsed."""
        actor: Actor | None = connection.scope["state"].get("actor")
        if actor is None:
            return
        now = self._clock.now()
        purpose = handler.opt.get("limit")
        if purpose is not None:
            await self._limiter.take(purpose, key_of(actor), now)
        kind = handler.opt.get("quota")
        if kind is None and purpose is None and isinstance(connection, Request) and connection.method not in _READING:
            kind = _ANY_CHANGE
        if kind is not None and actor.role in _RESIDENTS:
            try:
                await self._limiter.take_daily(kind, actor.id, now)
            except DailyQuotaUsed:
                stored = stored_as(connection) if isinstance(connection, Request) else None
                if stored is None or not await self._once.has(stored):
                    raise
                connection.scope["state"][REPEATED] = True

    def take_at_hand(self, actor: Actor, handler: BaseRouteHandler) -> bool:
        """Takes the permits if that needs no database; False, with none taken, if it does."""
        purpose = handler.opt.get("limit")
        return purpose is None or self._limiter.take_at_hand(purpose, key_of(actor), self._clock.now())


def key_of(actor: Actor) -> str:
    """Whose permits they are."""
    return actor.network if actor.role is Role.NOBODY else actor.helper or actor.id
