"""The officers' URLs of objections."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, MultipartBody

from api.desk.documents import ResultDocument
from api.desk.schemas import StaffStep
from api.evidence.service import EvidenceService
from api.evidence.transfer import OfficialUpload, attach, download
from api.http.steps import StepRoutes, Steps, Turn
from api.http.visit import Visit
from api.objections.handling import ObjectionHandling
from api.objections.models import Objection
from api.objections.schemas import (
    AcknowledgeCopy,
    ObjectionView,
    PauseClock,
    Reject,
    StaffReceipt,
    StaffReply,
    Uphold,
)
from api.objections.service import ObjectionService

ObjectionSteps = Steps[ObjectionHandling, Objection, Objection, ObjectionView]


async def make_steps(
    objection_id: FromPath[str],
    visit: NamedDependency[Visit],
    objections: NamedDependency[ObjectionService],
    objection_handling: NamedDependency[ObjectionHandling],
) -> ObjectionSteps:
    return Steps(visit, objection_handling, objection_id, objections.for_step, objections.show)


STEPS = {"steps": Provide(make_steps)}
step = StepRoutes[ObjectionHandling, Objection, Objection, ObjectionView](
    "/{objection_id:str}", Response[ObjectionView], access="officer"
)


class StaffObjectionController(Controller):
    path = "/staff/objections"
    tags = ("objections",)
    dependencies = STEPS

    @get("/{objection_id:str}", access="officer", operation_id="getObjectionAsOfficer")
    async def read(
        self, objection_id: FromPath[str], visit: NamedDependency[Visit], objections: NamedDependency[ObjectionService]
    ) -> ObjectionView:
        """One objection of one's own jurisdiction, with notes and what can be done now; the read is in the audit."""
        case = await objections.read_by(visit.actor, objection_id, visit.now)
        return await objections.show(visit.actor, case, visit.now)

    @get("/{objection_id:str}/result", access="officer", operation_id="getObjectionResultAsOfficer")
    async def result(
        self, objection_id: FromPath[str], visit: NamedDependency[Visit], objections: NamedDependency[ObjectionService]
    ) -> ResultDocument:
        """The result in writing, as the resident gets it."""
        return await objections.result(visit.actor, objection_id, visit.now)

    @step("correct-own-error", "correctOwnError")
    async def correct_own_error(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Uphold]
    ) -> Objection:
        """Dalian: the centre's own error, corrected and told at once."""
        correction = data.correction.correction() if data.correction else None
        return await handling.correct_own_error(*turn, reasons=data.reasons, correction=correction, note=data.reason)

    @step("dispatch", "dispatchObjection")
    async def dispatch(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffStep]
    ) -> Objection:
        """Have the unit that provided the record verify it."""
        return await handling.dispatch(*turn, data.reason)

    @step("receipt", "enterObjectionReceipt")
    async def receipt(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffReceipt]
    ) -> Objection:
        """Enter that a unit received the notice on paper; its days run from then."""
        return await handling.receipt(*turn, received_on=data.received_on, note=data.reason)

    @step("reply", "enterObjectionReply")
    async def reply(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffReply]) -> Objection:
        """Enter what a unit replied on paper."""
        return await handling.reply(
            *turn,
            is_founded=data.founded,
            reasons=data.reasons,
            correction=data.correction.correction() if data.correction else None,
            note=data.reason,
        )

    @step("uphold", "upholdObjection")
    async def uphold(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Uphold]) -> Objection:
        """Founded: the record is corrected, the resident and every system with a copy are told."""
        correction = data.correction.correction() if data.correction else None
        return await handling.uphold(*turn, reasons=data.reasons, correction=correction, note=data.reason)

    @step("reject", "rejectObjection")
    async def reject(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Reject]) -> Objection:
        """Unfounded: with reasons, and with the remedies and their last days."""
        return await handling.reject(*turn, reasons=data.reasons, note=data.reason)

    @step("pause", "pauseObjection")
    async def pause(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[PauseClock]) -> Objection:
        """Yunnan: leave the time of an examination out of the days."""
        return await handling.pause(
            *turn,
            kind=data.kind,
            expected_until=data.expected_until,
            laboratory=data.laboratory,
            ordered_on=data.ordered_on,
            order=data.order,
            note=data.reason,
        )

    @step("resume", "resumeObjection")
    async def resume(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[StaffStep]) -> Objection:
        """The examination is over: the days run again."""
        return await handling.resume(*turn, data.reason)

    @step("acknowledge-copy", "acknowledgeObjectionCopy")
    async def acknowledge_copy(
        self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[AcknowledgeCopy]
    ) -> Objection:
        """Another system says that it followed the correction."""
        return await handling.acknowledge_copy(*turn, system=data.system, note=data.reason)

    @post(
        "/{objection_id:str}/evidence", access="officer", operation_id="addObjectionEvidenceAsOfficer", status_code=200
    )
    async def add_evidence(
        self,
        data: MultipartBody[OfficialUpload],
        steps: NamedDependency[ObjectionSteps],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[ObjectionView]:
        """Put a file into the case, such as the order for an examination."""
        return await attach(evidence, data, steps)

    @get("/{objection_id:str}/evidence/{evidence_id:str}", access="officer", operation_id="readObjectionEvidence")
    async def read_evidence(
        self,
        objection_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
    ) -> Response[bytes]:
        """A file of the case, as an attachment; the read is in the audit."""
        return download(*await objections.open_file(visit.actor, objection_id, evidence_id, visit.now))


ROUTES = (StaffObjectionController,)
