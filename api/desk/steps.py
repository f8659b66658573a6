"""The URLs of steps: one piece makes a route of each thing that an officer or a unit does with a case."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from api.desk.schemas import StaffStep, UnitStep
from api.evidence.routes import Upload
from api.evidence.service import EvidenceService
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx

B = TypeVar("B")
C = TypeVar("C")
H = TypeVar("H")
S = TypeVar("S")
V = TypeVar("V", covariant=True)


class Turn(NamedTuple, Generic[C]):
    """What every step begins with: who takes it, when, and the case as it stands in the transaction."""

    tx: Tx
    actor: Actor
    case: C
    now: datetime


class Cases(Protocol[C, V]):
    """The casework of an errand."""

    async def for_step(self, tx: Tx, actor: Actor, case_id: str, now: datetime, version: int | None = None) -> C: ...

    async def show(self, actor: Actor, case: C, now: datetime, tx: Tx = None) -> V: ...


class Steps(Generic[H, C, V]):
    """Runs one step of the case that the URL names, and shows the outcome to who took it."""

    def __init__(self, actor: Actor, once: Once, cases: Cases[C, V], handling: H, clock: Clock, case_id: str) -> None:
        self.handling = handling
        self._actor = actor
        self._once = once
        self._cases = cases
        self._clock = clock
        self._case_id = case_id

    async def take(self, step: Callable[[Turn[C]], Awaitable[C]], version: int | None = None) -> Response[V]:
        """`version`: what the actor saw; None where that does not matter."""
        now = self._clock.now()

        async def work(tx: Tx) -> V:
            case = await self._cases.for_step(tx, self._actor, self._case_id, now, version)
            after = await step(Turn(tx, self._actor, case, now))
            return await self._cases.show(self._actor, after, now, tx)

        return await self._once.run(work)

    async def attach(self, evidence: EvidenceService, data: Upload) -> Response[V]:
        """Puts a file into the case; raises what `EvidenceService.look_at` raises."""
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def add(turn: Turn[C]) -> C:
            await evidence.add(turn.tx, turn.actor.id, self._case_id, file, turn.now)
            return turn.case

        return await self.take(add)


class StepRoutes(Generic[H, C, V]):
    """Decorates the steps of one controller, whose dependency `steps` is a `Steps` of the same errand.

    A step is a method `(self, handling, turn, data) -> case` with `data: JSONBody[...]`.
    """

    def __init__(self, case: str, answer: type[Response[V]], *, access: str, scope: str | None = None) -> None:
        """`case`: the part of the path that names it; `answer`: what every step replies with."""
        self._case = case
        self._answer = answer
        self._opt = {"access": access, "scope": scope}

    def __call__(
        self, action: str, operation_id: str
    ) -> Callable[[Callable[[S, H, Turn[C], B], Awaitable[C]]], HTTPRouteHandler]:
        """`action`: the last part of the path."""

        def make(step: Callable[[S, H, Turn[C], B], Awaitable[C]]) -> HTTPRouteHandler:
            async def handler(self: S, data: JSONBody[B], steps: NamedDependency[Steps[H, C, V]]) -> Response[V]:
                version = data.version if isinstance(data, StaffStep | UnitStep) else None
                return await steps.take(lambda turn: step(self, steps.handling, turn, data), version)

            handler.__name__ = step.__name__
            handler.__doc__ = step.__doc__
            handler.__module__ = step.__module__
            handler.__annotations__ |= {"data": step.__annotations__["data"], "return": self._answer}
            return post(f"{self._case}/{action}", operation_id=operation_id, status_code=200, opt=self._opt)(handler)

        return make
