"""Routes of pledges."""

from datetime import datetime
from typing import Literal

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from api.evidence.transfer import download
from api.http.paging import Limit
from api.http.places import OnePlace
from api.http.steps import StepRoutes, Steps, Turn, by_id
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from api.pledges.models import Pledge
from api.pledges.schemas import Find, Perform, PledgeView, RecipientView, Sign, TextView
from api.pledges.service import PledgeService
from api.pledges.texts import REPAIR, texts
from api.providers.service import ProviderService

Status = Literal["effective", "performed", "kept", "partly", "broken"]


async def make_steps(
    pledge_id: FromPath[str], visit: NamedDependency[Visit], pledges: NamedDependency[PledgeService]
) -> Steps[PledgeService, str, Pledge, PledgeView]:
    return Steps(visit, pledges, pledge_id, by_id, _show)


async def _show(actor: Actor, case: Pledge, now: datetime, tx: Tx) -> PledgeView:
    return PledgeView.of(case, civil_date(now), actor.role)


async def make_finding(
    pledge_id: FromPath[str], visit: NamedDependency[Visit], pledges: NamedDependency[PledgeService]
) -> Steps[PledgeService, Pledge, Pledge, PledgeView]:
    return Steps(visit, pledges, pledge_id, pledges.for_step, _show)


STEPS = {"steps": Provide(make_steps)}
FINDING = {"steps": Provide(make_finding)}
step = StepRoutes[PledgeService, str, Pledge, PledgeView]("/{pledge_id:str}", Response[PledgeView], access="resident")
provider_step = StepRoutes[PledgeService, Pledge, Pledge, PledgeView](
    "/{pledge_id:str}", Response[PledgeView], access="provider", scope="pledges"
)
officer_step = StepRoutes[PledgeService, Pledge, Pledge, PledgeView](
    "/{pledge_id:str}", Response[PledgeView], access="officer"
)


class PledgeController(Controller):
    path = "/me/pledges"
    tags = ("pledges",)
    dependencies = STEPS

    @get("/texts", access="resident", operation_id="listPledgeTexts")
    async def texts(self, jurisdiction: OnePlace, visit: NamedDependency[Visit]) -> list[TextView]:
        """What can be pledged in a place, in which words and with which consequence; the repair pledge included."""
        today = visit.today
        return [TextView.of(text, jurisdiction, today) for text in texts(jurisdiction, today)]

    @get("/texts/repair", access="resident", operation_id="readRepairPledgeText")
    async def repair_text(self, jurisdiction: OnePlace, visit: NamedDependency[Visit]) -> TextView:
        """The pledge that goes with a repair."""
        today = visit.today
        return next(
            TextView.of(text, jurisdiction, today) for text in texts(jurisdiction, today) if text.kind == REPAIR
        )

    @get("/recipients", access="resident", operation_id="listPledgeRecipients")
    async def recipients(
        self,
        jurisdiction: OnePlace,
        providers: NamedDependency[ProviderService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[RecipientView]:
        """The public units of a place that a pledge can be made to, by name; without one it is made to the centre."""
        found = await providers.page_of_place(jurisdiction, cursor, limit)
        return found.map(lambda unit: RecipientView(unit.id, unit.name))

    @post(access="resident", quota="pledges", operation_id="signPledge")
    async def sign(
        self, data: JSONBody[Sign], visit: NamedDependency[Visit], pledges: NamedDependency[PledgeService]
    ) -> Response[PledgeView]:
        """Sign; it takes effect after the cooling-off and can be taken back until then."""
        return await visit.run(
            lambda tx: pledges.sign(tx, visit.actor, data, visit.now), lambda case: PledgeView.of(case, visit.today)
        )

    @get(access="resident", operation_id="listPledges")
    async def page(
        self,
        visit: NamedDependency[Visit],
        pledges: NamedDependency[PledgeService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[PledgeView]:
        """Your pledges, newest first."""
        found = await pledges.page(visit.actor, cursor, limit)
        return found.map(lambda case: PledgeView.of(case, visit.today))

    @get("/{pledge_id:str}", access="resident", operation_id="readPledge")
    async def read(
        self, pledge_id: FromPath[str], visit: NamedDependency[Visit], pledges: NamedDependency[PledgeService]
    ) -> PledgeView:
        """One pledge."""
        return PledgeView.of(await pledges.owned(visit.actor, pledge_id, visit.now), visit.today)

    @step.bare("withdraw", "withdrawPledge")
    async def withdraw(self, pledges: PledgeService, turn: Turn[str]) -> Pledge:
        """Take it back within the cooling-off; it never entered the record."""
        return await pledges.withdraw(*turn)

    @step("performance", "performPledge")
    async def perform(self, pledges: PledgeService, turn: Turn[str], data: JSONBody[Perform]) -> Pledge:
        """Say what was done, with proof."""
        return await pledges.perform(turn.tx, turn.actor, turn.case, data.note, data.evidence, turn.now)


class ProviderPledgeController(Controller):
    path = "/provider/pledges"
    tags = ("pledges",)
    dependencies = FINDING

    @get(access="provider", scope="pledges", operation_id="listPledgesOfProvider")
    async def page(
        self,
        visit: NamedDependency[Visit],
        pledges: NamedDependency[PledgeService],
        status: FromQuery[Status] = "performed",
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[PledgeView]:
        """Pledges made to your unit, in one status."""
        found = await pledges.page_to_find(visit.actor, status, cursor, limit, visit.now)
        return found.map(lambda case: PledgeView.of(case, visit.today, visit.actor.role))

    @get("/{pledge_id:str}", access="provider", scope="pledges", operation_id="readPledgeAsProvider", status_code=200)
    async def read(
        self, pledge_id: FromPath[str], visit: NamedDependency[Visit], pledges: NamedDependency[PledgeService]
    ) -> PledgeView:
        """One pledge with what can be found on it; the read is in the audit."""
        return PledgeView.of(await pledges.read_by(visit.actor, pledge_id, visit.now), visit.today, visit.actor.role)

    @provider_step("finding", "findOnPledge")
    async def find(self, pledges: PledgeService, turn: Turn[Pledge], data: JSONBody[Find]) -> Pledge:
        """Find whether the pledge was kept, with the reason."""
        return await pledges.find(*turn, data.outcome, data.reason)

    @get(
        "/{pledge_id:str}/evidence/{evidence_id:str}",
        access="provider",
        scope="pledges",
        operation_id="readPledgeEvidence",
    )
    async def read_evidence(
        self,
        pledge_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        pledges: NamedDependency[PledgeService],
    ) -> Response[bytes]:
        """A file that the resident attached, as an attachment; the read is in the audit."""
        return download(*await pledges.open_file(visit.actor, pledge_id, evidence_id, visit.now))


class StaffPledgeController(Controller):
    path = "/staff/pledges"
    tags = ("pledges",)
    dependencies = FINDING

    @get(access="officer", operation_id="listPledgesOfPlace")
    async def page(
        self,
        visit: NamedDependency[Visit],
        pledges: NamedDependency[PledgeService],
        status: FromQuery[Status] = "performed",
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[PledgeView]:
        """Pledges of your place, in one status."""
        found = await pledges.page_to_find(visit.actor, status, cursor, limit, visit.now)
        parties = await pledges.parties(found.items)
        return found.map(lambda case: PledgeView.of(case, visit.today, visit.actor.role, parties.get(case.id)))

    @get("/{pledge_id:str}", access="officer", operation_id="readPledgeAsOfficer")
    async def read(
        self, pledge_id: FromPath[str], visit: NamedDependency[Visit], pledges: NamedDependency[PledgeService]
    ) -> PledgeView:
        """One pledge with what can be found on it; the read is in the audit."""
        case = await pledges.read_by(visit.actor, pledge_id, visit.now)
        parties = await pledges.parties((case,))
        return PledgeView.of(case, visit.today, visit.actor.role, parties.get(case.id))

    @officer_step("finding", "findOnPledgeAsOfficer")
    async def find(self, pledges: PledgeService, turn: Turn[Pledge], data: JSONBody[Find]) -> Pledge:
        """Find whether the pledge was kept, with the reason."""
        return await pledges.find(*turn, data.outcome, data.reason)

    @get("/{pledge_id:str}/evidence/{evidence_id:str}", access="officer", operation_id="readPledgeEvidenceAsOfficer")
    async def read_evidence(
        self,
        pledge_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        pledges: NamedDependency[PledgeService],
    ) -> Response[bytes]:
        """A file that the resident attached, as an attachment; the read is in the audit."""
        return download(*await pledges.open_file(visit.actor, pledge_id, evidence_id, visit.now))


ROUTES = (PledgeController, ProviderPledgeController, StaffPledgeController)
