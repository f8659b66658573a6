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
from api.http.idempotency import Once
from api.http.paging import Limit
from api.http.steps import StepRoutes, Steps, Turn, by_id
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from api.infra.steps import next_due
from api.repairs.models import Repair
from api.repairs.schemas import (
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
    repair_id: FromPath[str],
    actor: NamedDependency[Actor],
    once: NamedDependency[Once],
    repairs: NamedDependency[RepairService],
    clock: NamedDependency[Clock],
) -> Steps[RepairService, str, Repair, RepairView]:
    return Steps(actor, once, clock, repairs, repair_id, by_id, repairs.show)


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
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
        performed_on: Annotated[date | None, QueryParameter(name="performedOn")] = None,
    ) -> EligibilityView:
        """Every condition by name, the first possible day, the materials and the pledge; `performedOn` asks what if."""
        return await repairs.eligibility(actor, record_id, clock.now(), performed_on)

    @post("/reminders", access="resident", operation_id="remindOfRepair")
    async def remind(
        self,
        data: JSONBody[RemindOfRepair],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> Response[ReminderView]:
        """Be told on the morning of the first possible day."""
        now = clock.now()

        async def work(tx: Tx) -> ReminderView:
            return await repairs.remind(tx, actor, data.record_id, now)

        return await once.run(work)

    @post(access="resident", operation_id="fileRepair")
    async def file(
        self,
        data: JSONBody[FileRepair],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> Response[RepairView]:
        """Apply for the repair of a record; it costs nothing."""
        now = clock.now()

        async def work(tx: Tx) -> RepairView:
            return await repairs.file(tx, actor, data, now)

        return await once.run(work)

    @get(access="resident", operation_id="listRepairs")
    async def list_own(
        self,
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[RepairLine]:
        """One's own repairs, newest first."""
        page = await repairs.page(actor, cursor, limit)
        return page.map(lambda case: line(case, clock))

    @get("/{repair_id:str}", access="resident", operation_id="getRepair")
    async def read(
        self,
        repair_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> RepairView:
        """One repair with its running clocks, its history and what can be done now."""
        now = clock.now()
        return await repairs.show(actor, await repairs.owned(actor, repair_id, now), now)

    @get("/{repair_id:str}/decision", access="resident", operation_id="getRepairDecision")
    async def decision(
        self,
        repair_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> ResultDocument:
        """The decision in writing, once there is one."""
        return await repairs.decision(actor, repair_id, clock.now())

    @step("urge", "urgeRepair")
    async def urge(self, repairs: RepairService, turn: Turn[str], data: JSONBody[Nothing]) -> Repair:
        """Urge whoever owes the next step."""
        return await repairs.urge(*turn)

    @step("withdraw", "withdrawRepair")
    async def withdraw(self, repairs: RepairService, turn: Turn[str], data: JSONBody[Nothing]) -> Repair:
        """Take an open application back."""
        return await repairs.withdraw(*turn)

    @step("material", "giveRepairMaterial")
    async def give_material(self, repairs: RepairService, turn: Turn[str], data: JSONBody[GiveMaterial]) -> Repair:
        """Give what the one list asked for."""
        return await repairs.give_material(turn.tx, turn.actor, turn.case, data, turn.now)

    @post("/{repair_id:str}/evidence", access="resident", operation_id="addRepairEvidence")
    async def add_evidence(
        self,
        repair_id: FromPath[str],
        data: MultipartBody[Upload],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        repairs: NamedDependency[RepairService],
        evidence: NamedDependency[EvidenceService],
        clock: NamedDependency[Clock],
    ) -> Response[RepairView]:
        """Add a file to an open repair."""
        now = clock.now()
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def work(tx: Tx) -> RepairView:
            case = await repairs.add_evidence(tx, actor, repair_id, file, now)
            return await repairs.show(actor, case, now, tx)

        return await once.run(work)

    @get("/{repair_id:str}/evidence/{evidence_id:str}", access="resident", operation_id="downloadRepairEvidence")
    async def download_evidence(
        self,
        repair_id: FromPath[str],
        evidence_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        evidence: NamedDependency[EvidenceService],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """A file of the repair, as an attachment."""
        case = await repairs.owned(actor, repair_id, clock.now())
        return download(*await evidence.open(evidence_id, case=case.id))


def line(case: Repair, clock: Clock) -> RepairLine:
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
        next=StepView.of(first, clock.today()) if first else None,
    )
