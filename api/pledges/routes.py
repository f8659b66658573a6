"""Routes of pledges."""

from datetime import datetime
from typing import Literal

from litestar import Controller, Response, get, post
from litestar.params import FromQuery, JSONBody

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, Served
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.places import OnePlace
from api.http.visit import Visit
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.pledges.models import Pledge
from api.pledges.schemas import Find, Perform, PledgeView, RecipientView, Sign, TextView
from api.pledges.service import PledgeService
from api.pledges.texts import REPAIR, texts
from api.providers.service import ProviderService

Status = Literal["effective", "performed", "kept", "partly", "broken"]


async def _show(pledges: PledgeService, actor: Actor, case: Pledge, now: datetime, tx: Tx) -> PledgeView:
    """To an officer with who signed it."""
    parties = await pledges.parties((case,), tx) if actor.role is Role.OFFICER else {}
    return PledgeView.of(case, civil_date(now), actor.role, parties.get(case.id))


async def _find(_: Controller, pledges: PledgeService, turn: Turn[Pledge], data: JSONBody[Find]) -> Pledge:
    """Enter whether the pledge was kept, with the reason."""
    return await pledges.find(turn, data.outcome, data.reason)


PLEDGES = Served("pledges", PledgeService)
own = CaseRoutes(PLEDGES, PLEDGES, "pledge_id", _show, PledgeView, access="resident")
unit = own.to("provider", "pledges")
officer = own.to("officer")


@own.controller("/me/pledges")
class PledgeController(Controller):
    @get("/texts", operation_id="listPledgeTexts")
    async def texts(self, jurisdiction: OnePlace, visit: Needs[Visit]) -> list[TextView]:
        """Lists the pledges that can be signed in a place, with their texts and consequences, including the repair pledge."""
        today = visit.today
        return [TextView.of(text, jurisdiction, today) for text in texts(jurisdiction, today)]

    @get("/texts/repair", operation_id="readRepairPledgeText")
    async def repair_text(self, jurisdiction: OnePlace, visit: Needs[Visit]) -> TextView:
        """Shows the text of the pledge that goes with a repair."""
        today = visit.today
        return next(
            TextView.of(text, jurisdiction, today) for text in texts(jurisdiction, today) if text.kind == REPAIR
        )

    @get("/recipients", operation_id="listPledgeRecipients")
    async def recipients(
        self, jurisdiction: OnePlace, providers: Needs[ProviderService], asked: Needs[Asked]
    ) -> Page[RecipientView]:
        """Lists the public units of a place to which a pledge can be made. Without one it is made to the centre."""
        found = await providers.page_of_place(jurisdiction, *asked)
        return found.map(lambda unit: RecipientView(unit.id, unit.name))

    @post(quota="pledges", operation_id="signPledge")
    async def sign(
        self, data: JSONBody[Sign], visit: Needs[Visit], pledges: Needs[PledgeService]
    ) -> Response[PledgeView]:
        """Sign a pledge. It takes effect after the cooling-off period and can be withdrawn until then."""
        return await visit.run(
            lambda tx: pledges.sign(tx, visit.actor, data, visit.now), lambda case: PledgeView.of(case, visit.today)
        )

    @own.list("listPledges")
    def page(self, pledges: PledgeService, case: Pledge, visit: Visit) -> PledgeView:
        """Lists your pledges, newest first."""
        return PledgeView.of(case, visit.today)

    read = own.read("readPledge", "Shows one pledge.")

    withdraw = own.bare(
        "withdraw",
        "withdrawPledge",
        PledgeService.withdraw,
        "Withdraw a pledge within the cooling-off period. It never enters the record.",
    )

    @own("performance", "performPledge")
    async def perform(self, pledges: PledgeService, turn: Turn[Pledge], data: JSONBody[Perform]) -> Pledge:
        """Say what was done, with proof."""
        return await pledges.perform(turn, data.note, data.evidence)


@unit.controller("/provider/pledges")
class ProviderPledgeController(Controller):
    @get(operation_id="listPledgesOfProvider")
    async def page(
        self,
        visit: Needs[Visit],
        pledges: Needs[PledgeService],
        asked: Needs[Asked],
        status: FromQuery[Status] = "performed",
    ) -> Page[PledgeView]:
        """Lists the pledges made to your unit that have one status."""
        found = await pledges.page_to_work(visit.actor, *asked, visit.now, status=status)
        return found.map(lambda case: PledgeView.of(case, visit.today, visit.actor.role))

    read = unit.read(
        "readPledgeAsProvider",
        "Shows one pledge with the findings that are possible. The read is recorded in the audit.",
    )
    read_evidence = unit.file("readPledgeEvidence")

    find = unit("finding", "findOnPledge")(_find)


@officer.controller("/staff/pledges")
class StaffPledgeController(Controller):
    @get(operation_id="listPledgesOfPlace")
    async def page(
        self,
        visit: Needs[Visit],
        pledges: Needs[PledgeService],
        asked: Needs[Asked],
        status: FromQuery[Status] = "performed",
    ) -> Page[PledgeView]:
        """Lists the pledges of your place that have one status."""
        found = await pledges.page_to_work(visit.actor, *asked, visit.now, status=status)
        parties = await pledges.parties(found.items)
        return found.map(lambda case: PledgeView.of(case, visit.today, visit.actor.role, parties.get(case.id)))

    read = officer.read(
        "readPledgeAsOfficer",
        "Shows one pledge with the findings that are possible. The read is recorded in the audit.",
    )
    read_evidence = officer.file("readPledgeEvidenceAsOfficer")

    find = officer("finding", "findOnPledgeAsOfficer")(_find)


ROUTES = (PledgeController, ProviderPledgeController, StaffPledgeController)
