"""The residents' URLs of objections."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody, QueryParameter

from api.desk.documents import ResultDocument
from api.desk.schemas import Nothing, StepView
from api.evidence.service import EvidenceService
from api.evidence.transfer import Upload, download
from api.http.paging import Limit
from api.http.places import OnePlace
from api.http.steps import StepRoutes, Steps, Turn, by_id
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from api.infra.steps import next_due
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
from api.objections.states import TABLE


async def make_steps(
    objection_id: FromPath[str], visit: NamedDependency[Visit], objections: NamedDependency[ObjectionService]
) -> Steps[ObjectionService, str, Objection, ObjectionView]:
    return Steps(visit, objections, objection_id, by_id, objections.show)


STEPS = {"steps": Provide(make_steps)}
step = StepRoutes[ObjectionService, str, Objection, ObjectionView](
    "/{objection_id:str}", Response[ObjectionView], access="resident"
)


class ObjectionController(Controller):
    path = "/me/objections"
    tags = ("objections",)
    dependencies = STEPS

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

    @get(access="resident", operation_id="listObjections")
    async def list_own(
        self,
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ObjectionLine]:
        """One's own objections, newest first."""
        page = await objections.page(visit.actor, cursor, limit)
        return page.map(lambda case: line(case, visit.today))

    @get("/{objection_id:str}", access="resident", operation_id="getObjection")
    async def read(
        self, objection_id: FromPath[str], visit: NamedDependency[Visit], objections: NamedDependency[ObjectionService]
    ) -> ObjectionView:
        """One objection with its running clocks, its history and what can be done now."""
        return await objections.show(
            visit.actor, await objections.owned(visit.actor, objection_id, visit.now), visit.now
        )

    @get("/{objection_id:str}/result", access="resident", operation_id="getObjectionResult")
    async def result(
        self, objection_id: FromPath[str], visit: NamedDependency[Visit], objections: NamedDependency[ObjectionService]
    ) -> ResultDocument:
        """The result in writing, once there is one."""
        return await objections.result(visit.actor, objection_id, visit.now)

    @step("urge", "urgeObjection")
    async def urge(self, objections: ObjectionService, turn: Turn[str], data: JSONBody[Nothing]) -> Objection:
        """Urge whoever owes the next step."""
        return await objections.urge(*turn)

    @step("withdraw", "withdrawObjection")
    async def withdraw(self, objections: ObjectionService, turn: Turn[str], data: JSONBody[Nothing]) -> Objection:
        """Take an open objection back; the mark comes off."""
        return await objections.withdraw(*turn)

    @step("review", "requestObjectionReview")
    async def review(self, objections: ObjectionService, turn: Turn[str], data: JSONBody[RequestReview]) -> Objection:
        """Ask once for a rejected objection to be looked at again."""
        return await objections.request_review(turn.tx, turn.actor, turn.case, data.text, turn.now)

    @step("report-still-wrong", "reportStillWrong")
    async def report_still_wrong(
        self, objections: ObjectionService, turn: Turn[str], data: JSONBody[ReportStillWrong]
    ) -> Objection:
        """Say that a system which answered that it followed the correction still shows what was wrong."""
        return await objections.report_still_wrong(turn.tx, turn.actor, turn.case, data, turn.now)

    @post("/{objection_id:str}/evidence", access="resident", operation_id="addObjectionEvidence")
    async def add_evidence(
        self,
        objection_id: FromPath[str],
        data: MultipartBody[Upload],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[ObjectionView]:
        """Add a file to an open objection."""
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def work(tx: Tx) -> ObjectionView:
            case = await objections.add_evidence(tx, visit.actor, objection_id, file, visit.now)
            return await objections.show(visit.actor, case, visit.now, tx)

        return await visit.run(work)

    @get("/{objection_id:str}/evidence/{evidence_id:str}", access="resident", operation_id="downloadObjectionEvidence")
    async def download_evidence(
        self,
        objection_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[bytes]:
        """A file of the objection, as an attachment."""
        case = await objections.owned(visit.actor, objection_id, visit.now)
        return download(*await evidence.open(evidence_id, case=case.id))


def line(case: Objection, today: date) -> ObjectionLine:
    first = next_due(case.steps)
    return ObjectionLine(
        id=case.id,
        number=case.number,
        record_id=case.about,
        record_title=case.record_title,
        jurisdiction=case.jurisdiction,
        addressee=case.addressee,
        status=case.status,
        status_label=TABLE.label(case.status),
        is_open=case.is_open,
        filed_at=case.filed_at,
        next=StepView.of(first, today) if first else None,
    )


ROUTES = (ObjectionController,)
