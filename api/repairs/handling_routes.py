"""Routes of repairs for officers."""

from litestar import Controller
from litestar.params import JSONBody

from api.desk.casework import Turn
from api.desk.documents import NOTE
from api.desk.routing import CaseRoutes, Served
from api.desk.schemas import StaffStep
from api.repairs.handling import RepairHandling
from api.repairs.models import Repair
from api.repairs.routes import DECISION, REPAIRS
from api.repairs.schemas import (
    AcknowledgeCopy,
    Approve,
    AskForMaterial,
    DraftOfDecision,
    LiftMeasure,
    ProposeBar,
    Refuse,
    RepairView,
)
from api.repairs.service import RepairService

HANDLING = Served("repair_handling", RepairHandling)
officer = CaseRoutes(REPAIRS, HANDLING, "repair_id", RepairService.show, RepairView, access="officer")


async def rehearse(handling: RepairHandling, turn: Turn[Repair], data: JSONBody[DraftOfDecision]) -> Repair:
    """The decision that is in the form. Raises Invalid where reasons are lacking."""
    return await handling.decide(turn, data, NOTE)


@officer.controller("/staff/repairs")
class StaffRepairController(Controller):
    read = officer.read(
        "getRepairAsOfficer",
        "Shows one repair of your place with notes and what can be done now. The read is recorded in the audit.",
    )
    add_evidence = officer.add_official_file("addRepairEvidenceAsOfficer")
    read_evidence = officer.file("readRepairEvidence")
    decision = officer.document(
        "decision", "getRepairDecisionAsOfficer", "Shows the written decision as the resident gets it."
    )
    decision_pdf = officer.paper(
        "decision",
        "getRepairDecisionPdfAsOfficer",
        DECISION,
        "Downloads the written decision on a repair of your place, final and with its code.",
    )
    draft = officer.draft("draftRepairDecision", rehearse)
    draft_pdf = officer.draft_paper("draftRepairDecisionPdf", rehearse)

    @officer("ask-for-material", "askForRepairMaterial")
    async def ask_for_material(
        self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[AskForMaterial]
    ) -> Repair:
        """Ask for missing material, once, in one complete list."""
        return await handling.ask_for_material(turn, items=data.items, note=data.reason)

    @officer("give-time", "giveTimeForRepairMaterial")
    async def give_time(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """Tell the resident a later last day for the material, or the first one where none was told."""
        return await handling.give_time(turn, note=data.reason)

    @officer("lapse", "endRepairWithoutMaterial")
    async def lapse(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """End an application whose material was not given, after the day that was told. It refuses nothing on the merits."""
        return await handling.lapse(turn, note=data.reason)

    @officer("forward", "forwardRepair")
    async def forward(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """Send the application to the unit that determined the conduct."""
        return await handling.forward(turn, note=data.reason)

    @officer("accept", "acceptRepair")
    async def accept(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """Enter that the unit accepts the application."""
        return await handling.accept(turn, note=data.reason)

    @officer("decline", "declineRepair")
    async def decline(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """Enter that the unit declines the application, with reasons. The resident is told the remedies."""
        return await handling.decline(turn, reasons=data.reasons, note=data.reason)

    @officer("extend", "extendRepair")
    async def extend(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """Enter that the unit extends the time for its decision, once. The resident is told why before the original due date
        has passed."""
        return await handling.extend(turn, reasons=data.reasons, note=data.reason)

    @officer("approve", "approveRepair")
    async def approve(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Approve]) -> Repair:
        """Enter that the unit approves the repair. Publication, sharing and use end at once."""
        return await handling.approve(turn, reasons=data.reasons, note=data.reason, despite=data.despite)

    @officer("refuse", "refuseRepair")
    async def refuse(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """Enter that the unit refuses the repair, with reasons. The resident is told the remedies."""
        return await handling.refuse(turn, reasons=data.reasons, note=data.reason)

    @officer("acknowledge-copy", "acknowledgeRepairCopy")
    async def acknowledge_copy(
        self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[AcknowledgeCopy]
    ) -> Repair:
        """Enter that another system no longer uses the record."""
        return await handling.acknowledge_copy(turn, system=data.system, note=data.reason)

    @officer("lift-measure", "liftMeasure")
    async def lift_measure(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[LiftMeasure]) -> Repair:
        """Enter that a unit no longer applies its measure."""
        return await handling.lift_measure(turn, code=data.code, unit=data.unit, note=data.reason)

    @officer("confirm-removal", "confirmListRemoval")
    async def confirm_removal(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[StaffStep]) -> Repair:
        """Enter that the unit's published list no longer names the person."""
        return await handling.confirm_removal(turn, note=data.reason)

    @officer("propose-bar", "proposeRepairBar")
    async def propose_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[ProposeBar]) -> Repair:
        """Enter what the unit found and the intended last day of the bar, and tell the resident before it is decided."""
        return await handling.propose_bar(turn, proposal=data.bar, note=data.reason)

    @officer("drop-bar", "dropRepairBar")
    async def drop_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """Enter that the unit drops a proposed bar."""
        return await handling.drop_bar(turn, reasons=data.reasons, note=data.reason)

    @officer("bar", "barRepair")
    async def bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[Refuse]) -> Repair:
        """Enter that the unit bars repair until the announced day, after the resident was heard."""
        return await handling.bar(turn, reasons=data.reasons, note=data.reason)


ROUTES = (StaffRepairController,)
