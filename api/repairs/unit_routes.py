"""Routes of repairs for the unit that determined the conduct: cases addressed or forwarded to it."""

from typing import Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from api.desk.routing import CaseRoutes, Turn
from api.desk.schemas import UnitStep
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

Status = Literal["forwarded", "unit_material_asked", "accepted", "approved", "refused", "declined"]
unit = CaseRoutes(REPAIRS, HANDLING, "repair_id", RepairService.show, RepairView, access="provider", scope="repairs")


@unit.controller("/provider/repairs")
class UnitRepairController(Controller):
    @get(access="provider", scope="repairs", operation_id="listRepairsOfUnit")
    async def page(
        self,
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        asked: NamedDependency[Asked],
        status: FromQuery[Status | None] = None,
    ) -> Page[RepairLine]:
        """Repairs of what one determined, newest first: those that wait for a decision, or those in one status."""
        found = await repairs.page_of_provider(visit.actor, (status,) if status else WITH_UNIT, *asked)
        return found.map(lambda case: RepairLine.of(case, visit.today))

    read = unit.read("getRepairAsUnit", "One repair with what can be done now; the read is in the audit.")
    read_evidence = unit.file("readRepairEvidenceAsUnit")
    decision = unit.document("decision", "getRepairDecisionAsUnit", "The decision in writing, as the resident gets it.")

    @unit("ask-for-material", "askForRepairMaterialAsUnit")
    async def ask_for_material(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitAsk]) -> Repair:
        """Ask for all that is lacking, in one list, once."""
        return await handling.ask_for_material(*turn, items=data.items, note=None)

    @unit("accept", "acceptRepairAsUnit")
    async def accept(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitStep]) -> Repair:
        """Accept the application: the days for the decision run from here."""
        return await handling.accept(*turn, note=None)

    @unit("decline", "declineRepairAsUnit")
    async def decline(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Do not accept it: with reasons, and with the remedies and their last days."""
        return await handling.decline(*turn, reasons=data.reasons, note=None)

    @unit("extend", "extendRepairAsUnit")
    async def extend(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Take more time for the decision, once; the resident is told why before the first day is over."""
        return await handling.extend(*turn, reasons=data.reasons, note=None)

    @unit("approve", "approveRepairAsUnit")
    async def approve(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitApprove]) -> Repair:
        """Repair: publication, sharing and use end at once, and what follows from it is tracked."""
        return await handling.approve(*turn, reasons=data.reasons, note=None, despite=data.despite)

    @unit("refuse", "refuseRepairAsUnit")
    async def refuse(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Do not repair: with reasons, and with the remedies and their last days."""
        return await handling.refuse(*turn, reasons=data.reasons, note=None)

    @unit("lift-measure", "liftMeasureAsUnit")
    async def lift_measure(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitLift]) -> Repair:
        """Say that a measure of one's own is no longer applied."""
        unit = data.unit or turn.case.provider_unit
        return await handling.lift_measure(*turn, code=data.code, unit=unit, note=None)

    @unit("confirm-removal", "confirmListRemovalAsUnit")
    async def confirm_removal(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitStep]) -> Repair:
        """Say that the list one publishes no longer names the person."""
        return await handling.confirm_removal(*turn, note=None)

    @unit("propose-bar", "proposeRepairBarAsUnit")
    async def propose_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitProposeBar]) -> Repair:
        """Tell the resident what was found and until when one means to bar, before deciding it."""
        return await handling.propose_bar(*turn, proposal=data.bar, note=None)

    @unit("drop-bar", "dropRepairBarAsUnit")
    async def drop_bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Let a proposed bar be, after hearing the resident."""
        return await handling.drop_bar(*turn, reasons=data.reasons, note=None)

    @unit("bar", "barRepairAsUnit")
    async def bar(self, handling: RepairHandling, turn: Turn[Repair], data: JSONBody[UnitRefuse]) -> Repair:
        """Bar repair until the day that was told, after hearing the resident; `reasons` answer what they said."""
        return await handling.bar(*turn, reasons=data.reasons, note=None)


ROUTES = (UnitRepairController,)
