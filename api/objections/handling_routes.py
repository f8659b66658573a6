"""Routes of objections for officers."""

from litestar import Controller
from litestar.params import JSONBody

from api.desk.casework import Turn
from api.desk.documents import NOTE
from api.desk.routing import CaseRoutes, Served
from api.desk.schemas import StaffStep
from api.objections.handling import ObjectionHandling
from api.objections.models import Objection
from api.objections.routes import OBJECTIONS, RESULT
from api.objections.schemas import (
    AcknowledgeCopy,
    DraftOfResult,
    ObjectionView,
    PauseClock,
    Reject,
    StaffReceipt,
    StaffReply,
    Uphold,
)
from api.objections.service import ObjectionService

HANDLING = Served("objection_handling", ObjectionHandling)
officer = CaseRoutes(OBJECTIONS, HANDLING, "objection_id", ObjectionService.show, ObjectionView, access="officer")


async def rehearse(handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[DraftOfResult]) -> Objection:
    """The decision that is in the form."""
    return await handling.decide(turn, data, NOTE)


@officer.controller("/staff/objections")
class StaffObjectionController(Controller):
    read = officer.read(
        "getObjectionAsOfficer",
        "Shows one objection of your place with notes and what can be done now. The read is recorded in the audit.",
    )
    add_evidence = officer.add_official_file("addObjectionEvidenceAsOfficer")
    read_evidence = officer.file("readObjectionEvidence")
    result = officer.document(
        "result", "getObjectionResultAsOfficer", "Shows the written result as the resident gets it."
    )
    result_pdf = officer.paper(
        "result",
        "getObjectionResultPdfAsOfficer",
        RESULT,
        "Downloads the written result of an objection of your place, final and with its code.",
    )
    draft = officer.draft("draftObjectionResult", rehearse)
    draft_pdf = officer.draft_paper("draftObjectionResultPdf", rehearse)

    @officer("correct-own-error", "correctOwnError")
    async def correct_own_error(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Uphold]
    ) -> Objection:
        """Correct the centre's own error and tell the resident at once (Dalian)."""
        correction = data.correction.correction() if data.correction else None
        return await handling.correct_own_error(turn, reasons=data.reasons, correction=correction, note=data.reason)

    @officer("dispatch", "dispatchObjection")
    async def dispatch(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffStep]
    ) -> Objection:
        """Ask the unit that provided the record to verify it."""
        return await handling.dispatch(turn, data.reason)

    @officer("receipt", "enterObjectionReceipt")
    async def receipt(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffReceipt]
    ) -> Objection:
        """Enter that a unit received the notice on paper. Its days are counted from then."""
        return await handling.receipt(turn, received_on=data.received_on, note=data.reason)

    @officer("reply", "enterObjectionReply")
    async def reply(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffReply]) -> Objection:
        """Enter a unit's reply on paper."""
        return await handling.reply(turn, data, data.reason)

    @officer("uphold", "upholdObjection")
    async def uphold(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Uphold]) -> Objection:
        """Uphold the objection. The record is corrected; the resident and every system with a copy are told."""
        correction = data.correction.correction() if data.correction else None
        return await handling.uphold(turn, reasons=data.reasons, correction=correction, note=data.reason)

    @officer("reject", "rejectObjection")
    async def reject(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Reject]) -> Objection:
        """Reject the objection, with reasons. The resident is told the remedies and their last days."""
        return await handling.reject(turn, reasons=data.reasons, note=data.reason)

    @officer("pause", "pauseObjection")
    async def pause(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[PauseClock]) -> Objection:
        """Pause the clock during an examination (Yunnan)."""
        return await handling.pause(turn, data, data.reason)

    @officer("resume", "resumeObjection")
    async def resume(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffStep]) -> Objection:
        """End the pause: the examination is over."""
        return await handling.resume(turn, data.reason)

    @officer("acknowledge-copy", "acknowledgeObjectionCopy")
    async def acknowledge_copy(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[AcknowledgeCopy]
    ) -> Objection:
        """Enter that another system has followed the correction."""
        return await handling.acknowledge_copy(turn, system=data.system, note=data.reason)


ROUTES = (StaffObjectionController,)
