"""Results and receipts on paper: the same words as on the page, with a verification code."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.desk.documents import ResultDocument
from api.http.visit import Visit
from api.infra.errors import NotFound
from api.objections.service import ObjectionService
from api.repairs.service import RepairService
from api.reports.papers import Block, Paper, blank
from api.reports.routes import pdf_response
from api.reports.service import ReportService
from api.withdrawals.service import WithdrawalService

_PDF = "application/pdf"
_FREE = "查询、异议、修复和撤销公示都不收费。"


def sheet_of_result(document: ResultDocument) -> Paper:
    """Passage by passage; the law it rests on at the end."""
    blocks = [
        Block(heading=passage.heading, level=1, paragraphs=passage.paragraphs)
        for passage in document.passages
        if passage.paragraphs
    ]
    if document.law_names:
        blocks.append(Block(heading="依据", level=1, paragraphs=("、".join(document.law_names),)))
    return blank(document.title, document.issued_by, "送达申请人", tuple(blocks), (_FREE,))


class ResultPaperController(Controller):
    path = "/me"
    tags = ("reports",)

    @get(
        "/objections/{objection_id:str}/result.pdf",
        access="resident",
        limit="pdf",
        quota="documents",
        media_type=_PDF,
        operation_id="getObjectionResultPdf",
    )
    async def objection_result(
        self,
        objection_id: FromPath[str],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
        reports: NamedDependency[ReportService],
    ) -> Response[bytes]:
        """The written result of an objection (Dalian 42, Yunnan 36)."""
        document = await objections.result(visit.actor, objection_id, visit.now)
        sheet = sheet_of_result(document)
        subject = visit.actor.bound_subject
        pdf = await reports.issue(
            visit.actor, "objection-result", subject, document.number, sheet, visit.now, ref=objection_id
        )
        return pdf_response(pdf, document.number)

    @get(
        "/repairs/{repair_id:str}/decision.pdf",
        access="resident",
        limit="pdf",
        quota="documents",
        media_type=_PDF,
        operation_id="getRepairDecisionPdf",
    )
    async def repair_decision(
        self,
        repair_id: FromPath[str],
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        reports: NamedDependency[ReportService],
    ) -> Response[bytes]:
        """The written decision on a repair (Dalian 44, Yunnan 38)."""
        document = await repairs.decision(visit.actor, repair_id, visit.now)
        sheet = sheet_of_result(document)
        subject = visit.actor.bound_subject
        pdf = await reports.issue(
            visit.actor, "repair-decision", subject, document.number, sheet, visit.now, ref=repair_id
        )
        return pdf_response(pdf, document.number)

    @get(
        "/withdrawals/{withdrawal_id:str}/receipt.pdf",
        access="resident",
        limit="pdf",
        quota="documents",
        media_type=_PDF,
        operation_id="getWithdrawalReceiptPdf",
    )
    async def withdrawal_receipt(
        self,
        withdrawal_id: FromPath[str],
        visit: NamedDependency[Visit],
        withdrawals: NamedDependency[WithdrawalService],
        reports: NamedDependency[ReportService],
    ) -> Response[bytes]:
        """The receipt of a withdrawal (Yunnan 37), with the text that its digest is of. A courtesy request has none."""
        case = await withdrawals.owned(visit.actor, withdrawal_id, visit.now)
        if case.content is None or case.digest is None:
            raise NotFound
        title, *lines = case.content.splitlines()
        blocks = (
            Block(heading="", paragraphs=tuple(lines)),
            Block(heading="摘要（SM3）", level=1, paragraphs=(case.digest,), note="对以上回执文字逐行计算所得。"),
        )
        sheet = blank(title, reports.issuer(case.jurisdiction), "送达申请人", blocks, (_FREE,))
        subject = visit.actor.bound_subject
        pdf = await reports.issue(
            visit.actor, "withdrawal-receipt", subject, case.number, sheet, visit.now, ref=withdrawal_id
        )
        return pdf_response(pdf, case.number)


class StaffResultPaperController(Controller):
    """The officer's own print of what the resident gets, to be handed over or posted."""

    path = "/staff"
    tags = ("reports",)

    @get(
        "/objections/{objection_id:str}/result.pdf",
        access="officer",
        limit="pdf",
        media_type=_PDF,
        operation_id="getObjectionResultPdfAsOfficer",
    )
    async def objection_result(
        self,
        objection_id: FromPath[str],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
        reports: NamedDependency[ReportService],
    ) -> Response[bytes]:
        """The written result of an objection of one's own place, final and with its code."""
        document = await objections.result(visit.actor, objection_id, visit.now)
        case = await objections.read_by(visit.actor, objection_id, visit.now)
        sheet = sheet_of_result(document)
        pdf = await reports.issue(
            visit.actor, "objection-result", case.subject, document.number, sheet, visit.now, ref=case.id
        )
        return pdf_response(pdf, document.number)

    @get(
        "/repairs/{repair_id:str}/decision.pdf",
        access="officer",
        limit="pdf",
        media_type=_PDF,
        operation_id="getRepairDecisionPdfAsOfficer",
    )
    async def repair_decision(
        self,
        repair_id: FromPath[str],
        visit: NamedDependency[Visit],
        repairs: NamedDependency[RepairService],
        reports: NamedDependency[ReportService],
    ) -> Response[bytes]:
        """The written decision on a repair of one's own place, final and with its code."""
        document = await repairs.decision(visit.actor, repair_id, visit.now)
        case = await repairs.read_by(visit.actor, repair_id, visit.now)
        sheet = sheet_of_result(document)
        pdf = await reports.issue(
            visit.actor, "repair-decision", case.subject, document.number, sheet, visit.now, ref=case.id
        )
        return pdf_response(pdf, document.number)
