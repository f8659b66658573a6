"""Routes of objections for units: verifications of their own records, and objections addressed to them."""

from litestar import Controller
from litestar.params import JSONBody

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes
from api.desk.schemas import Nothing
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.paging import Page
from api.objections.handling import ObjectionHandling
from api.objections.handling_routes import HANDLING
from api.objections.models import Objection
from api.objections.routes import OBJECTIONS
from api.objections.schemas import ObjectionLine, ObjectionView, Receipt, Reply, UnitPause
from api.objections.service import ObjectionService
from api.objections.states import WITH_PROVIDER

unit = CaseRoutes(
    OBJECTIONS,
    HANDLING,
    "objection_id",
    ObjectionService.show,
    ObjectionView,
    access="provider",
    scope="verifications",
)


async def _waiting(objections: ObjectionService, visit: Visit, asked: Asked) -> Page[Objection]:
    return await objections.page_of_provider(visit.actor, WITH_PROVIDER, *asked)


@unit.controller("/provider/verifications")
class VerificationController(Controller):
    @unit.list("listVerifications", _waiting)
    def list_waiting(self, objections: ObjectionService, case: Objection, visit: Visit) -> ObjectionLine:
        """Lists the objections to your unit's records that wait for its answer, newest first."""
        return ObjectionLine.of(case, visit.today)

    read = unit.read("getVerification", "Shows what is to be verified. The read is recorded in the audit.")
    add_evidence = unit.add_official_file("addVerificationEvidence")
    read_evidence = unit.file("readVerificationEvidence")

    @unit("receipt", "acknowledgeVerification")
    async def receipt(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Receipt]) -> Objection:
        """Confirm that the notice has arrived. The unit's days are counted from now."""
        return await handling.receipt(turn, received_on=data.received_on, note=None)

    @unit("reply", "replyToVerification")
    async def reply(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Reply]) -> Objection:
        """Answer that the objection is founded, with the correction, or unfounded, with reasons."""
        return await handling.reply(turn, data, None)

    @unit("pause", "pauseVerification")
    async def pause(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[UnitPause]) -> Objection:
        """Pause the clock during an examination (Yunnan, where the unit answers itself)."""
        return await handling.pause(turn, data, None)

    @unit("resume", "resumeVerification")
    async def resume(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Nothing]) -> Objection:
        """End the pause: the examination is over."""
        return await handling.resume(turn, None)


ROUTES = (VerificationController,)
