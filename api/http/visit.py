"""The dependency `visit` of nearly every handler: who asks, when, and one transaction for a POST's work, its pace and its stored answer."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, TypeVar

from litestar import Request, Response

from api.http.access import current_actor
from api.http.idempotency import make_once
from api.http.injection import Needs
from api.http.limits import key_of
from api.infra.actors import Actor
from api.infra.clock import Clock, civil_date
from api.infra.limits import Limiter
from api.infra.mongo import Database, Tx
from api.infra.once import OnceStore

T = TypeVar("T")


class Visit:
    """One request. `now` is an aware instant in UTC and stays the same for the whole request."""

    def __init__(
        self,
        actor: Actor,
        now: datetime,
        request: Request[Any, Any, Any],
        database: Database,
        store: OnceStore,
        clock: Clock,
        limiter: Limiter,
    ) -> None:
        self.actor = actor
        self.now = now
        self._request = request
        self._database = database
        self._store = store
        self._clock = clock
        self._limiter = limiter

    @property
    def today(self) -> date:
        """The civil date in Shanghai."""
        return civil_date(self.now)

    async def run(self, work: Callable[[Tx], Awaitable[T]], show: Callable[[T], Any] | None = None) -> Response[Any]:
        """Runs `work` in a transaction and answers with its result, passed through `show`. The answer is stored under the caller's
        `Idempotency-Key` in the same transaction. `work` may run more than once, each time in a fresh transaction.

        Where the handler's `quota` has a pace, a person is held to it. What is refused for another reason costs no time, and a
        request that comes again gets its stored answer at once. Raises TooFast, and whatever `work` raises.
        """
        kind = self._request.route_handler.opt.get("quota")

        async def shown(tx: Tx) -> Any:
            done = await work(tx)
            if kind is not None and not self.actor.is_program:
                await self._limiter.keep_pace(tx, kind, self.actor.signed_in_as, self.now)
            return show(done) if show else done

        once = await make_once(self._request, self._database, self._store, self._clock)
        return await once.run(shown)

    async def give_back(self) -> None:
        """Returns the permit of the handler's `limit`, where that counts failures only. Call after success, outside a transaction."""
        await self._limiter.give_back(self._request.route_handler.opt["limit"], key_of(self.actor), self.now)


async def make_visit(
    request: Request[Any, Any, Any],
    database: Needs[Database],
    once: Needs[OnceStore],
    clock: Needs[Clock],
    limiter: Needs[Limiter],
) -> Visit:
    return Visit(await current_actor(request), clock.now(), request, database, once, clock, limiter)
