"""Routes of declarations."""

from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from api.declarations.guard import screened
from api.declarations.kinds import declarable, kinds, statement, warning
from api.declarations.models import Declaration
from api.declarations.schemas import Check, CheckView, DeclarationView, Declare, Edit, FormView, KindView
from api.declarations.service import DeclarationService
from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, Served, shown
from api.http.injection import Needs
from api.http.places import OnePlace
from api.http.visit import Visit
from api.infra.sources import WordingView

DECLARATIONS = Served("declarations", DeclarationService)
own = CaseRoutes(
    DECLARATIONS, DECLARATIONS, "declaration_id", shown(DeclarationView.of), DeclarationView, access="resident"
)


@own.controller("/me/declarations")
class DeclarationController(Controller):
    @get("/form", operation_id="readDeclarationForm")
    async def form(self, jurisdiction: OnePlace, visit: Needs[Visit]) -> FormView:
        """Lists what may be declared in a place, with the statement of truth to accept."""
        return FormView(
            jurisdiction=jurisdiction,
            kinds=tuple(
                KindView(code=kind.code, title=kind.title, hint=kind.hint, is_market=kind.is_market)
                for kind in kinds(jurisdiction)
            ),
            statement=WordingView.showing(statement(jurisdiction, visit.today)),
        )

    @post("/check", keyless=True, operation_id="checkDeclaration", status_code=200)
    async def check(self, data: JSONBody[Check], visit: Needs[Visit]) -> CheckView:
        """Check a text before it is declared: what has to be removed or needs written consent, and the warning to show. Stores
        nothing."""
        today = visit.today
        declarable(data.jurisdiction, data.kind, today)
        return CheckView.of(
            screened(data.text, data.jurisdiction),
            statement(data.jurisdiction, today),
            warning(data.jurisdiction, today),
        )

    @post(quota="declarations", operation_id="declare")
    async def declare(
        self, data: JSONBody[Declare], visit: Needs[Visit], declarations: Needs[DeclarationService]
    ) -> Response[DeclarationView]:
        """Declare something about yourself. The report shows it apart from other records, as not verified."""
        return await visit.run(
            lambda tx: declarations.declare(tx, visit.actor, data, visit.now),
            DeclarationView.of,
        )

    @own.list("listDeclarations")
    def page(self, declarations: DeclarationService, case: Declaration, visit: Visit) -> DeclarationView:
        """Lists your declarations, newest first, including withdrawn ones."""
        return DeclarationView.of(case)

    read = own.read("readDeclaration", "Shows one declaration with all its versions.")

    @own("edit", "editDeclaration", quota="declarations")
    async def edit(
        self, declarations: DeclarationService, turn: Turn[Declaration], data: JSONBody[Edit]
    ) -> Declaration:
        """Change the wording. Earlier wordings are kept."""
        return await declarations.edit(turn, data)

    withdraw = own.bare(
        "withdraw",
        "withdrawDeclaration",
        DeclarationService.withdraw,
        "Withdraw a declaration. It leaves the report at once.",
    )


ROUTES = (DeclarationController,)
