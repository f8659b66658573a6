"""The providers' URLs of objections: what is to be verified about one's own records, and what one answers oneself."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody, QueryParameter

from api.desk.routes import Steps
from api.desk.schemas import Nothing
from api.evidence.routes import Upload
from api.evidence.service import EvidenceService
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.errors import ActionNotAllowed
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT, Page
from api.objections.handling import ObjectionHandling
from api.objections.handling_routes import hand_out
from api.objections.models import Objection
from api.objections.routes import line
from api.objections.schemas import ObjectionLine, ObjectionView, Receipt, Reply, UnitPause
from api.objections.service import ObjectionService
from api.objections.states import WITH_PROVIDER

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]


class VerificationController(Controller):
    path = "/provider/verifications"
    tags = ("objections",)

    @get(access="provider", scope="verifications", operation_id="listVerifications")
    async def list_waiting(
        self,
        actor: NamedDependency[Actor],
        objections: NamedDependency[ObjectionService],
        clock: NamedDependency[Clock],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ObjectionLine]:
        """Objections to one's own records that wait for one's own answer, newest first."""
        page = await objections.page_of_provider(actor, WITH_PROVIDER, cursor, limit)
        return Page(items=tuple(line(case, clock) for case in page.items), next_cursor=page.next_cursor)

    @get("/{objection_id:str}", access="provider", scope="verifications", operation_id="getVerification")
    async def read(
        self,
        objection_id: FromPath[str],
        actor: NamedDependency[Actor],
        objections: NamedDependency[ObjectionService],
        clock: NamedDependency[Clock],
    ) -> ObjectionView:
        """What is to be verified; the read is in the audit."""
        now = clock.now()
        case = await objections.read_by(actor, objection_id, now)
        return await objections.show(actor, case, now)

    @post(
        "/{objection_id:str}/receipt",
        access="provider",
        scope="verifications",
        operation_id="acknowledgeVerification",
        status_code=200,
    )
    async def receipt(
        self,
        objection_id: FromPath[str],
        data: JSONBody[Receipt],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """The notice has arrived: the unit's days run from here."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.receipt(tx, actor, case, now, received_on=data.received_on, note=None)

        return await objection_steps.take(objection_id, step)

    @post(
        "/{objection_id:str}/reply",
        access="provider",
        scope="verifications",
        operation_id="replyToVerification",
        status_code=200,
    )
    async def reply(
        self,
        objection_id: FromPath[str],
        data: JSONBody[Reply],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Founded with the correction, or unfounded with reasons."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.reply(
                tx,
                actor,
                case,
                now,
                is_founded=data.founded,
                reasons=data.reasons,
                correction=data.correction.correction() if data.correction else None,
                note=None,
            )

        return await objection_steps.take(objection_id, step)

    @post(
        "/{objection_id:str}/pause",
        access="provider",
        scope="verifications",
        operation_id="pauseVerification",
        status_code=200,
    )
    async def pause(
        self,
        objection_id: FromPath[str],
        data: JSONBody[UnitPause],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """Yunnan, where the unit answers itself: leave the time of an examination out of the days."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.pause(
                tx,
                actor,
                case,
                now,
                kind=data.kind,
                expected_until=data.expected_until,
                evidence=data.evidence,
                note=None,
            )

        return await objection_steps.take(objection_id, step)

    @post(
        "/{objection_id:str}/resume",
        access="provider",
        scope="verifications",
        operation_id="resumeVerification",
        status_code=200,
    )
    async def resume(
        self,
        objection_id: FromPath[str],
        data: JSONBody[Nothing],
        actor: NamedDependency[Actor],
        objection_steps: NamedDependency[Steps],
        objection_handling: NamedDependency[ObjectionHandling],
    ) -> Response[ObjectionView]:
        """The examination is over: the days run again."""

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            return await objection_handling.resume(tx, actor, case, now, None)

        return await objection_steps.take(objection_id, step)

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
        data: MultipartBody[Upload],
        actor: NamedDependency[Actor],
        objections: NamedDependency[ObjectionService],
        objection_steps: NamedDependency[Steps],
        evidence: NamedDependency[EvidenceService],
        clock: NamedDependency[Clock],
    ) -> Response[ObjectionView]:
        """Put a file into an open case, such as the order for an examination."""
        await objections.seen_by(actor, objection_id, clock.now())
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def step(tx: Tx, case: Objection, now: datetime) -> Objection:
            if case.status not in WITH_PROVIDER:
                raise ActionNotAllowed
            await evidence.add(tx, actor.id, case.id, file, now)
            return case

        return await objection_steps.take(objection_id, step)

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
        actor: NamedDependency[Actor],
        objections: NamedDependency[ObjectionService],
        evidence: NamedDependency[EvidenceService],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """A file of the case, as an attachment; the read is in the audit."""
        return await hand_out(actor, objection_id, evidence_id, objections, evidence, clock.now())


ROUTES = (VerificationController,)
