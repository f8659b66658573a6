"""Routes of repairs for residents."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, Served
from api.http.injection import Needs
from api.http.visit import Visit
from api.repairs.models import Repair
from api.repairs.schemas import (
    AnswerBar,
    EligibilityView,
    FileRepair,
    GiveMaterial,
    ReminderView,
    RemindOfRepair,
    RepairLine,
    RepairView,
)
from api.repairs.service import RepairService

DECISION = "repair-decision"
REPAIRS = Served("repairs", RepairService)
own = CaseRoutes(REPAIRS, REPAIRS, "repair_id", RepairService.show, RepairView, access="resident")


@own.controller("/me/repairs")
class RepairController(Controller):
    @get("/eligibility", operation_id="getRepairEligibility")
    async def eligibility(
        self,
        record_id: Annotated[str, QueryParameter(name="recordId")],
        visit: Needs[Visit],
        repairs: Needs[RepairService],
        performed_on: Annotated[date | None, QueryParameter(name="performedOn")] = None,
    ) -> EligibilityView:
        """Shows every condition by name, the first possible day, the materials and the pledge. `performedOn` asks for a day on
        which the duty might be performed."""
        return await repairs.eligibility(visit.actor, record_id, visit.now, performed_on)

    @post("/reminders", operation_id="remindOfRepair")
    async def remind(
        self, data: JSONBody[RemindOfRepair], visit: Needs[Visit], repairs: Needs[RepairService]
    ) -> Response[ReminderView]:
        """Book a notice for the morning of the first possible day."""
        return await visit.run(lambda tx: repairs.remind(tx, visit.actor, data.record_id, visit.now))

    @post(quota="repairs", operation_id="fileRepair")
    async def file(
        self, data: JSONBody[FileRepair], visit: Needs[Visit], repairs: Needs[RepairService]
    ) -> Response[RepairView]:
        """Apply for the repair of a record; it costs nothing."""
        return await visit.run(lambda tx: repairs.file(tx, visit.actor, data, visit.now))

    @own.list("listRepairs")
    def list_own(self, repairs: RepairService, case: Repair, visit: Visit) -> RepairLine:
        """Lists your repairs, newest first."""
        return RepairLine.of(case, visit.today)

    read = own.read("getRepair", "Shows one repair with its running clocks, its history and what can be done now.")
    add_evidence = own.add_file("addRepairEvidence")
    read_evidence = own.file("downloadRepairEvidence")
    decision = own.document("decision", "getRepairDecision", "Shows the written decision, once there is one.")
    decision_pdf = own.paper(
        "decision",
        "getRepairDecisionPdf",
        DECISION,
        "Downloads the written decision on a repair (Dalian 44, Yunnan 38).",
    )

    urge = own.plain("urge", "urgeRepair", RepairService.urge, "Urge whoever owes the next step.")

    withdraw = own.plain("withdraw", "withdrawRepair", RepairService.withdraw, "Withdraw an open application.")

    @own("bar-answer", "answerRepairBar")
    async def answer_bar(self, repairs: RepairService, turn: Turn[Repair], data: JSONBody[AnswerBar]) -> Repair:
        """Give your answer before a bar is decided."""
        return await repairs.answer_bar(turn, data)

    @own("material", "giveRepairMaterial")
    async def give_material(self, repairs: RepairService, turn: Turn[Repair], data: JSONBody[GiveMaterial]) -> Repair:
        """Hand in the material that was asked for."""
        return await repairs.give_material(turn, data)


ROUTES = (RepairController,)
