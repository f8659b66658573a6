"""Routes of objections for residents."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from api.desk.routing import CaseRoutes, Served, Turn
from api.desk.schemas import Nothing
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
    @get("/advice", access="resident", operation_id="adviseObjection")
    async def advise(
        self,
        record_id: Annotated[str, QueryParameter(name="recordId")],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
    ) -> ObjectionAdvice:
        """To whom an objection to this record can go, with the reasons to choose from and the days of either path."""
        return await objections.advise(visit.actor, record_id, visit.now)

    @get("/advice/missing", access="resident", operation_id="adviseMissing")
    async def advise_missing(
        self,
        jurisdiction: OnePlace,
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
    ) -> MissingAdvice:
        """To whom an objection to what is missing can go, with the days of either path."""
        return objections.advise_missing(jurisdiction, visit.now)

    @post(access="resident", quota="objections", operation_id="fileObjection")
    async def file(
        self,
        data: JSONBody[FileObjection],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
    ) -> Response[ObjectionView]:
        """File an objection to a record or to what is missing; a record that is disclosed is marked at once and stays so."""
        return await visit.run(lambda tx: objections.file(tx, visit.actor, data, visit.now))

    @own.list("listObjections")
    def list_own(self, objections: ObjectionService, case: Objection, visit: Visit) -> ObjectionLine:
        """One's own objections, newest first."""
        return ObjectionLine.of(case, visit.today)

    read = own.read("getObjection", "One objection with its running clocks, its history and what can be done now.")
    add_evidence = own.add_file("addObjectionEvidence")
    read_evidence = own.file("downloadObjectionEvidence")
    result = own.document("result", "getObjectionResult", "The result in writing, once there is one.")
    result_pdf = own.paper(
        "result", "getObjectionResultPdf", RESULT, "The written result of an objection (Dalian 42, Yunnan 36)."
    )

    @own("urge", "urgeObjection")
    async def urge(self, objections: ObjectionService, turn: Turn[Objection], data: JSONBody[Nothing]) -> Objection:
        """Urge whoever owes the next step."""
        return await objections.urge(*turn)

    @own("withdraw", "withdrawObjection")
    async def withdraw(self, objections: ObjectionService, turn: Turn[Objection], data: JSONBody[Nothing]) -> Objection:
        """Take an open objection back; the mark comes off."""
        return await objections.withdraw(*turn)

    @own("review", "requestObjectionReview")
    async def review(
        self, objections: ObjectionService, turn: Turn[Objection], data: JSONBody[RequestReview]
    ) -> Objection:
        """Ask once for a rejected objection to be looked at again."""
        return await objections.request_review(*turn, data.text)

    @own("report-still-wrong", "reportStillWrong")
    async def report_still_wrong(
        self, objections: ObjectionService, turn: Turn[Objection], data: JSONBody[ReportStillWrong]
    ) -> Objection:
        """Say that a system which answered that it followed the correction still shows what was wrong."""
        return await objections.report_still_wrong(*turn, data)


ROUTES = (ObjectionController,)
