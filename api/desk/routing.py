"""The routes that every errand has of its cases, for one role: the list, one case, its files and papers, each step."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from inspect import Parameter, Signature
from typing import Annotated, Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from litestar import Controller, Response, get, post
from litestar.di import Dependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, MultipartBody

from api.desk.casework import Casework, Turn
from api.desk.documents import ResultDocument, sheet_of_result
from api.desk.schemas import Nothing
from api.evidence.service import EvidenceService
from api.evidence.transfer import OfficialUpload, Upload, download
from api.http.access import needs
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.mongo import Database, Tx
from api.infra.paging import Page
from api.papers.answers import PDF, pdf_response
from api.papers.service import PaperService

B = TypeVar("B")  # the body
C = TypeVar("C")  # the case
K = TypeVar("K", bound=Controller)
H = TypeVar("H")  # the service whose use cases the steps are
L = TypeVar("L")  # a line of the list
S = TypeVar("S")  # the controller
V = TypeVar("V")  # what is shown of the case
W = TypeVar("W", bound=Casework[Any])  # the errand's service


@runtime_checkable
class _Versioned(Protocol):
    @property
    def version(self) -> int | None: ...


class Served(NamedTuple, Generic[H]):
    """A service, and the name by which the application provides it."""

    name: str
    kind: type[H]


class OneCase(Generic[W, H, C, V]):
    """The case that the URL names: the dependency `one` of every errand's handlers."""

    def __init__(
        self,
        visit: Visit,
        cases: W,
        handling: H,
        case_id: str,
        show: Callable[[W, Actor, C, datetime, Tx], Awaitable[V]],
    ) -> None:
        self.visit = visit
        self.cases = cases
        self.handling = handling
        self.case_id = case_id
        self._show = show

    async def read(self) -> V:
        """The case as the actor may see it; a read of another person's case is audited."""
        case = await self.cases.read_by(self.visit.actor, self.case_id, self.visit.now)
        return await self._show(self.cases, self.visit.actor, case, self.visit.now, None)

    async def document(self) -> ResultDocument:
        """The written decision. Raises ResultNotReady."""
        return await self.cases.document(self.visit.actor, self.case_id, self.visit.now)

    async def paper(self, papers: PaperService, kind: str) -> tuple[bytes, str]:
        """The written decision as PDF, issued with its code; and its number."""
        actor, now = self.visit.actor, self.visit.now
        case = await self.cases.read_by(actor, self.case_id, now)
        document = await self.cases.written(case)
        sheet = sheet_of_result(document)
        return await papers.issue(actor, kind, case.subject, document.number, sheet, now, ref=case.id), document.number

    async def draft(self, step: Callable[[H, Turn[C], B], Awaitable[C]], data: B, database: Database) -> ResultDocument:
        """The decision as it would be sent: the step is taken and rolled back. Raises whatever the step raises. The read is
        audited.
        """
        actor, now = self.visit.actor, self.visit.now
        version = data.version if isinstance(data, _Versioned) else None

        async def work(tx: Tx) -> tuple[Any, ResultDocument]:
            case = await self.cases.for_step(tx, actor, self.case_id, now, version)
            after = await step(self.handling, Turn(tx, actor, case, now), data)
            return after, await self.cases.written(after, tx)

        case, document = await database.rehearse(work)
        await self.cases.audits.write(
            None, actor, f"{self.cases.errand.name}.draft", case.id, now, subject=case.subject
        )
        return document

    async def take(self, step: Callable[[Turn[C]], Awaitable[C]], data: object = None) -> Response[V]:
        """Takes one step and answers with the case afterwards. Refuses if the body names another version than the current one."""
        actor, now = self.visit.actor, self.visit.now
        version = data.version if isinstance(data, _Versioned) else None

        async def work(tx: Tx) -> V:
            case = await self.cases.for_step(tx, actor, self.case_id, now, version)
            after = await step(Turn(tx, actor, case, now))
            return await self._show(self.cases, actor, after, now, tx)

        return await self.visit.run(work)


async def _own(cases: Casework[C], visit: Visit, asked: Asked) -> Page[C]:
    return await cases.page(visit.actor, *asked)


def shown(of: Callable[[C], V]) -> Callable[[Any, Actor, C, datetime, Tx], Awaitable[V]]:
    """A `show` for views that depend on neither reader nor time."""

    async def show(cases: Any, actor: Actor, case: C, now: datetime, tx: Tx) -> V:
        return of(case)

    return show


class CaseRoutes(Generic[W, H, C, V]):
    """Makes the handlers of one controller, which `controller` decorates.

    A step is a method `(self, service, turn, data) -> case` with `data: JSONBody[...]`; for steps that take no more than their turn see `plain` and `bare`.
    """

    def __init__(
        self,
        cases: Served[W],
        handling: Served[H],
        case_id: str,
        show: Callable[[W, Actor, C, datetime, Tx], Awaitable[V]],
        view: type[V],
        *,
        access: str,
        scope: str | None = None,
    ) -> None:
        """`case_id` is the URL's parameter; every step replies with `view` and takes an `Idempotency-Key`."""
        self._path = f"/{{{case_id}:str}}"
        of: Any = Response
        self._answer = of[view]
        self._view = view
        self._opt = needs(access, scope)
        self._printing = {"limit": "pdf", "quota": "documents"} if access == "resident" else {"limit": "pdf"}

        async def one(**given: Any) -> OneCase[W, H, C, V]:
            return OneCase(given["visit"], given[cases.name], given[handling.name], given[case_id], show)

        async def all_of_them(**given: Any) -> Any:
            return given[cases.name]

        services = {served.name: served.kind for served in (cases, handling)}
        self._tag = cases.name
        self._made_of = (cases, handling, case_id, show, view)
        self._dependencies = {
            "one": _provided(one, {"visit": Visit, **services}, {case_id: FromPath[str]}),
            "cases": _provided(all_of_them, {cases.name: cases.kind}, {}),
        }

    def to(self, access: str, scope: str | None = None) -> "CaseRoutes[W, H, C, V]":
        """The same cases and steps for another role."""
        return CaseRoutes(*self._made_of, access=access, scope=scope)

    def controller(self, path: str) -> Callable[[type[K]], type[K]]:
        """Gives a controller its path, the errand's tag, who may call its handlers, and what they depend on."""
        given = {"path": path, "tags": (self._tag,), "opt": self._opt, "dependencies": self._dependencies}

        def make(controller: type[K]) -> type[K]:
            for name, value in given.items():
                setattr(controller, name, value)
            return controller

        return make

    def __call__(
        self, action: str, operation_id: str, *, quota: str | None = None
    ) -> Callable[[Callable[[S, H, Turn[C], B], Awaitable[C]]], HTTPRouteHandler]:
        """`action` is the last part of the path; `quota` names the daily quota that it counts against, instead of that for steps."""

        def make(step: Callable[[S, H, Turn[C], B], Awaitable[C]]) -> HTTPRouteHandler:
            async def handler(self: S, data: JSONBody[B], one: Needs[OneCase[W, H, C, V]]) -> Response[V]:
                return await one.take(lambda turn: step(self, one.handling, turn, data), data)

            handler.__annotations__["data"] = step.__annotations__["data"]
            _name(handler, step, self._answer)
            return self._post(handler, action, operation_id, quota)

        return make

    def plain(
        self, action: str, operation_id: str, step: Callable[[H, Turn[C]], Awaitable[C]], description: str
    ) -> HTTPRouteHandler:
        """A step that needs no more than its turn: its body is an empty object."""

        async def plain(self: S, data: JSONBody[Nothing], one: Needs[OneCase[W, H, C, V]]) -> Response[V]:
            return await one.take(lambda turn: step(one.handling, turn), data)

        plain.__name__, plain.__doc__ = action.replace("-", "_"), description
        return self._post(plain, action, operation_id)

    def bare(
        self,
        action: str,
        operation_id: str,
        step: Callable[[H, Turn[C]], Awaitable[C]],
        description: str,
        *,
        quota: str | None = None,
    ) -> HTTPRouteHandler:
        """The same without a body."""

        async def bare(self: S, one: Needs[OneCase[W, H, C, V]]) -> Response[V]:
            return await one.take(lambda turn: step(one.handling, turn))

        bare.__name__, bare.__doc__ = action.replace("-", "_"), description
        return self._post(bare, action, operation_id, quota)

    def list(
        self, operation_id: str, find: Callable[[W, Visit, Asked], Awaitable[Page[C]]] = _own
    ) -> Callable[[Callable[[S, W, C, Visit], L]], HTTPRouteHandler]:
        """A list of the cases that `find` returns, by default the actor's own, newest first. The method makes the line of each:
        `(self, service, case, visit) -> line`.
        """

        def make(line: Callable[[S, W, C, Visit], L]) -> HTTPRouteHandler:
            async def handler(self: S, visit: Needs[Visit], cases: Needs[W], asked: Needs[Asked]) -> Page[L]:
                page = await find(cases, visit, asked)
                return page.map(lambda case: line(self, cases, case, visit))

            each: Any = line.__annotations__["return"]
            _name(handler, line, Page[each])
            return get(operation_id=operation_id)(handler)

        return make

    def read(self, operation_id: str, description: str) -> HTTPRouteHandler:
        """One case."""

        async def read(self: S, one: Needs[OneCase[W, H, C, V]]) -> V:
            return await one.read()

        read.__doc__, read.__annotations__["return"] = description, self._view
        return get(self._path, operation_id=operation_id)(read)

    def document(self, name: str, operation_id: str, description: str) -> HTTPRouteHandler:
        """The written decision as JSON; `name` is the last part of the path."""

        async def document(self: S, one: Needs[OneCase[W, H, C, V]]) -> ResultDocument:
            return await one.document()

        document.__name__, document.__doc__ = name, description
        return get(f"{self._path}/{name}", operation_id=operation_id)(document)

    def paper(self, name: str, operation_id: str, kind: str, description: str) -> HTTPRouteHandler:
        """The written decision as PDF; `kind` is the kind of document that it is issued as."""

        async def paper(self: S, one: Needs[OneCase[W, H, C, V]], papers: Needs[PaperService]) -> Response[bytes]:
            return pdf_response(*await one.paper(papers, kind))

        paper.__name__, paper.__doc__ = f"{name}_pdf", description
        path = f"{self._path}/{name}.pdf"
        return get(path, operation_id=operation_id, media_type=PDF, opt=self._printing)(paper)

    def draft(self, operation_id: str, step: Callable[[H, Turn[C], B], Awaitable[C]]) -> HTTPRouteHandler:
        """What a decision would say before it is made."""

        async def draft(
            self: S, data: JSONBody[B], one: Needs[OneCase[W, H, C, V]], database: Needs[Database]
        ) -> ResultDocument:
            """Show the paper that the resident would get from what is in the form. Nothing is decided or stored."""
            return await one.draft(step, data, database)

        draft.__annotations__["data"] = step.__annotations__["data"]
        path = f"{self._path}/draft"
        return post(path, operation_id=operation_id, status_code=200, opt={"keyless": True})(draft)

    def draft_paper(self, operation_id: str, step: Callable[[H, Turn[C], B], Awaitable[C]]) -> HTTPRouteHandler:
        """The same on paper."""

        async def draft_pdf(
            self: S,
            data: JSONBody[B],
            one: Needs[OneCase[W, H, C, V]],
            database: Needs[Database],
            papers: Needs[PaperService],
        ) -> Response[bytes]:
            """Download the draft as PDF, marked as a draft on every page and without a code."""
            document = await one.draft(step, data, database)
            return pdf_response(await papers.draft(sheet_of_result(document), document.number, one.visit.now), "draft")

        draft_pdf.__annotations__["data"] = step.__annotations__["data"]
        return post(
            f"{self._path}/draft.pdf",
            operation_id=operation_id,
            status_code=200,
            media_type=PDF,
            opt={"keyless": True, "limit": "pdf"},
        )(draft_pdf)

    def file(self, operation_id: str) -> HTTPRouteHandler:
        """A file of the case."""

        async def read_evidence(
            self: S, evidence_id: FromPath[str], one: Needs[OneCase[W, H, C, V]]
        ) -> Response[bytes]:
            """Downloads a file of the case. Reading another person's file is recorded in the audit."""
            visit = one.visit
            return download(*await one.cases.open_file(visit.actor, one.case_id, evidence_id, visit.now))

        path = f"{self._path}/evidence/{{evidence_id:str}}"
        return get(path, operation_id=operation_id)(read_evidence)

    def add_file(self, operation_id: str) -> HTTPRouteHandler:
        """The resident's own file for a case that is open."""

        async def add_evidence(
            self: S, data: MultipartBody[Upload], one: Needs[OneCase[W, H, C, V]], evidence: Needs[EvidenceService]
        ) -> Response[V]:
            """Add a file to an open case."""
            await one.cases.seen_by(one.visit.actor, one.case_id, one.visit.now)
            file = await evidence.look_at(data.file.filename, await data.file.read())
            return await one.take(lambda turn: one.cases.add_evidence(turn, file))

        add_evidence.__annotations__["return"] = self._answer
        opt = {"limit": "upload", "quota": "uploads"}
        return post(f"{self._path}/evidence", operation_id=operation_id, opt=opt)(add_evidence)

    def add_official_file(self, operation_id: str) -> HTTPRouteHandler:
        """A file from the officer or unit that works the case."""

        async def add_evidence(
            self: S,
            data: MultipartBody[OfficialUpload],
            one: Needs[OneCase[W, H, C, V]],
            evidence: Needs[EvidenceService],
        ) -> Response[V]:
            """Add a file to the case, such as the order for an examination."""
            await one.cases.seen_by(one.visit.actor, one.case_id, one.visit.now)
            file = await evidence.look_at(data.file.filename, await data.file.read())
            return await one.take(lambda turn: one.cases.add_official(turn, file, data.kind))

        add_evidence.__annotations__["return"] = self._answer
        path = f"{self._path}/evidence"
        return post(path, operation_id=operation_id, status_code=200)(add_evidence)

    def _post(
        self, handler: Callable[..., Any], action: str, operation_id: str, quota: str | None = None
    ) -> HTTPRouteHandler:
        handler.__annotations__["return"] = self._answer
        opt = {"quota": quota or "steps"}
        return post(f"{self._path}/{action}", operation_id=operation_id, status_code=200, opt=opt)(handler)


def _name(handler: Callable[..., Any], method: Callable[..., Any], answer: Any) -> None:
    """`handler` under the name of the method that it replaces, with the controller's reply type."""
    for name in ("__name__", "__doc__", "__module__"):
        setattr(handler, name, getattr(method, name))
    handler.__annotations__["return"] = answer


def _provided(
    make: Callable[..., Coroutine[Any, Any, Any]], services: dict[str, type[Any]], path: dict[str, Any]
) -> Provide:
    """Gives `make` a signature that names `services` and the parameters of the `path`, which differ by errand."""
    wanted = {**{name: Annotated[kind, Dependency()] for name, kind in services.items()}, **path}
    parameters = [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in wanted.items()]
    make.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # read by `inspect.signature`
    make.__annotations__ = wanted
    return Provide(make)
