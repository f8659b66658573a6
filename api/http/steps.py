"""The URLs of steps: one piece makes a route of each thing that somebody does with one case."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.mongo import Tx

B = TypeVar("B")  # the body
C = TypeVar("C")  # the case after the step
G = TypeVar("G")  # what the step is given of the case: the case, or its id
H = TypeVar("H")  # the service whose use cases the steps are
S = TypeVar("S")  # the controller
V = TypeVar("V")  # what is shown of the case


class Turn(NamedTuple, Generic[G]):
    """What every step begins with: the transaction, who takes it, the case, when."""

    tx: Tx
    actor: Actor
    case: G
    now: datetime


@runtime_checkable
class _Versioned(Protocol):
    @property
    def version(self) -> int | None: ...


async def by_id(tx: Tx, actor: Actor, case_id: str, now: datetime, version: int | None) -> str:
    """For errands whose use cases read the case themselves."""
    return case_id


class Steps(Generic[H, G, C, V]):
    """Runs one step of the case that the URL names, and shows the outcome to who took it."""

    def __init__(
        self,
        visit: Visit,
        service: H,
        case_id: str,
        find: Callable[[Tx, Actor, str, datetime, int | None], Awaitable[G]],
        show: Callable[[Actor, C, datetime, Tx], Awaitable[V]],
    ) -> None:
        """`find` is asked with the version that the actor saw, None where the body names none."""
        self.service = service
        self.case_id = case_id
        self._visit = visit
        self._find = find
        self._show = show

    async def take(self, step: Callable[[Turn[G]], Awaitable[C]], data: object = None) -> Response[V]:
        actor, now = self._visit.actor, self._visit.now
        version = data.version if isinstance(data, _Versioned) else None

        async def work(tx: Tx) -> V:
            case = await self._find(tx, actor, self.case_id, now, version)
            after = await step(Turn(tx, actor, case, now))
            return await self._show(actor, after, now, tx)

        return await self._visit.run(work)


class StepRoutes(Generic[H, G, C, V]):
    """Decorates the steps of one controller, whose dependency `steps` is a `Steps` of the same kind.

    A step is a method `(self, service, turn, data) -> case` with `data: JSONBody[...]`; without a body, see `bare`.
    """

    def __init__(
        self,
        path: str,
        answer: type[Response[V]],
        *,
        access: str,
        scope: str | None = None,
    ) -> None:
        """`path` names the case; `answer` is what every step replies with. Every step takes `Idempotency-Key`."""
        self._path = path
        self._answer = answer
        self._opt = {"access": access, "scope": scope}

    def __call__(
        self, action: str, operation_id: str
    ) -> Callable[[Callable[[S, H, Turn[G], B], Awaitable[C]]], HTTPRouteHandler]:
        """`action`: the last part of the path."""

        def make(step: Callable[[S, H, Turn[G], B], Awaitable[C]]) -> HTTPRouteHandler:
            async def handler(self: S, data: JSONBody[B], steps: NamedDependency[Steps[H, G, C, V]]) -> Response[V]:
                return await steps.take(lambda turn: step(self, steps.service, turn, data), data)

            handler.__annotations__["data"] = step.__annotations__["data"]
            return self._route(handler, step, action, operation_id)

        return make

    def bare(
        self, action: str, operation_id: str
    ) -> Callable[[Callable[[S, H, Turn[G]], Awaitable[C]]], HTTPRouteHandler]:
        """For a step without a body."""

        def make(step: Callable[[S, H, Turn[G]], Awaitable[C]]) -> HTTPRouteHandler:
            async def handler(self: S, steps: NamedDependency[Steps[H, G, C, V]]) -> Response[V]:
                return await steps.take(lambda turn: step(self, steps.service, turn))

            return self._route(handler, step, action, operation_id)

        return make

    def _route(
        self, handler: Callable[..., Any], step: Callable[..., Any], action: str, operation_id: str
    ) -> HTTPRouteHandler:
        """`handler` under the name of the step, with the answer that the controller names."""
        for name in ("__name__", "__doc__", "__module__"):
            setattr(handler, name, getattr(step, name))
        handler.__annotations__["return"] = self._answer
        return post(f"{self._path}/{action}", operation_id=operation_id, status_code=200, opt=self._opt)(handler)
