"""Routes of grants."""

from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from api.desk.routing import CaseRoutes, Served, shown
from api.grants.models import Grant
from api.grants.schemas import Give, GrantedView, GrantView, Look, LookView, Redeem, RedeemedView
from api.grants.service import GrantService
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.consent_texts import consent_text
from api.infra.mongo import Tx
from api.infra.qr import handed_over
from api.infra.settings import Settings
from api.infra.sources import WordingView

GRANTS = Served("grants", GrantService)
own = CaseRoutes(GRANTS, GRANTS, "grant_id", shown(GrantView.of), GrantView, access="resident")


@own.controller("/me/grants")
class GrantController(Controller):
    @get("/consent", operation_id="readGrantConsent")
    async def consent(self, visit: Needs[Visit]) -> WordingView:
        """Shows the consent text that goes with a grant."""
        return WordingView.showing(consent_text(__package__, visit.today))

    @post(step_up=True, quota="grants", operation_id="giveGrant")
    async def give(
        self, data: JSONBody[Give], visit: Needs[Visit], grants: Needs[GrantService], settings: Needs[Settings]
    ) -> Response[GrantedView]:
        """Let somebody query chosen parts of your report. The code is in this answer only and is not stored."""

        named = data.grantee
        grantee = grants.grantee(named.kind, named.name, named.document_kind, named.document_number, visit.today)

        async def work(tx: Tx) -> GrantedView:
            case, code = await grants.grant(tx, visit.actor, grantee, data, visit.now)
            return GrantedView(grant=GrantView.of(case), **handed_over(settings.public_url, "redeem", code))

        return await visit.run(work)

    @own.list("listGrants")
    def page(self, grants: GrantService, case: Grant, visit: Visit) -> GrantView:
        """Lists your grants with every use of them, newest first."""
        return GrantView.of(case)

    read = own.read("readGrant", "Shows one grant and its uses.")

    revoke = own.bare("revoke", "revokeGrant", GrantService.revoke, "Revoke a grant. Its code stops working at once.")


class RedeemController(Controller):
    path = "/grants"
    tags = ("grants",)
    opt = needs("resident")

    @post("/look", limit="redeem", keyless=True, operation_id="lookAtGrant", status_code=200)
    async def look(self, data: JSONBody[Look], visit: Needs[Visit], grants: Needs[GrantService]) -> LookView:
        """Show the purpose and extent of a grant, to accept before redeeming it. It shows nothing about the person and does not
        count as a use."""
        return await _look(data, visit, grants)

    @post("/redeem", limit="redeem", operation_id="redeemGrant", status_code=200)
    async def redeem(
        self, data: JSONBody[Redeem], visit: Needs[Visit], grants: Needs[GrantService]
    ) -> Response[RedeemedView]:
        """Query the granted data, once, for the accepted purpose. The person sees the query in their footprints."""
        return await _redeem(data, visit, grants)


class UnitGrantController(Controller):
    path = "/provider/grants"
    tags = ("grants",)
    opt = needs("provider", "grants")

    @post("/look", limit="redeem", keyless=True, operation_id="lookAtGrantAsUnit", status_code=200)
    async def look(self, data: JSONBody[Look], visit: Needs[Visit], grants: Needs[GrantService]) -> LookView:
        """Show the purpose and extent of a grant that names your unit, to accept before redeeming it."""
        return await _look(data, visit, grants)

    @post("/redeem", limit="redeem", operation_id="redeemGrantAsUnit", status_code=200)
    async def redeem(
        self, data: JSONBody[Redeem], visit: Needs[Visit], grants: Needs[GrantService]
    ) -> Response[RedeemedView]:
        """Query the data granted to your unit, with its key or as one of its people, for the accepted purpose."""
        return await _redeem(data, visit, grants)


async def _look(data: Look, visit: Visit, grants: GrantService) -> LookView:
    found = await grants.look(visit.actor, data.code, visit.now)
    await visit.give_back()
    return LookView.of(found)


async def _redeem(data: Redeem, visit: Visit, grants: GrantService) -> Response[RedeemedView]:
    answer = await visit.run(
        lambda tx: grants.redeem(tx, visit.actor, data.code, data.accepted_purpose, visit.now), RedeemedView.of
    )
    await visit.give_back()
    return answer


ROUTES = (GrantController, RedeemController, UnitGrantController)
