"""The report on the wire and on paper, and the verification of documents."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.http.etags import PRIVATE, answer, is_unchanged, unchanged
from api.http.visit import Visit
from api.reports.schemas import ReportView, VerificationView, VerifyDocument
from api.reports.service import ReportService

_LONGEST = 64  # characters; a code has 23


class ReportController(Controller):
    tags = ("reports",)

    @get("/me/report", access="resident", limit="report", operation_id="getReport")
    async def own(
        self, request: Request[Any, Any, Any], visit: NamedDependency[Visit], reports: NamedDependency[ReportService]
    ) -> Response[ReportView]:
        """Everything that stands about the resident, with both periods and what can be done. Changed by day and by fact."""
        if "if-none-match" in request.headers:
            etag = f'"{await reports.version(visit.actor, visit.today)}"'
            if is_unchanged(request, etag):
                return unchanged(etag, PRIVATE)
        report, version = await reports.own(visit.actor, visit.now)
        return answer(msgspec.json.encode(report), f'"{version}"', PRIVATE)

    @get(
        "/me/report.pdf",
        access="resident",
        step_up=True,
        limit="pdf",
        quota="documents",
        operation_id="getReportPdf",
        media_type="application/pdf",
    )
    async def own_pdf(
        self,
        visit: NamedDependency[Visit],
        reports: NamedDependency[ReportService],
        purpose: Annotated[str, QueryParameter(min_length=1, max_length=40)] = "本人查阅",
    ) -> Response[bytes]:
        """The report as a document with a verification code. Needs the identity shown again."""
        pdf, number = await reports.own_pdf(visit.actor, purpose, visit.now)
        return pdf_response(pdf, number)

    @post(
        "/reports/verify",
        access="anyone",
        limit="verify-code",
        keyless=True,
        operation_id="verifyDocument",
        status_code=200,
    )
    async def verify(self, data: JSONBody[VerifyDocument], reports: NamedDependency[ReportService]) -> VerificationView:
        """Genuine or not, when issued, its digest, and whether newer facts exist. Nothing else about the person."""
        return await reports.verify(data.code[:_LONGEST])

    @get(
        "/reports/verify/{code:str}",
        access="anyone",
        limit="verify-code",
        operation_id="verifyDocumentByAddress",
        deprecated=True,
    )
    async def verify_by_address(self, code: FromPath[str], reports: NamedDependency[ReportService]) -> VerificationView:
        """As `POST /reports/verify`, for programs made before it: a code in an address stands in the logs on its way."""
        return await reports.verify(code[:_LONGEST])


def pdf_response(pdf: bytes, number: str) -> Response[bytes]:
    """A document to keep, never shown inline from here."""
    return Response(
        content=pdf,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{number}.pdf"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
