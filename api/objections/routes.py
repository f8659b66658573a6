"""Routes of objections for residents."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, Served
from api.http.injection import Needs
from api.http.places import OnePlace
from api.http.visit import Visit
from api.objections.models import Objection
from api.objections.schemas import (
    FileObjection,
    MissingAdvice,
    ObjectionAdvice,
    ObjectionLine,
    ObjectionView,
    ReportStillWrong,
    RequestReview,
)
from api.objections.service import ObjectionService

RESULT = "objection-result"
OBJECTIONS = Served("objections", ObjectionService)
own = CaseRoutes(OBJECTIONS, OBJECTIONS, "objection_id", ObjectionService.show, ObjectionView, access="resident")


@own.controller("/me/objections")
class ObjectionController(Controller):
    @get("/advice", operation_id="adviseObjection")
    async def advise(
        self,
        record_id: Annotated[str, QueryParameter(name="recordId")],
        visit: Needs[Visit],
        objections: Needs[ObjectionService],
    ) -> ObjectionAdvice:
        """Shows to whom an objection to this record can go, the reasons to choose from, and the due dates of each path."""
        return await objections.advise(visit.actor, record_id, visit.now)

    @get("/advice/missing", operation_id="adviseMissing")
    async def advise_missing(
        self, jurisdiction: OnePlace, visit: Needs[Visit], objections: Needs[ObjectionService]
    ) -> MissingAdvice:
        """Shows to whom an objection to something missing can go, and the due dates of each path."""
        return objections.advise_missing(jurisdiction, visit.now)

    @post(quota="objections", operation_id="fileObjection")
    async def file(
        self, data: JSONBody[FileObjection], visit: Needs[Visit], objections: Needs[ObjectionService]
    ) -> Response[ObjectionView]:
        """File an objection to a record or to something missing. A disclosed record is marked at once and stays disclosed."""
        return await visit.run(lambda tx: objections.file(tx, visit.actor, data, visit.now))

    @own.list("listObjections")
    def list_own(self, objections: ObjectionService, case: Objection, visit: Visit) -> ObjectionLine:
        """Lists your objections, newest first."""
        return ObjectionLine.of(case, visit.today)

    read = own.read(
        "getObjection", "Shows one objection with its running clocks, its history and what can be done now."
    )
    add_evidence = own.add_file("addObjectionEvidence")
    read_evidence = own.file("downloadObjectionEvidence")
    result = own.document("result", "getObjectionResult", "Shows the written result, once there is one.")
    result_pdf = own.paper(
        "result",
        "getObjectionResultPdf",
        RESULT,
        "Downloads the written result of an objection (Dalian 42, Yunnan 36).",
    )

    urge = own.plain("urge", "urgeObjection", ObjectionService.urge, "Urge whoever owes the next step.")

    withdraw = own.plain(
        "withdraw", "withdrawObjection", ObjectionService.withdraw, "Withdraw an open objection. The mark is removed."
    )

    @own("review", "requestObjectionReview")
    async def review(
        self, objections: ObjectionService, turn: Turn[Objection], data: JSONBody[RequestReview]
    ) -> Objection:
        """Ask, once, for a review of a rejected objection."""
        return await objections.request_review(turn, data.text)

    @own("report-still-wrong", "reportStillWrong")
    async def report_still_wrong(
        self, objections: ObjectionService, turn: Turn[Objection], data: JSONBody[ReportStillWrong]
    ) -> Objection:
        """Report that a system still shows the wrong content after it confirmed the correction."""
        return await objections.report_still_wrong(turn, data)


ROUTES = (ObjectionController,)
