"""Routes of objections for officers."""

from litestar import Controller
from litestar.params import JSONBody

from api.desk.documents import NOTE
from api.desk.routing import CaseRoutes, Served, Turn
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
    return await handling.decide(*turn, data, NOTE)


@officer.controller("/staff/objections")
class StaffObjectionController(Controller):
    read = officer.read(
        "getObjectionAsOfficer",
        "One objection of one's own jurisdiction, with notes and what can be done now; the read is in the audit.",
    )
    add_evidence = officer.add_official_file("addObjectionEvidenceAsOfficer")
    read_evidence = officer.file("readObjectionEvidence")
    result = officer.document(
        "result", "getObjectionResultAsOfficer", "The result in writing, as the resident gets it."
    )
    result_pdf = officer.paper(
        "result",
        "getObjectionResultPdfAsOfficer",
        RESULT,
        "The written result of an objection of one's own place, final and with its code.",
    )
    draft = officer.draft("draftObjectionResult", rehearse)
    draft_pdf = officer.draft_paper("draftObjectionResultPdf", rehearse)

    @officer("correct-own-error", "correctOwnError")
    async def correct_own_error(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Uphold]
    ) -> Objection:
        """Dalian: the centre's own error, corrected and told at once."""
        correction = data.correction.correction() if data.correction else None
        return await handling.correct_own_error(*turn, reasons=data.reasons, correction=correction, note=data.reason)

    @officer("dispatch", "dispatchObjection")
    async def dispatch(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffStep]
    ) -> Objection:
        """Have the unit that provided the record verify it."""
        return await handling.dispatch(*turn, data.reason)

    @officer("receipt", "enterObjectionReceipt")
    async def receipt(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffReceipt]
    ) -> Objection:
        """Enter that a unit received the notice on paper; its days run from then."""
        return await handling.receipt(*turn, received_on=data.received_on, note=data.reason)

    @officer("reply", "enterObjectionReply")
    async def reply(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffReply]) -> Objection:
        """Enter what a unit replied on paper."""
        return await handling.reply(*turn, data, data.reason)

    @officer("uphold", "upholdObjection")
    async def uphold(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Uphold]) -> Objection:
        """Founded: the record is corrected, the resident and every system with a copy are told."""
        correction = data.correction.correction() if data.correction else None
        return await handling.uphold(*turn, reasons=data.reasons, correction=correction, note=data.reason)

    @officer("reject", "rejectObjection")
    async def reject(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Reject]) -> Objection:
        """Unfounded: with reasons, and with the remedies and their last days."""
        return await handling.reject(*turn, reasons=data.reasons, note=data.reason)

    @officer("pause", "pauseObjection")
    async def pause(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[PauseClock]) -> Objection:
        """Yunnan: leave the time of an examination out of the days."""
        return await handling.pause(*turn, data, data.reason)

    @officer("resume", "resumeObjection")
    async def resume(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffStep]) -> Objection:
        """The examination is over: the days run again."""
        return await handling.resume(*turn, data.reason)

    @officer("acknowledge-copy", "acknowledgeObjectionCopy")
    async def acknowledge_copy(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[AcknowledgeCopy]
    ) -> Objection:
        """Another system says that it followed the correction."""
        return await handling.acknowledge_copy(*turn, system=data.system, note=data.reason)


ROUTES = (StaffObjectionController,)
