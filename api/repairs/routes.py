"""The residents' URLs of repairs."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody, QueryParameter

from api.desk.documents import ResultDocument
from api.desk.schemas import Nothing, StepView
from api.evidence.service import EvidenceService
from api.evidence.transfer import Upload, download
from api.http.paging import Limit
from api.http.steps import StepRoutes, Steps, Turn, by_id
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from api.infra.steps import next_due
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
from api.repairs.states import TABLE


async def make_steps(
    repair_id: FromPath[str], visit: NamedDependency[Visit], repairs: NamedDependency[RepairService]
) -> Steps[RepairService, str, Repair, RepairView]:
    return Steps(visit, repairs, repair_id, by_id, repairs.show)


STEPS = {"steps": Provide(make_steps)}
step = StepRoutes[RepairService, str, Repair, RepairView]("/{repair_id:str}", Response[RepairView], access="resident")


class RepairController(Controller):
    path = "/me/repairs"
    tags = ("repairs",)
    dependencies = STEPS

    @get("/eligibility", access="resident", operation_id="getRepairEligibility")
    async def eligibility(
        self,
        record_id: Annotated[str, QueryParameter(name="recordId")],
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        performed_on: Annotated[date | None, QueryParameter(name="performedOn")] = None,
    ) -> EligibilityView:
        """Every condition by name, the first possible day, the materials and the pledge; `performedOn` asks what if."""
        return await repairs.eligibility(visit.actor, record_id, visit.now, performed_on)

    @post("/reminders", access="resident", operation_id="remindOfRepair")
    async def remind(
        self, data: JSONBody[RemindOfRepair], visit: NamedDependency[Visit], repairs: NamedDependency[RepairService]
    ) -> Response[ReminderView]:
        """Be told on the morning of the first possible day."""
        return await visit.run(lambda tx: repairs.remind(tx, visit.actor, data.record_id, visit.now))

    @post(access="resident", quota="repairs", operation_id="fileRepair")
    async def file(
        self, data: JSONBody[FileRepair], visit: NamedDependency[Visit], repairs: NamedDependency[RepairService]
    ) -> Response[RepairView]:
        """Apply for the repair of a record; it costs nothing."""
        return await visit.run(lambda tx: repairs.file(tx, visit.actor, data, visit.now))

    @get(access="resident", operation_id="listRepairs")
    async def list_own(
        self,
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[RepairLine]:
        """One's own repairs, newest first."""
        page = await repairs.page(visit.actor, cursor, limit)
        return page.map(lambda case: line(case, visit.today))

    @get("/{repair_id:str}", access="resident", operation_id="getRepair")
    async def read(
        self, repair_id: FromPath[str], visit: NamedDependency[Visit], repairs: NamedDependency[RepairService]
    ) -> RepairView:
        """One repair with its running clocks, its history and what can be done now."""
        return await repairs.show(visit.actor, await repairs.owned(visit.actor, repair_id, visit.now), visit.now)

    @get("/{repair_id:str}/decision", access="resident", operation_id="getRepairDecision")
    async def decision(
        self, repair_id: FromPath[str], visit: NamedDependency[Visit], repairs: NamedDependency[RepairService]
    ) -> ResultDocument:
        """The decision in writing, once there is one."""
        return await repairs.decision(visit.actor, repair_id, visit.now)

    @step("urge", "urgeRepair")
    async def urge(self, repairs: RepairService, turn: Turn[str], data: JSONBody[Nothing]) -> Repair:
        """Urge whoever owes the next step."""
        return await repairs.urge(*turn)

    @step("withdraw", "withdrawRepair")
    async def withdraw(self, repairs: RepairService, turn: Turn[str], data: JSONBody[Nothing]) -> Repair:
        """Take an open application back."""
        return await repairs.withdraw(*turn)

    @step("bar-answer", "answerRepairBar")
    async def answer_bar(self, repairs: RepairService, turn: Turn[str], data: JSONBody[AnswerBar]) -> Repair:
        """Say what one has to say before a bar is decided."""
        return await repairs.answer_bar(turn.tx, turn.actor, turn.case, data, turn.now)

    @step("material", "giveRepairMaterial")
    async def give_material(self, repairs: RepairService, turn: Turn[str], data: JSONBody[GiveMaterial]) -> Repair:
        """Give what the one list asked for."""
        return await repairs.give_material(turn.tx, turn.actor, turn.case, data, turn.now)

    @post("/{repair_id:str}/evidence", access="resident", operation_id="addRepairEvidence")
    async def add_evidence(
        self,
        repair_id: FromPath[str],
        data: MultipartBody[Upload],
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[RepairView]:
        """Add a file to an open repair."""
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def work(tx: Tx) -> RepairView:
            case = await repairs.add_evidence(tx, visit.actor, repair_id, file, visit.now)
            return await repairs.show(visit.actor, case, visit.now, tx)

        return await visit.run(work)

    @get("/{repair_id:str}/evidence/{evidence_id:str}", access="resident", operation_id="downloadRepairEvidence")
    async def download_evidence(
        self,
        repair_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[bytes]:
        """A file of the repair, as an attachment."""
        case = await repairs.owned(visit.actor, repair_id, visit.now)
        return download(*await evidence.open(evidence_id, case=case.id))


def line(case: Repair, today: date) -> RepairLine:
    first = next_due(case.steps)
    return RepairLine(
        id=case.id,
        number=case.number,
        record_id=case.record_id,
        record_title=case.record_title,
        jurisdiction=case.jurisdiction,
        addressee=case.addressee,
        status=case.status,
        status_label=TABLE.label(case.status),
        is_open=case.is_open,
        filed_at=case.filed_at,
        next=StepView.of(first, today) if first else None,
    )


ROUTES = (RepairController,)
