"""The officers' URLs of repairs, and what a determining unit has to decide."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, MultipartBody

from api.desk.documents import ResultDocument
from api.desk.schemas import StaffStep
from api.evidence.service import EvidenceService
from api.evidence.transfer import OfficialUpload, attach, download
from api.http.steps import StepRoutes, Steps, Turn
from api.http.visit import Visit
from api.repairs.handling import RepairHandling
from api.repairs.models import Repair
from api.repairs.schemas import AcknowledgeCopy, Approve, AskForMaterial, LiftMeasure, ProposeBar, Refuse, RepairView
from api.repairs.service import RepairService

RepairSteps = Steps[RepairHandling, Repair, Repair, RepairView]


async def make_steps(
    repair_id: FromPath[str],
    visit: NamedDependency[Visit],
    repairs: NamedDependency[RepairService],
    repair_handling: NamedDependency[RepairHandling],
) -> RepairSteps:
    return Steps(visit, repair_handling, repair_id, repairs.for_step, repairs.show)


STEPS = {"steps": Provide(make_steps)}
step = StepRoutes[RepairHandling, Repair, Repair, RepairView](
    "/{repair_id:str}", Response[RepairView], access="officer"
)


class StaffRepairController(Controller):
    path = "/staff/repairs"
    tags = ("repairs",)
    dependencies = STEPS

    @get("/{repair_id:str}", access="officer", operation_id="getRepairAsOfficer")
    async def read(
        self, repair_id: FromPath[str], visit: NamedDependency[Visit], repairs: NamedDependency[RepairService]
    ) -> RepairView:
        """One repair of one's own jurisdiction, with notes and what can be done now; the read is in the audit."""
        return await repairs.show(visit.actor, await repairs.read_by(visit.actor, repair_id, visit.now), visit.now)

    @get("/{repair_id:str}/decision", access="officer", operation_id="getRepairDecisionAsOfficer")
    async def decision(
        self, repair_id: FromPath[str], visit: NamedDependency[Visit], repairs: NamedDependency[RepairService]
    ) -> ResultDocument:
        """The decision in writing, as the resident gets it."""
        return await repairs.decision(visit.actor, repair_id, visit.now)

    @step("ask-for-material", "askForRepairMaterial")
    async def ask_for_material(
        self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[AskForMaterial]
    ) -> Repair:
        """Ask for all that is lacking, in one list, once."""
        return await handling.ask_for_material(*turn, items=data.items, note=data.reason)

    @step("forward", "forwardRepair")
    async def forward(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """Send the application to the unit that determined the conduct."""
        return await handling.forward(*turn, note=data.reason)

    @step("accept", "acceptRepair")
    async def accept(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """The unit accepts the application."""
        return await handling.accept(*turn, note=data.reason)

    @step("decline", "declineRepair")
    async def decline(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """The unit does not accept it: with reasons and remedies."""
        return await handling.decline(*turn, reasons=data.reasons, note=data.reason)

    @step("extend", "extendRepair")
    async def extend(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """The unit takes more time for its decision, once, and the resident is told why before the first day is over."""
        return await handling.extend(*turn, reasons=data.reasons, note=data.reason)

    @step("approve", "approveRepair")
    async def approve(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Approve]) -> Repair:
        """The unit repairs: publication, sharing and use end at once."""
        return await handling.approve(*turn, reasons=data.reasons, note=data.reason, despite=data.despite)

    @step("refuse", "refuseRepair")
    async def refuse(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """The unit does not repair: with reasons and remedies."""
        return await handling.refuse(*turn, reasons=data.reasons, note=data.reason)

    @step("acknowledge-copy", "acknowledgeRepairCopy")
    async def acknowledge_copy(
        self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[AcknowledgeCopy]
    ) -> Repair:
        """Another system says that it no longer uses the record."""
        return await handling.acknowledge_copy(*turn, system=data.system, note=data.reason)

    @step("lift-measure", "liftMeasure")
    async def lift_measure(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[LiftMeasure]) -> Repair:
        """A unit says that it no longer applies its measure."""
        return await handling.lift_measure(*turn, code=data.code, unit=data.unit, note=data.reason)

    @step("confirm-removal", "confirmListRemoval")
    async def confirm_removal(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """The unit says that the list it publishes no longer names the person."""
        return await handling.confirm_removal(*turn, note=data.reason)

    @step("propose-bar", "proposeRepairBar")
    async def propose_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[ProposeBar]) -> Repair:
        """Enter what the unit found and until when it means to bar, and tell the resident before it is decided."""
        return await handling.propose_bar(*turn, proposal=data.bar, note=data.reason)

    @step("drop-bar", "dropRepairBar")
    async def drop_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """Enter that the unit lets a proposed bar be."""
        return await handling.drop_bar(*turn, reasons=data.reasons, note=data.reason)

    @step("bar", "barRepair")
    async def bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """Enter that the unit bars repair until the day that was told, after the resident was heard."""
        return await handling.bar(*turn, reasons=data.reasons, note=data.reason)

    @post("/{repair_id:str}/evidence", access="officer", operation_id="addRepairEvidenceAsOfficer", status_code=200)
    async def add_evidence(
        self,
        data: MultipartBody[OfficialUpload],
        steps: NamedDependency[RepairSteps],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[RepairView]:
        """Put a file into the case, such as the unit's letter."""
        return await attach(evidence, data, steps)

    @get("/{repair_id:str}/evidence/{evidence_id:str}", access="officer", operation_id="readRepairEvidence")
    async def read_evidence(
        self,
        repair_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[bytes]:
        """A file of the case, as an attachment; the read is in the audit."""
        case = await repairs.read_by(visit.actor, repair_id, visit.now)
        return download(*await evidence.open(evidence_id, case=case.id))


ROUTES = (StaffRepairController,)
