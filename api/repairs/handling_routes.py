"""The officers' URLs of repairs, and what a determining unit has to decide."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody

from api.desk.documents import ResultDocument
from api.desk.routes import Steps
from api.desk.schemas import StaffStep
from api.evidence.routes import Upload, download
from api.evidence.service import EvidenceService
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.repairs.handling import RepairHandling
from api.repairs.models import Repair
from api.repairs.schemas import AcknowledgeCopy, Approve, AskForMaterial, LiftMeasure, Refuse, RepairView
from api.repairs.service import RepairService


async def make_steps(
    actor: NamedDependency[Actor],
    once: NamedDependency[Once],
    repairs: NamedDependency[RepairService],
    clock: NamedDependency[Clock],
) -> Steps:
    return Steps(actor, once, repairs, clock)


class StaffRepairController(Controller):
    path = "/staff/repairs"
    tags = ("repairs",)

    @get("/{repair_id:str}", access="officer", operation_id="getRepairAsOfficer")
    async def read(
        self,
        repair_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> RepairView:
        """One repair of one's own jurisdiction, with notes and what can be done now; the read is in the audit."""
        now = clock.now()
        return await repairs.show(actor, await repairs.read_by(actor, repair_id, now), now)

    @get("/{repair_id:str}/decision", access="officer", operation_id="getRepairDecisionAsOfficer")
    async def decision(
        self,
        repair_id: FromPath[str],
        actor: NamedDependency[Actor],
        repairs: NamedDependency[RepairService],
        clock: NamedDependency[Clock],
    ) -> ResultDocument:
        """The decision in writing, as the resident gets it."""
        return await repairs.decision(actor, repair_id, clock.now())

    @post("/{repair_id:str}/ask-for-material", access="officer", operation_id="askForRepairMaterial", status_code=200)
    async def ask_for_material(
        self,
        repair_id: FromPath[str],
        data: JSONBody[AskForMaterial],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Ask for all that is lacking, in one list, once."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.ask_for_material(tx, actor, case, now, items=data.items, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/forward", access="officer", operation_id="forwardRepair", status_code=200)
    async def forward(
        self,
        repair_id: FromPath[str],
        data: JSONBody[StaffStep],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Send the application to the unit that determined the conduct."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.forward(tx, actor, case, now, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/accept", access="officer", operation_id="acceptRepair", status_code=200)
    async def accept(
        self,
        repair_id: FromPath[str],
        data: JSONBody[StaffStep],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The unit accepts the application."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.accept(tx, actor, case, now, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/decline", access="officer", operation_id="declineRepair", status_code=200)
    async def decline(
        self,
        repair_id: FromPath[str],
        data: JSONBody[Refuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The unit does not accept it: with reasons and remedies."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.decline(tx, actor, case, now, reasons=data.reasons, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/extend", access="officer", operation_id="extendRepair", status_code=200)
    async def extend(
        self,
        repair_id: FromPath[str],
        data: JSONBody[Refuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The unit takes more time for its decision, once, and the resident is told why before the first day is over."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.extend(tx, actor, case, now, reasons=data.reasons, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/approve", access="officer", operation_id="approveRepair", status_code=200)
    async def approve(
        self,
        repair_id: FromPath[str],
        data: JSONBody[Approve],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The unit repairs: publication, sharing and use end at once."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.approve(tx, actor, case, now, reasons=data.reasons, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/refuse", access="officer", operation_id="refuseRepair", status_code=200)
    async def refuse(
        self,
        repair_id: FromPath[str],
        data: JSONBody[Refuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The unit does not repair: with reasons and remedies."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.refuse(tx, actor, case, now, reasons=data.reasons, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/acknowledge-copy", access="officer", operation_id="acknowledgeRepairCopy", status_code=200)
    async def acknowledge_copy(
        self,
        repair_id: FromPath[str],
        data: JSONBody[AcknowledgeCopy],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """Another system says that it no longer uses the record."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.acknowledge_copy(tx, actor, case, now, system=data.system, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/lift-measure", access="officer", operation_id="liftMeasure", status_code=200)
    async def lift_measure(
        self,
        repair_id: FromPath[str],
        data: JSONBody[LiftMeasure],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """A unit says that it no longer applies its measure."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.lift_measure(
                tx, actor, case, now, code=data.code, unit=data.unit, note=data.reason
            )

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/confirm-removal", access="officer", operation_id="confirmListRemoval", status_code=200)
    async def confirm_removal(
        self,
        repair_id: FromPath[str],
        data: JSONBody[StaffStep],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The unit says that the list it publishes no longer names the person."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.confirm_removal(tx, actor, case, now, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/bar", access="officer", operation_id="barRepair", status_code=200)
    async def bar(
        self,
        repair_id: FromPath[str],
        data: JSONBody[Refuse],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        repair_handling: NamedDependency[RepairHandling],
    ) -> Response[RepairView]:
        """The pledge was seriously untrue: no repair for some years."""

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            return await repair_handling.bar(tx, actor, case, now, reasons=data.reasons, note=data.reason)

        return await repair_steps.take(repair_id, step, data.version)

    @post("/{repair_id:str}/evidence", access="officer", operation_id="addRepairEvidenceAsOfficer", status_code=200)
    async def add_evidence(
        self,
        repair_id: FromPath[str],
        data: MultipartBody[Upload],
        actor: NamedDependency[Actor],
        repair_steps: NamedDependency[Steps],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[RepairView]:
        """Put a file into the case, such as the unit's letter."""
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def step(tx: Tx, case: Repair, now: datetime) -> Repair:
            await evidence.add(tx, actor.id, case.id, file, now)
            return case

        return await repair_steps.take(repair_id, step)

    @get("/{repair_id:str}/evidence/{evidence_id:str}", access="officer", operation_id="readRepairEvidence")
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
        case = await repairs.read_by(actor, repair_id, clock.now())
        return download(*await evidence.open(evidence_id, case=case.id))


ROUTES = (StaffRepairController,)
