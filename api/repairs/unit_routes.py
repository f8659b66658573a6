"""Routes of repairs for the unit that determined the conduct: cases addressed or forwarded to it."""

from typing import Literal

from litestar import Controller, get
from litestar.params import FromQuery, JSONBody

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes
from api.desk.schemas import UnitStep
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.paging import Page
from api.repairs.handling import RepairHandling
from api.repairs.handling_routes import HANDLING
from api.repairs.models import Repair
from api.repairs.routes import REPAIRS
from api.repairs.schemas import RepairLine, RepairView, UnitApprove, UnitAsk, UnitLift, UnitProposeBar, UnitRefuse
from api.repairs.service import RepairService
from api.repairs.states import WITH_UNIT

Status = Literal["forwarded", "unit_material_asked", "accepted", "approved", "refused", "declined", "lapsed"]
unit = CaseRoutes(REPAIRS, HANDLING, "repair_id", RepairService.show, RepairView, access="provider", scope="repairs")


@unit.controller("/provider/repairs")
class UnitRepairController(Controller):
    @get(operation_id="listRepairsOfUnit")
    async def page(
        self,
        visit: Needs[Visit],
        repairs: Needs[RepairService],
        asked: Needs[Asked],
        status: FromQuery[Status | None] = None,
    ) -> Page[RepairLine]:
        """Lists the repairs of records that your unit determined, newest first: those that wait for a decision, or those with
        one status."""
        found = await repairs.page_of_provider(visit.actor, (status,) if status else WITH_UNIT, *asked)
        return found.map(lambda case: RepairLine.of(case, visit.today))

    read = unit.read(
        "getRepairAsUnit", "Shows one repair with what can be done now. The read is recorded in the audit."
    )
    read_evidence = unit.file("readRepairEvidenceAsUnit")
    decision = unit.document(
        "decision", "getRepairDecisionAsUnit", "Shows the written decision as the resident gets it."
    )

    @unit("ask-for-material", "askForRepairMaterialAsUnit")
    async def ask_for_material(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitAsk]) -> Repair:
        """Ask for missing material, once, in one complete list."""
        return await handling.ask_for_material(turn, items=data.items, note=None)

    @unit("give-time", "giveTimeForRepairMaterialAsUnit")
    async def give_time(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitStep]) -> Repair:
        """Tell the resident a later last day for the material, or the first one where none was told."""
        return await handling.give_time(turn, note=None)

    @unit("lapse", "endRepairWithoutMaterialAsUnit")
    async def lapse(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitStep]) -> Repair:
        """End an application whose material was not given, after the day that was told. It refuses nothing on the merits."""
        return await handling.lapse(turn, note=None)

    @unit("accept", "acceptRepairAsUnit")
    async def accept(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitStep]) -> Repair:
        """Accept the application. The days for the decision are counted from now."""
        return await handling.accept(turn, note=None)

    @unit("decline", "declineRepairAsUnit")
    async def decline(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Decline the application, with reasons. The resident is told the remedies and their last days."""
        return await handling.decline(turn, reasons=data.reasons, note=None)

    @unit("extend", "extendRepairAsUnit")
    async def extend(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Extend the time for the decision, once. The resident is told why before the original due date has passed."""
        return await handling.extend(turn, reasons=data.reasons, note=None)

    @unit("approve", "approveRepairAsUnit")
    async def approve(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitApprove]) -> Repair:
        """Approve the repair. Publication, sharing and use end at once, and the follow-up by other systems is tracked."""
        return await handling.approve(turn, reasons=data.reasons, note=None, despite=data.despite)

    @unit("refuse", "refuseRepairAsUnit")
    async def refuse(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Refuse the repair, with reasons. The resident is told the remedies and their last days."""
        return await handling.refuse(turn, reasons=data.reasons, note=None)

    @unit("lift-measure", "liftMeasureAsUnit")
    async def lift_measure(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitLift]) -> Repair:
        """Confirm that your unit no longer applies a measure."""
        unit = data.unit or turn.case.provider_unit
        return await handling.lift_measure(turn, code=data.code, unit=unit, note=None)

    @unit("confirm-removal", "confirmListRemovalAsUnit")
    async def confirm_removal(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitStep]) -> Repair:
        """Confirm that your published list no longer names the person."""
        return await handling.confirm_removal(turn, note=None)

    @unit("propose-bar", "proposeRepairBarAsUnit")
    async def propose_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitProposeBar]) -> Repair:
        """Tell the resident what was found and the intended last day of the bar, before it is decided."""
        return await handling.propose_bar(turn, proposal=data.bar, note=None)

    @unit("drop-bar", "dropRepairBarAsUnit")
    async def drop_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Drop a proposed bar, after hearing the resident."""
        return await handling.drop_bar(turn, reasons=data.reasons, note=None)

    @unit("bar", "barRepairAsUnit")
    async def bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Bar repair until the announced day, after hearing the resident. `reasons` reply to what they said."""
        return await handling.bar(turn, reasons=data.reasons, note=None)


ROUTES = (UnitRepairController,)
