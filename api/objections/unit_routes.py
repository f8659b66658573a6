"""The providers' URLs of objections: what is to be verified about one's own records, and what one answers oneself."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody

from api.desk.schemas import Nothing
from api.evidence.service import EvidenceService
from api.evidence.transfer import OfficialUpload, download
from api.http.paging import Limit
from api.http.steps import StepRoutes, Turn
from api.http.visit import Visit
from api.infra.errors import ActionNotAllowed
from api.infra.paging import DEFAULT_LIMIT, Page
from api.objections.handling import ObjectionHandling
from api.objections.handling_routes import STEPS, ObjectionSteps
from api.objections.models import Objection
from api.objections.routes import line
from api.objections.schemas import ObjectionLine, ObjectionView, Receipt, Reply, UnitPause
from api.objections.service import ObjectionService
from api.objections.states import WITH_PROVIDER

step = StepRoutes[ObjectionHandling, Objection, Objection, ObjectionView](
    "/{objection_id:str}", Response[ObjectionView], access="provider", scope="verifications"
)


class VerificationController(Controller):
    path = "/provider/verifications"
    tags = ("objections",)
    dependencies = STEPS

    @get(access="provider", scope="verifications", operation_id="listVerifications")
    async def list_waiting(
        self,
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ObjectionLine]:
        """Objections to one's own records that wait for one's own answer, newest first."""
        page = await objections.page_of_provider(visit.actor, WITH_PROVIDER, cursor, limit)
        return page.map(lambda case: line(case, visit.today))

    @get("/{objection_id:str}", access="provider", scope="verifications", operation_id="getVerification")
    async def read(
        self, objection_id: FromPath[str], visit: NamedDependency[Visit], objections: NamedDependency[ObjectionService]
    ) -> ObjectionView:
        """What is to be verified; the read is in the audit."""
        case = await objections.read_by(visit.actor, objection_id, visit.now)
        return await objections.show(visit.actor, case, visit.now)

    @step("receipt", "acknowledgeVerification")
    async def receipt(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Receipt]) -> Objection:
        """The notice has arrived: the unit's days run from here."""
        return await handling.receipt(*turn, received_on=data.received_on, note=None)

    @step("reply", "replyToVerification")
    async def reply(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Reply]) -> Objection:
        """Founded with the correction, or unfounded with reasons."""
        return await handling.reply(
            *turn,
            is_founded=data.founded,
            reasons=data.reasons,
            correction=data.correction.correction() if data.correction else None,
            note=None,
        )

    @step("pause", "pauseVerification")
    async def pause(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[UnitPause]) -> Objection:
        """Yunnan, where the unit answers itself: leave the time of an examination out of the days."""
        return await handling.pause(
            *turn,
            kind=data.kind,
            expected_until=data.expected_until,
            laboratory=data.laboratory,
            ordered_on=data.ordered_on,
            order=data.order,
            note=None,
        )

    @step("resume", "resumeVerification")
    async def resume(self, handling: ObjectionHandling, turn: Turn[Objection], data: JSONBody[Nothing]) -> Objection:
        """The examination is over: the days run again."""
        return await handling.resume(*turn, None)

    @post(
        "/{objection_id:str}/evidence",
        access="provider",
        scope="verifications",
        operation_id="addVerificationEvidence",
        status_code=200,
    )
    async def add_evidence(
        self,
        objection_id: FromPath[str],
        data: MultipartBody[OfficialUpload],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
        steps: NamedDependency[ObjectionSteps],
        evidence: NamedDependency[EvidenceService],
    ) -> Response[ObjectionView]:
        """Put a file into an open case, such as the order for an examination."""
        await objections.seen_by(visit.actor, objection_id, visit.now)
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def add(turn: Turn[Objection]) -> Objection:
            if turn.case.status not in WITH_PROVIDER:
                raise ActionNotAllowed
            await evidence.add(turn.tx, visit.actor.id, turn.case.id, file, turn.now, data.kind)
            return turn.case

        return await steps.take(add)

    @get(
        "/{objection_id:str}/evidence/{evidence_id:str}",
        access="provider",
        scope="verifications",
        operation_id="readVerificationEvidence",
    )
    async def read_evidence(
        self,
        objection_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        objections: NamedDependency[ObjectionService],
    ) -> Response[bytes]:
        """A file of the case, as an attachment; the read is in the audit."""
        return download(*await objections.open_file(visit.actor, objection_id, evidence_id, visit.now))


ROUTES = (VerificationController,)
