"""The officers' URLs of objections."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody, QueryParameter

from api.desk.documents import ResultDocument
from api.desk.routes import Steps
from api.desk.schemas import StaffStep
from api.evidence.routes import Upload, download
from api.evidence.service import EvidenceService
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.infra.paging import MAX_LIMIT
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

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]


async def make_steps(
    actor: NamedDependency[Actor],
    once: NamedDependency[Once],
    objections: NamedDependency[ObjectionService],
    clock: NamedDependency[Clock],
) -> Steps:
    return Steps(actor, once, objections, clock)


class StaffObjectionController(Controller):
    path = "/staff/objections"
    tags = ("objections",)

    @get("/{objection_id:str}", access="officer", operation_id="getObjectionAsOfficer")
    async def read(
        self,
        objection_id: FromPath[str],
        actor: NamedDependency[Actor],
        objections: NamedDependency[ObjectionService],
        clock: NamedDependency[Clock],
    ) -> ObjectionView:
        """One objection of one's own jurisdiction, with notes and what can be done now; the read is in the audit."""
        now = clock.now()
        case = await objections.read_by(actor, objection_id, now)
        return await objections.show(actor, case, now)

    @get("/{objection_id:str}/result", access="officer", operation_id="getObjectionResultAsOfficer")
    async def result(
        self,
        objection_id: FromPath[str],
        actor: NamedDependency[Actor],
        objections: NamedDependency[ObjectionService],
        clock: NamedDependency[Clock],
    ) -> ResultDocument:
        """The result in writing, as the resident gets it."""
        return await objections.result(actor, objection_id, clock.now())

    @post("/{objection_id:str}/correct-own-error", access="officer", operation_id="correctOwnError", status_code=200)
    async def correct_own_error(
        self,
        objection_id: FromPath[str],
        data: JSONBody[Uphold],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Dalian: the centre's own error, corrected and told at once."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            correction = data.correction.correction() if data.correction else None
            return await objection_handling.correct_own_error(
                tx, actor, case, now, reasons=data.reasons, correction=correction, note=data.reason
            )

        return await objection_steps.take(objection_id, step, data.version)

    @post("/{objection_id:str}/dispatch", access="officer", operation_id="dispatchObjection", status_code=200)
    async def dispatch(
        self,
        objection_id: FromPath[str],
        data: JSONBody[StaffStep],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Have the unit that provided the record verify it."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.dispatch(tx, actor, case, now, data.reason)

        return await objection_steps.take(objection_id, step, data.version)

    @post("/{objection_id:str}/receipt", access="officer", operation_id="enterObjectionReceipt", status_code=200)
    async def receipt(
        self,
        objection_id: FromPath[str],
        data: JSONBody[StaffReceipt],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Enter that a unit received the notice on paper; its days run from then."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.receipt(
                tx, actor, case, now, received_on=data.received_on, note=data.reason
            )

        return await objection_steps.take(objection_id, step, data.version)

    @post("/{objection_id:str}/reply", access="officer", operation_id="enterObjectionReply", status_code=200)
    async def reply(
        self,
        objection_id: FromPath[str],
        data: JSONBody[StaffReply],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Enter what a unit replied on paper."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.reply(
                tx,
                actor,
                case,
                now,
                is_founded=data.founded,
                reasons=data.reasons,
                correction=data.correction.correction() if data.correction else None,
                note=data.reason,
            )

        return await objection_steps.take(objection_id, step, data.version)

    @post("/{objection_id:str}/uphold", access="officer", operation_id="upholdObjection", status_code=200)
    async def uphold(
        self,
        objection_id: FromPath[str],
        data: JSONBody[Uphold],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Founded: the record is corrected, the resident and every system with a copy are told."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            correction = data.correction.correction() if data.correction else None
            return await objection_handling.uphold(
                tx, actor, case, now, reasons=data.reasons, correction=correction, note=data.reason
            )

        return await objection_steps.take(objection_id, step, data.version)

    @post("/{objection_id:str}/reject", access="officer", operation_id="rejectObjection", status_code=200)
    async def reject(
        self,
        objection_id: FromPath[str],
        data: JSONBody[Reject],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Unfounded: with reasons, and with the remedies and their last days."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.reject(tx, actor, case, now, reasons=data.reasons, note=data.reason)

        return await objection_steps.take(objection_id, step, data.version)

    @post("/{objection_id:str}/pause", access="officer", operation_id="pauseObjection", status_code=200)
    async def pause(
        self,
        objection_id: FromPath[str],
        data: JSONBody[PauseClock],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Yunnan: leave the time of an examination out of the days."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.pause(
                tx,
                actor,
                case,
                now,
                kind=data.kind,
                expected_until=data.expected_until,
                evidence=data.evidence,
                note=data.reason,
            )

        return await objection_steps.take(objection_id, step, data.version)

    @post("/{objection_id:str}/resume", access="officer", operation_id="resumeObjection", status_code=200)
    async def resume(
        self,
        objection_id: FromPath[str],
        data: JSONBody[StaffStep],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """The examination is over: the days run again."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.resume(tx, actor, case, now, data.reason)

        return await objection_steps.take(objection_id, step, data.version)

    @post(
        "/{objection_id:str}/acknowledge-copy",
        access="officer",
        operation_id="acknowledgeObjectionCopy",
        status_code=200,
    )
    async def acknowledge_copy(
        self,
        objection_id: FromPath[str],
        data: JSONBody[AcknowledgeCopy],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Another system says that it followed the correction."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.acknowledge_copy(tx, actor, case, now, system=data.system, note=data.reason)

        return await objection_steps.take(objection_id, step, data.version)

    @post(
        "/{objection_id:str}/evidence", access="officer", operation_id="addObjectionEvidenceAsOfficer", status_code=200
    )
    async def add_evidence(
        self,
        objection_id: FromPath[str],
        data: MultipartBody[Upload],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[ObjectionView]:
        """Put a file into the case, such as the order for an examination."""
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            await evidence.add(tx, actor.id, case.id, file, now)
            return case

        return await objection_steps.take(objection_id, step)

    @get("/{objection_id:str}/evidence/{evidence_id:str}", access="officer", operation_id="readObjectionEvidence")
    async def read_evidence(
        self,
        objection_id: FromPath[str],
        evidence_id: FromPath[str],
        actor: NamedDependency[Actor],
        objections: NamedDependency[ObjectionService],
        evidence: NamedDependency[EvidenceService],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """A file of the case, as an attachment; the read is in the audit."""
        return await hand_out(actor, objection_id, evidence_id, objections, evidence, clock.now())


async def hand_out(
    actor: Actor,
    objection_id: str,
    evidence_id: str,
    objections: ObjectionService,
    evidence: EvidenceService,
    now: datetime,
) -> Response[bytes]:
    case = await objections.seen_by(actor, objection_id, now)
    file, content = await evidence.open(evidence_id, case=case.id)
    await objections.audits.write(None, actor, "evidence.read", file.id, now, subject=case.subject, basis=case.id)
    return download(file, content)


ROUTES = (StaffObjectionController,)
