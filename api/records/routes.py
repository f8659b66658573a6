"""Records over HTTP: a provider's own, and a resident's own."""

import io
from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock, civil_date
from api.infra.errors import Forbidden
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT, encode_cursor
from api.records.corrections import CorrectionService
from api.records.errors import NoWhatIf
from api.records.intake import MAX_ROWS_OVER_HTTP, IntakeService
from api.records.schemas import (
    Acknowledgement,
    Correction,
    FeedEntryView,
    FeedView,
    IntakeView,
    ProvidedView,
    Revocation,
    RevocationView,
    WhatIfView,
)
from api.records.service import RecordService
from api.records.views import RecordView, view_of
from knowledge.rules import in_force

_FORMS = frozenset(("text/csv", "application/x-ndjson", "application/jsonl", "application/json"))
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]


class ProviderRecordController(Controller):
    path = "/provider/records"
    tags = ("provider",)

    @post(access="provider", operation_id="sendRecords")
    async def send(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        intake: NamedDependency[IntakeService],
        clock: NamedDependency[Clock],
    ) -> Response[IntakeView]:
        """Send a file: CSV in the 双公示 layout, JSON lines or a JSON array. Good rows land, bad rows are reported."""
        _must_have(actor, "records")
        form = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if form not in _FORMS:
            raise HTTPException(status_code=415)
        if (earlier := await once.earlier()) is not None:
            return earlier
        report = await intake.import_file(
            io.BytesIO(await request.body()), actor.id, now=clock.now(), actor=actor, max_rows=MAX_ROWS_OVER_HTTP
        )

        async def work(_: Tx) -> IntakeView:
            return IntakeView.of(report)

        return await once.run(work, status=200)

    @post("/{record_id:str}/corrections", access="provider", operation_id="correctRecord", status_code=200)
    async def correct(
        self,
        record_id: FromPath[str],
        data: JSONBody[Correction],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        records: NamedDependency[RecordService],
        corrections: NamedDependency[CorrectionService],
        clock: NamedDependency[Clock],
    ) -> Response[ProvidedView]:
        """Put one of the unit's own records right; the person and every system with a copy are told."""
        _must_have(actor, "records")
        now = clock.now()
        await records.provided(actor, record_id, now)

        async def work(tx: Tx) -> ProvidedView:
            record = await records.provided(actor, record_id, now, tx)
            return ProvidedView.of(await corrections.correct(tx, actor, record, data.fields.given(), data.reason, now))

        return await once.run(work, status=200)

    @post("/{record_id:str}/revocation", access="provider", operation_id="revokeRecord", status_code=200)
    async def revoke(
        self,
        record_id: FromPath[str],
        data: JSONBody[Revocation],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        records: NamedDependency[RecordService],
        corrections: NamedDependency[CorrectionService],
        clock: NamedDependency[Clock],
    ) -> Response[RevocationView]:
        """Report that the act was corrected, revoked or annulled: the record is changed or withdrawn at once."""
        _must_have(actor, "records")
        now = clock.now()
        fields = data.fields.given() if data.fields else None
        await records.provided(actor, record_id, now)

        async def work(tx: Tx) -> RevocationView:
            record = await records.provided(actor, record_id, now, tx)
            done = await corrections.revoke(tx, actor, record, data.act, data.reason, fields, now)
            return RevocationView.of(done)

        return await once.run(work, status=200)


class ProviderChangeController(Controller):
    path = "/provider/changes"
    tags = ("provider",)

    @get(access="provider", operation_id="listChanges")
    async def page(
        self,
        actor: NamedDependency[Actor],
        corrections: NamedDependency[CorrectionService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> FeedView:
        """Every alteration of the unit's records, oldest first, to be followed and acknowledged."""
        _must_have(actor, "changes")
        page = await corrections.page(actor, cursor, limit)
        last = encode_cursor(page.items[-1].id) if page.items else cursor
        return FeedView(tuple(map(FeedEntryView.of, page.items)), last, page.next_cursor is not None)

    @post("/{change_id:str}/acknowledgement", access="provider", operation_id="acknowledgeChange", status_code=200)
    async def acknowledge(
        self,
        change_id: FromPath[str],
        data: JSONBody[Acknowledgement],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        corrections: NamedDependency[CorrectionService],
        clock: NamedDependency[Clock],
    ) -> Response[FeedEntryView]:
        """Say that a change was followed, by all systems with a copy or by some."""
        _must_have(actor, "changes")
        now = clock.now()

        async def work(tx: Tx) -> FeedEntryView:
            return FeedEntryView.of(await corrections.acknowledge(tx, actor, change_id, data.systems, now))

        return await once.run(work, status=200)


class MyRecordController(Controller):
    path = "/me/records"
    tags = ("records",)

    @get("/{record_id:str}", access="resident", operation_id="readRecord")
    async def read(
        self,
        record_id: FromPath[str],
        actor: NamedDependency[Actor],
        records: NamedDependency[RecordService],
        footprints: NamedDependency[FootprintService],
        clock: NamedDependency[Clock],
    ) -> Response[RecordView]:
        """Everything about one of my records: source, both periods, changes, copies, and what can be done with it."""
        now = clock.now()
        record = await records.owned(actor, record_id, now)
        today = civil_date(now)
        basis = in_force("know.kinds", record.jurisdiction, today).citation.label
        await footprints.note(
            footprint(
                record.subject,
                FootprintKind.QUERIED,
                now,
                unit="本人",
                why="查看一条记录",
                basis=basis,
                records=(record.id,),
            )
        )
        return Response(view_of(record, today), headers={"Cache-Control": "no-store"})

    @get("/{record_id:str}/what-if", access="resident", operation_id="askWhatIf")
    async def what_if(
        self,
        record_id: FromPath[str],
        actor: NamedDependency[Actor],
        records: NamedDependency[RecordService],
        clock: NamedDependency[Clock],
        duty_performed_on: Annotated[date, QueryParameter(name="dutyPerformedOn")],
    ) -> Response[WhatIfView]:
        """The dates of my record if its duty were performed on a day. Nothing is stored."""
        now = clock.now()
        found = WhatIfView.of(await records.owned(actor, record_id, now), duty_performed_on, civil_date(now))
        if found is None:
            raise NoWhatIf
        return Response(found, headers={"Cache-Control": "no-store"})


def _must_have(actor: Actor, scope: str) -> None:
    if scope not in actor.scopes:
        raise Forbidden("这个接口密钥没有这项权限。")


ROUTES = (ProviderRecordController, ProviderChangeController, MyRecordController)
