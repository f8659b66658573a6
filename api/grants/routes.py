"""Routes of grants."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.grants.consents import consent_text
from api.grants.models import Grantee
from api.grants.pictures import qr_svg
from api.grants.schemas import (
    ConsentTextView,
    Give,
    GrantedView,
    GrantView,
    Look,
    LookView,
    Redeem,
    RedeemedView,
)
from api.grants.service import GrantService
from api.http.idempotency import Once
from api.http.paging import Limit
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from api.infra.settings import Settings


class GrantController(Controller):
    path = "/me/grants"
    tags = ("grants",)

    @get("/consent", access="resident", operation_id="readGrantConsent")
    async def consent(self, clock: NamedDependency[Clock]) -> ConsentTextView:
        """The consent text that goes with a grant."""
        return ConsentTextView.of(consent_text(clock.today()))

    @post(access="resident", step_up=True, operation_id="giveGrant")
    async def give(
        self,
        data: JSONBody[Give],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        grants: NamedDependency[GrantService],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> Response[GrantedView]:
        """Let somebody query chosen parts of your report. The code is in this answer and nowhere else."""
        now = clock.now()

        async def work(tx: Tx) -> GrantedView:
            grantee = Grantee(kind=data.grantee.kind, name=data.grantee.name)
            case, code = await grants.grant(tx, actor, grantee, data, now)
            fragment = f"#/redeem/{code}"
            return GrantedView(
                grant=GrantView.of(case),
                code=code,
                fragment=fragment,
                qr_svg=qr_svg(f"{settings.public_url}/{fragment}"),
            )

        return await once.run(work)

    @get(access="resident", operation_id="listGrants")
    async def page(
        self,
        actor: NamedDependency[Actor],
        grants: NamedDependency[GrantService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[GrantView]:
        """Your grants and every use of them, newest first."""
        found = await grants.page(actor, cursor, limit)
        return found.map(GrantView.of)

    @get("/{grant_id:str}", access="resident", operation_id="readGrant")
    async def read(
        self,
        grant_id: FromPath[str],
        actor: NamedDependency[Actor],
        grants: NamedDependency[GrantService],
        clock: NamedDependency[Clock],
    ) -> GrantView:
        """One grant and its uses."""
        return GrantView.of(await grants.owned(actor, grant_id, clock.now()))

    @post("/{grant_id:str}/revoke", access="resident", operation_id="revokeGrant", status_code=200)
    async def revoke(
        self,
        grant_id: FromPath[str],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        grants: NamedDependency[GrantService],
        clock: NamedDependency[Clock],
    ) -> Response[GrantView]:
        """Take the grant back; the code opens nothing from now on."""
        now = clock.now()

        async def work(tx: Tx) -> GrantView:
            return GrantView.of(await grants.revoke(tx, actor, grant_id, now))

        return await once.run(work)


class RedeemController(Controller):
    path = "/grants"
    tags = ("grants",)

    @post("/look", access="resident", limit="redeem", operation_id="lookAtGrant", status_code=200)
    async def look(
        self,
        data: JSONBody[Look],
        actor: NamedDependency[Actor],
        grants: NamedDependency[GrantService],
        clock: NamedDependency[Clock],
    ) -> LookView:
        """The purpose and extent of a grant, to accept before redeeming. Shows nothing of the person, uses nothing up."""
        return LookView.of(await grants.look(actor, data.code, clock.now()))

    @post("/redeem", access="resident", limit="redeem", operation_id="redeemGrant", status_code=200)
    async def redeem(
        self,
        data: JSONBody[Redeem],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        grants: NamedDependency[GrantService],
        clock: NamedDependency[Clock],
    ) -> Response[RedeemedView]:
        """Query what was granted, once, for the accepted purpose. The subject sees it in the footprint."""
        now = clock.now()

        async def work(tx: Tx) -> RedeemedView:
            return RedeemedView.of(await grants.redeem(tx, actor, data.code, data.accepted_purpose, now))

        return await once.run(work)
