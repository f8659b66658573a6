"""What a decision would say before it is made: the step is rehearsed and undone, so the draft is what would be sent."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.desk.documents import ResultDocument
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Database, Tx
from api.infra.wire import In
from api.objections.handling import ObjectionHandling
from api.objections.models import Objection
from api.objections.schemas import CorrectionData
from api.objections.service import ObjectionService
from api.repairs.handling import RepairHandling
from api.repairs.models import Repair
from api.repairs.schemas import Approve, Despite
from api.repairs.service import RepairService
from api.reports.results import sheet_of_result
from api.reports.routes import pdf_response
from api.reports.service import ReportService

_PDF = "application/pdf"
_NOTE = "草稿预览"
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]


class DraftOfResult(In, frozen=True):
    """What the form holds; `version` is what the officer saw."""

    action: Literal["correct-own-error", "uphold", "reject"]
    reasons: Words
    correction: CorrectionData | None = None
    version: int | None = None


class DraftOfDecision(In, frozen=True):
    """Without `reasons` an approval says what it says of itself; the others need them."""

    action: Literal["approve", "refuse", "decline"]
    reasons: Words | None = None
    despite: Despite = ()
    version: int | None = None


class Rehearsal:
    """Takes the step in a transaction that is undone. The draft is read of a person's case, so it is in the audit."""

    def __init__(self, actor: Actor, database: Database, now: datetime) -> None:
        self._actor, self._database = actor, database
        self.now = now

    async def of_objection(
        self, objections: ObjectionService, handling: ObjectionHandling, case_id: str, draft: DraftOfResult
    ) -> ResultDocument:
        """Raises what the step raises."""
        actor, now = self._actor, self.now
        correction = draft.correction.correction() if draft.correction else None

        async def step(tx: Tx) -> tuple[Objection, ResultDocument]:
            case = await objections.for_step(tx, actor, case_id, now, draft.version)
            if draft.action == "reject":
                after = await handling.reject(tx, actor, case, now, reasons=draft.reasons, note=_NOTE)
            else:
                take = handling.uphold if draft.action == "uphold" else handling.correct_own_error
                after = await take(tx, actor, case, now, reasons=draft.reasons, correction=correction, note=_NOTE)
            return after, await objections.written(after, tx)

        case, document = await self._database.rehearse(step)
        await objections.audits.write(None, actor, "objections.draft", case.id, now, subject=case.subject)
        return document

    async def of_repair(
        self, repairs: RepairService, handling: RepairHandling, case_id: str, draft: DraftOfDecision
    ) -> ResultDocument:
        """Raises what the step raises."""
        actor, now = self._actor, self.now
        if draft.reasons is None and draft.action != "approve":
            raise Invalid(faults=(FieldFault(field="reasons", message="请写明理由。"),))
        reasons = draft.reasons or Approve(reason=_NOTE).reasons

        async def step(tx: Tx) -> tuple[Repair, ResultDocument]:
            case = await repairs.for_step(tx, actor, case_id, now, draft.version)
            if draft.action == "approve":
                after = await handling.approve(tx, actor, case, now, reasons=reasons, note=_NOTE, despite=draft.despite)
            else:
                take = handling.refuse if draft.action == "refuse" else handling.decline
                after = await take(tx, actor, case, now, reasons=reasons, note=_NOTE)
            return after, await repairs.written(after, tx)

        case, document = await self._database.rehearse(step)
        await repairs.audits.write(None, actor, "repairs.draft", case.id, now, subject=case.subject)
        return document


async def make_rehearsal(visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Rehearsal:
    return Rehearsal(visit.actor, database, visit.now)


class DraftController(Controller):
    path = "/staff"
    tags = ("reports",)

    @post(
        "/objections/{objection_id:str}/draft", access="officer", operation_id="draftObjectionResult", status_code=200
    )
    async def result(
        self,
        objection_id: FromPath[str],
        data: JSONBody[DraftOfResult],
        rehearsal: NamedDependency[Rehearsal],
        objections: NamedDependency[ObjectionService],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> ResultDocument:
        """What the resident would get, from what is in the form. Nothing is decided and nothing kept."""
        return await rehearsal.of_objection(objections, objection_handling, objection_id, data)

    @post(
        "/objections/{objection_id:str}/draft.pdf",
        access="officer",
        limit="pdf",
        media_type=_PDF,
        operation_id="draftObjectionResultPdf",
        status_code=200,
    )
    async def result_pdf(
        self,
        objection_id: FromPath[str],
        data: JSONBody[DraftOfResult],
        rehearsal: NamedDependency[Rehearsal],
        objections: NamedDependency[ObjectionService],
        objection_handling: NamedDependency[ObjectionHandling],
        reports: NamedDependency[ReportService],
    ) -> Response[bytes]:
        """The same on paper, marked as a draft on every page and without a code."""
        document = await rehearsal.of_objection(objections, objection_handling, objection_id, data)
        return pdf_response(await reports.draft(sheet_of_result(document), document.number, rehearsal.now), "draft")

    @post("/repairs/{repair_id:str}/draft", access="officer", operation_id="draftRepairDecision", status_code=200)
    async def decision(
        self,
        repair_id: FromPath[str],
        data: JSONBody[DraftOfDecision],
        rehearsal: NamedDependency[Rehearsal],
        repairs: NamedDependency[RepairService],
        repair_handling: NamedDependency[RepairHandling],
    ) -> ResultDocument:
        """What the resident would get, from what is in the form. Nothing is decided and nothing kept."""
        return await rehearsal.of_repair(repairs, repair_handling, repair_id, data)

    @post(
        "/repairs/{repair_id:str}/draft.pdf",
        access="officer",
        limit="pdf",
        media_type=_PDF,
        operation_id="draftRepairDecisionPdf",
        status_code=200,
    )
    async def decision_pdf(
        self,
        repair_id: FromPath[str],
        data: JSONBody[DraftOfDecision],
        rehearsal: NamedDependency[Rehearsal],
        repairs: NamedDependency[RepairService],
        repair_handling: NamedDependency[RepairHandling],
        reports: NamedDependency[ReportService],
    ) -> Response[bytes]:
        """The same on paper, marked as a draft on every page and without a code."""
        document = await rehearsal.of_repair(repairs, repair_handling, repair_id, data)
        return pdf_response(await reports.draft(sheet_of_result(document), document.number, rehearsal.now), "draft")
