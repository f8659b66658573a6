"""Routes of declarations."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.declarations.guard import screened
from api.declarations.kinds import declarable, kinds, statement, warning
from api.declarations.schemas import (
    Check,
    CheckView,
    DeclarationView,
    Declare,
    Edit,
    FormView,
    Jurisdiction,
    KindView,
    WordingView,
)
from api.declarations.service import DeclarationService
from api.http.idempotency import Once
from api.http.paging import Limit
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page


class DeclarationController(Controller):
    path = "/me/declarations"
    tags = ("declarations",)

    @get("/form", access="resident", operation_id="readDeclarationForm")
    async def form(self, jurisdiction: FromQuery[Jurisdiction], clock: NamedDependency[Clock]) -> FormView:
        """What may be declared in a place, and the statement of truth to accept."""
        return FormView(
            jurisdiction=jurisdiction,
            kinds=tuple(
                KindView(code=kind.code, title=kind.title, hint=kind.hint, is_market=kind.is_market)
                for kind in kinds(jurisdiction)
            ),
            statement=WordingView.of(statement(jurisdiction, clock.today())),
        )

    @post("/check", access="resident", operation_id="checkDeclaration", status_code=200)
    async def check(self, data: JSONBody[Check], clock: NamedDependency[Clock]) -> CheckView:
        """What in the text has to go or needs written consent, with the warning to show. Stores nothing."""
        today = clock.today()
        declarable(data.jurisdiction, data.kind, today)
        return CheckView.of(
            screened(data.text, data.jurisdiction),
            statement(data.jurisdiction, today),
            warning(data.jurisdiction, today),
        )

    @post(access="resident", operation_id="declare")
    async def declare(
        self,
        data: JSONBody[Declare],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        declarations: NamedDependency[DeclarationService],
        clock: NamedDependency[Clock],
    ) -> Response[DeclarationView]:
        """Declare something about yourself. Shown apart, as not verified."""
        now = clock.now()

        async def work(tx: Tx) -> DeclarationView:
            return DeclarationView.of(await declarations.declare(tx, actor, data.jurisdiction, data.kind, data, now))

        return await once.run(work)

    @get(access="resident", operation_id="listDeclarations")
    async def page(
        self,
        actor: NamedDependency[Actor],
        declarations: NamedDependency[DeclarationService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[DeclarationView]:
        """Your declarations, newest first, withdrawn ones included."""
        found = await declarations.page(actor, cursor, limit)
        return found.map(DeclarationView.of)

    @get("/{declaration_id:str}", access="resident", operation_id="readDeclaration")
    async def read(
        self,
        declaration_id: FromPath[str],
        actor: NamedDependency[Actor],
        declarations: NamedDependency[DeclarationService],
        clock: NamedDependency[Clock],
    ) -> DeclarationView:
        """One declaration with all its wordings."""
        return DeclarationView.of(await declarations.owned(actor, declaration_id, clock.now()))

    @post("/{declaration_id:str}/edit", access="resident", operation_id="editDeclaration", status_code=200)
    async def edit(
        self,
        declaration_id: FromPath[str],
        data: JSONBody[Edit],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        declarations: NamedDependency[DeclarationService],
        clock: NamedDependency[Clock],
    ) -> Response[DeclarationView]:
        """Say it in new words; the old ones are kept."""
        now = clock.now()

        async def work(tx: Tx) -> DeclarationView:
            return DeclarationView.of(await declarations.edit(tx, actor, declaration_id, data, now))

        return await once.run(work)

    @post("/{declaration_id:str}/withdraw", access="resident", operation_id="withdrawDeclaration", status_code=200)
    async def withdraw(
        self,
        declaration_id: FromPath[str],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        declarations: NamedDependency[DeclarationService],
        clock: NamedDependency[Clock],
    ) -> Response[DeclarationView]:
        """Take it out of the report at once."""
        now = clock.now()

        async def work(tx: Tx) -> DeclarationView:
            return DeclarationView.of(await declarations.withdraw(tx, actor, declaration_id, now))

        return await once.run(work)
