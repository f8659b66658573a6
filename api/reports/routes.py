"""Routes of the report: as JSON and on paper."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import QueryParameter

from api.http.access import needs
from api.http.etags import PRIVATE, answer, is_unchanged, unchanged
from api.http.injection import Needs
from api.http.visit import Visit
from api.papers.answers import pdf_response
from api.reports.schemas import ReportView
from api.reports.service import ReportService


class ReportController(Controller):
    tags = ("reports",)
    opt = needs("resident")

    @get("/me/report", limit="report", operation_id="getReport")
    async def own(
        self, request: Request[Any, Any, Any], visit: Needs[Visit], reports: Needs[ReportService]
    ) -> Response[ReportView]:
        """Shows all records about the resident, with both periods and what can be done. It changes with the day and with the
        facts."""
        if "if-none-match" in request.headers:
            etag = f'"{await reports.version(visit.actor, visit.today)}"'
            if is_unchanged(request, etag):
                return unchanged(etag, PRIVATE)
        report, version = await reports.own(visit.actor, visit.now)
        return answer(msgspec.json.encode(report), f'"{version}"', PRIVATE)

    @get(
        "/me/report.pdf",
        step_up=True,
        limit="pdf",
        quota="documents",
        operation_id="getReportPdf",
        media_type="application/pdf",
    )
    async def own_pdf(
        self,
        visit: Needs[Visit],
        reports: Needs[ReportService],
        purpose: Annotated[str, QueryParameter(min_length=1, max_length=40)] = "本人查阅",
    ) -> Response[bytes]:
        """The report as a document with a verification code. Needs the identity shown again."""
        pdf, number = await reports.own_pdf(visit.actor, purpose, visit.now)
        return pdf_response(pdf, number)
