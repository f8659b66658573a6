"""The URLs of the unit that determined the conduct: what is addressed or forwarded to it, worked with its own key."""

from datetime import datetime
from typing import Annotated, Literal

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.desk.documents import ResultDocument
from api.desk.routes import Steps
from api.evidence.routes import download
from api.evidence.service import EvidenceService
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT, Page
from api.repairs.handling import RepairHandling
from api.repairs.models import Repair
from api.repairs.routes import line
from api.repairs.schemas import RepairLine, RepairView, UnitApprove, UnitAsk, UnitLift, UnitRefuse, UnitStep
from api.repairs.service import RepairService
from api.repairs.states import WITH_UNIT

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]
Status = Literal["forwarded", "unit_material_asked", "accepted", "approved", "refused", "declined"]


class UnitRepairController(Controller):
    path = "/provider/repairs"
    tags = ("repairs",)

    @get(access="provider", scope="repairs", operation_id="listRepairsOfUnit")
    async def page(
        self,
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
        status: FromQuery[Status | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[RepairLine]:
        """Repairs of what one determined, newest first: those that wait for a decision, or those in one status."""
        found = await repairs.page_of_provider(actor, (status,) if status else WITH_UNIT, cursor, limit)
        return Page(items=tuple(line(case, clock) for case in found.items), next_cursor=found.next_cursor)

    @get("/{repair_id:str}", access="provider", scope="repairs", operation_id="getRepairAsUnit")
    async def read(
        self,
        repair_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> RepairView:
        """One repair with what can be done now; the read is in the audit."""
        now = clock.now()
        return await repairs.show(actor, await repairs.read_by(actor, repair_id, now), now)

    @get("/{repair_id:str}/decision", access="provider", scope="repairs", operation_id="getRepairDecisionAsUnit")
    async def decision(
        self,
        repair_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> ResultDocument:
        """The decision in writing, as the resident gets it."""
        return await repairs.decision(actor, repair_id, clock.now())

    @post(
        "/{repair_id:str}/ask-for-material",
        access="provider",
        scope="repairs",
        operation_id="askForRepairMaterialAsUnit",
        status_code=200,
    )
    async def ask_for_material(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitAsk],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Ask for all that is lacking, in one list, once."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.ask_for_material(tx, actor, case, now, items=data.items, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post(
        "/{repair_id:str}/accept",
        access="provider",
        scope="repairs",
        operation_id="acceptRepairAsUnit",
        status_code=200,
    )
    async def accept(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitStep],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Accept the application: the days for the decision run from here."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.accept(tx, actor, case, now, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post(
        "/{repair_id:str}/decline",
        access="provider",
        scope="repairs",
        operation_id="declineRepairAsUnit",
        status_code=200,
    )
    async def decline(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitRefuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Do not accept it: with reasons, and with the remedies and their last days."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.decline(tx, actor, case, now, reasons=data.reasons, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post(
        "/{repair_id:str}/extend",
        access="provider",
        scope="repairs",
        operation_id="extendRepairAsUnit",
        status_code=200,
    )
    async def extend(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitRefuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Take more time for the decision, once; the resident is told why before the first day is over."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.extend(tx, actor, case, now, reasons=data.reasons, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post(
        "/{repair_id:str}/approve",
        access="provider",
        scope="repairs",
        operation_id="approveRepairAsUnit",
        status_code=200,
    )
    async def approve(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitApprove],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Repair: publication, sharing and use end at once, and what follows from it is tracked."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.approve(tx, actor, case, now, reasons=data.reasons, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post(
        "/{repair_id:str}/refuse",
        access="provider",
        scope="repairs",
        operation_id="refuseRepairAsUnit",
        status_code=200,
    )
    async def refuse(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitRefuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Do not repair: with reasons, and with the remedies and their last days."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.refuse(tx, actor, case, now, reasons=data.reasons, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post(
        "/{repair_id:str}/lift-measure",
        access="provider",
        scope="repairs",
        operation_id="liftMeasureAsUnit",
        status_code=200,
    )
    async def lift_measure(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitLift],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Say that a measure of one's own is no longer applied."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            unit = data.unit or case.provider_unit
            return await repair_handling.lift_measure(tx, actor, case, now, code=data.code, unit=unit, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post(
        "/{repair_id:str}/confirm-removal",
        access="provider",
        scope="repairs",
        operation_id="confirmListRemovalAsUnit",
        status_code=200,
    )
    async def confirm_removal(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitStep],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Say that the list one publishes no longer names the person."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.confirm_removal(tx, actor, case, now, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/bar", access="provider", scope="repairs", operation_id="barRepairAsUnit", status_code=200)
    async def bar(
        self,
        repair_id: FromPath[str],
        data: JSONBody[UnitRefuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The pledge was seriously untrue: no repair for some years."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.bar(tx, actor, case, now, reasons=data.reasons, note=None)

        return await repair_steps.take(repair_id, step, data.version)

    @get(
        "/{repair_id:str}/evidence/{evidence_id:str}",
        access="provider",
        scope="repairs",
        operation_id="readRepairEvidenceAsUnit",
    )
    async def read_evidence(
        self,
        repair_id: FromPath[str],
        evidence_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        evidence: NamedDependency[EvidenceService],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """A file of the case, as an attachment; the read is in the audit."""
        now = clock.now()
        case = await repairs.seen_by(actor, repair_id, now)
        file, content = await evidence.open(evidence_id, case=case.id)
        await repairs.audits.write(None, actor, "evidence.read", file.id, now, subject=case.subject, basis=case.id)
        return download(file, content)


ROUTES = (UnitRepairController,)
