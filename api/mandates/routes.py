"""Routes of requests to act for others, for residents and officers."""

from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, OneCase, Served
from api.desk.schemas import StaffStep
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.mandates.models import Mandate
from api.mandates.schemas import Ask, MandateFormView, MandateView, Refuse
from api.mandates.service import MandateService

MANDATES = Served("mandates", MandateService)
own = CaseRoutes(MANDATES, MANDATES, "mandate_id", MandateService.show, MandateView, access="resident")
officer = own.to("officer")


@own.controller("/me/mandates")
class MandateController(Controller):
    @get("/form", operation_id="readMandateForm")
    async def form(self) -> MandateFormView:
        """Lists for whom you may ask to act, with what proof, and what you can then do for them."""
        return MandateFormView.of()

    @post(quota="mandates", operation_id="askMandate")
    async def ask(
        self, data: JSONBody[Ask], visit: Needs[Visit], mandates: Needs[MandateService]
    ) -> Response[MandateView]:
        """Ask to act for an organisation, a ward or a principal. An officer of the place checks the proof."""

        async def work(tx: Tx) -> MandateView:
            case = await mandates.ask(tx, visit.actor, data, visit.now)
            return await mandates.show(visit.actor, case, visit.now, tx)

        return await visit.run(work)

    read = own.read("readMandate", "Shows one request with its due date, its files and its outcome.")
    add_evidence = own.add_file("addMandateEvidence")

    @own.list("listMandates")
    def page(self, mandates: MandateService, case: Mandate, visit: Visit) -> MandateView:
        """Lists your own, newest first."""
        return MandateView.of(case, visit.today, visit.actor.role)

    urge = own.plain("urge", "urgeMandate", MandateService.urge, "Urge the centre.")

    withdraw = own.plain(
        "withdraw",
        "withdrawMandate",
        MandateService.withdraw,
        "Withdraw a request before it is decided. To give up a confirmed one, use `/helping/{id}/resign`.",
    )


@officer.controller("/staff/mandates")
class StaffMandateController(Controller):
    read = officer.read("readMandateAtDesk", "Shows one request of your place. The read is recorded in the audit.")
    read_evidence = officer.file("readMandateEvidence")

    @post(
        "/{mandate_id:str}/confirm-mandate",
        quota="steps",
        operation_id="confirmMandate",
        status_code=200,
    )
    async def confirm(
        self, data: JSONBody[StaffStep], one: Needs[OneCase[MandateService, MandateService, Mandate, MandateView]]
    ) -> Response[MandateView]:
        """Confirm that the proof is in order. The person may act from now until the last day that was asked for."""
        await one.cases.know(one.visit.actor, one.case_id, one.visit.now)
        return await one.take(lambda turn: one.cases.confirm(turn, note=data.reason), data)

    @officer("refuse-mandate", "refuseMandate")
    async def refuse(self, mandates: MandateService, turn: Turn[Mandate], data: JSONBody[Refuse]) -> Mandate:
        """Refuse a request, with reasons. The person may ask again with better proof."""
        return await mandates.refuse(turn, reasons=data.reasons, note=data.reason)

    @officer("revoke-mandate", "revokeMandate")
    async def revoke(self, mandates: MandateService, turn: Turn[Mandate], data: JSONBody[Refuse]) -> Mandate:
        """End a confirmed request whose ground no longer exists. Both sides are told."""
        return await mandates.revoke(turn, reasons=data.reasons, note=data.reason)


ROUTES = (MandateController, StaffMandateController)
