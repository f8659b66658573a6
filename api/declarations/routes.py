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
    KindView,
    WordingView,
)
from api.declarations.service import DeclarationService
from api.http.paging import Limit
from api.http.places import OnePlace
from api.http.visit import Visit
from api.infra.paging import DEFAULT_LIMIT, Page


class DeclarationController(Controller):
    path = "/me/declarations"
    tags = ("declarations",)

    @get("/form", access="resident", operation_id="readDeclarationForm")
    async def form(self, jurisdiction: OnePlace, visit: NamedDependency[Visit]) -> FormView:
        """What may be declared in a place, and the statement of truth to accept."""
        return FormView(
            jurisdiction=jurisdiction,
            kinds=tuple(
                KindView(code=kind.code, title=kind.title, hint=kind.hint, is_market=kind.is_market)
                for kind in kinds(jurisdiction)
            ),
            statement=WordingView.of(statement(jurisdiction, visit.today)),
        )

    @post("/check", access="resident", keyless=True, operation_id="checkDeclaration", status_code=200)
    async def check(self, data: JSONBody[Check], visit: NamedDependency[Visit]) -> CheckView:
        """What in the text has to go or needs written consent, with the warning to show. Stores nothing."""
        today = visit.today
        declarable(data.jurisdiction, data.kind, today)
        return CheckView.of(
            screened(data.text, data.jurisdiction),
            statement(data.jurisdiction, today),
            warning(data.jurisdiction, today),
        )

    @post(access="resident", quota="declarations", operation_id="declare")
    async def declare(
        self, data: JSONBody[Declare], visit: NamedDependency[Visit], declarations: NamedDependency[DeclarationService]
    ) -> Response[DeclarationView]:
        """Declare something about yourself. Shown apart, as not verified."""
        return await visit.run(
            lambda tx: declarations.declare(tx, visit.actor, data.jurisdiction, data.kind, data, visit.now),
            DeclarationView.of,
        )

    @get(access="resident", operation_id="listDeclarations")
    async def page(
        self,
        visit: NamedDependency[Visit],
        declarations: NamedDependency[DeclarationService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[DeclarationView]:
        """Your declarations, newest first, withdrawn ones included."""
        found = await declarations.page(visit.actor, cursor, limit)
        return found.map(DeclarationView.of)

    @get("/{declaration_id:str}", access="resident", operation_id="readDeclaration")
    async def read(
        self,
        declaration_id: FromPath[str],
        visit: NamedDependency[Visit],
        declarations: NamedDependency[DeclarationService],
    ) -> DeclarationView:
        """One declaration with all its wordings."""
        return DeclarationView.of(await declarations.owned(visit.actor, declaration_id, visit.now))

    @post(
        "/{declaration_id:str}/edit",
        access="resident",
        quota="declarations",
        operation_id="editDeclaration",
        status_code=200,
    )
    async def edit(
        self,
        declaration_id: FromPath[str],
        data: JSONBody[Edit],
        visit: NamedDependency[Visit],
        declarations: NamedDependency[DeclarationService],
    ) -> Response[DeclarationView]:
        """Say it in new words; the old ones are kept."""
        return await visit.run(
            lambda tx: declarations.edit(tx, visit.actor, declaration_id, data, visit.now), DeclarationView.of
        )

    @post("/{declaration_id:str}/withdraw", access="resident", operation_id="withdrawDeclaration", status_code=200)
    async def withdraw(
        self,
        declaration_id: FromPath[str],
        visit: NamedDependency[Visit],
        declarations: NamedDependency[DeclarationService],
    ) -> Response[DeclarationView]:
        """Take it out of the report at once."""
        return await visit.run(
            lambda tx: declarations.withdraw(tx, visit.actor, declaration_id, visit.now), DeclarationView.of
        )


ROUTES = (DeclarationController,)
