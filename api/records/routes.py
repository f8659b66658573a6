"""Records over HTTP: a provider's own, and a resident's own."""

import io
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.http.idempotency import Once
from api.http.paging import Limit
from api.infra.actors import Actor
from api.infra.clock import Clock, civil_date
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, encode_cursor
from api.notices.outlook import OutlookService
from api.records.corrections import CorrectionService
from api.records.errors import NoWhatIf, SearchUnclear
from api.records.intake import MAX_ROWS_OVER_HTTP, IntakeService
from api.records.lookup import LookupService, Purpose
from api.records.schemas import (
    Acknowledgement,
    CopyFollowed,
    Correction,
    FeedEntryView,
    FeedView,
    Found,
    IntakeView,
    MeasureLifted,
    ProvidedView,
    Revocation,
    RevocationView,
    Search,
    WhatIfView,
)
from api.records.service import RecordService
from api.records.views import RecordView, view_of
from knowledge.rules import in_force

_FORMS = frozenset(("text/csv", "application/x-ndjson", "application/jsonl", "application/json"))


class ProviderRecordController(Controller):
    path = "/provider/records"
    tags = ("provider",)

    @post(access="provider", scope="records", limit="provider-intake", operation_id="sendRecords", status_code=200)
    async def send(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        intake: NamedDependency[IntakeService],
        clock: NamedDependency[Clock],
    ) -> Response[IntakeView]:
        """Send a file: CSV in the 双公示 layout, JSON lines or a JSON array. Good rows land, bad rows are reported."""
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

        return await once.run(work)

    @post(
        "/{record_id:str}/corrections",
        access="provider",
        scope="corrections",
        operation_id="correctRecord",
        status_code=200,
    )
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
        now = clock.now()
        await records.provided(actor, record_id, now)

        async def work(tx: Tx) -> ProvidedView:
            record = await records.provided(actor, record_id, now, tx)
            return ProvidedView.of(await corrections.correct(tx, actor, record, data.fields.given(), data.reason, now))

        return await once.run(work)

    @post(
        "/{record_id:str}/revocation",
        access="provider",
        scope="revocations",
        operation_id="revokeRecord",
        status_code=200,
    )
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
        now = clock.now()
        fields = data.fields.given() if data.fields else None
        await records.provided(actor, record_id, now)

        async def work(tx: Tx) -> RevocationView:
            record = await records.provided(actor, record_id, now, tx)
            done = await corrections.revoke(tx, actor, record, data.act, data.reason, fields, now)
            return RevocationView.of(done)

        return await once.run(work)


class ProviderChangeController(Controller):
    path = "/provider/changes"
    tags = ("provider",)

    @get(access="provider", scope="changes", operation_id="listChanges")
    async def page(
        self,
        actor: NamedDependency[Actor],
        corrections: NamedDependency[CorrectionService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> FeedView:
        """Every alteration of the unit's records, oldest first, to be followed and acknowledged."""
        page = await corrections.page(actor, cursor, limit)
        last = encode_cursor(page.items[-1].id) if page.items else cursor
        return FeedView(tuple(map(FeedEntryView.of, page.items)), last, page.next_cursor is not None)

    @post(
        "/{change_id:str}/acknowledgement",
        access="provider",
        scope="changes",
        operation_id="acknowledgeChange",
        status_code=200,
    )
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
        now = clock.now()

        async def work(tx: Tx) -> FeedEntryView:
            return FeedEntryView.of(await corrections.acknowledge(tx, actor, change_id, data.systems, now))

        return await once.run(work)


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
        outlooks: NamedDependency[OutlookService],
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
        view = msgspec.structs.replace(view_of(record, today), reminders=await outlooks.of(actor, record.id))
        return Response(view, headers={"Cache-Control": "no-store"})

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


class StaffRecordController(Controller):
    path = "/staff/records"
    tags = ("staff",)

    @get("/{record_id:str}", access="officer", operation_id="readRecordAtDesk")
    async def read(
        self,
        record_id: FromPath[str],
        actor: NamedDependency[Actor],
        lookup: NamedDependency[LookupService],
        clock: NamedDependency[Clock],
        purpose: FromQuery[Purpose],
    ) -> Response[RecordView]:
        """One record of the officer's place, for a stated purpose that the person reads in the footprints."""
        now = clock.now()
        record = await lookup.read(None, actor, record_id, purpose, now)
        return Response(view_of(record, civil_date(now)), headers={"Cache-Control": "no-store"})

    @post("/search", access="officer", operation_id="searchRecords", status_code=200)
    async def search(
        self,
        data: JSONBody[Search],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        lookup: NamedDependency[LookupService],
        clock: NamedDependency[Clock],
    ) -> Response[Found]:
        """Find by an exact number in the body, never in the address; no search by name or by part of a number."""
        now = clock.now()
        if (data.act_number is None) == (data.document_number is None):
            raise SearchUnclear

        async def work(tx: Tx) -> Found:
            if data.act_number is not None:
                found = await lookup.by_act(tx, actor, data.act_number, data.purpose, now)
            else:
                number = data.document_number or ""
                found = await lookup.by_person(tx, actor, data.document_kind, number, data.purpose, now)
            return Found(tuple(view_of(record, civil_date(now)) for record in found))

        return await once.run(work)

    @post("/{record_id:str}/copies", access="officer", operation_id="noteCopyFollowed", status_code=200)
    async def follow_copy(
        self,
        record_id: FromPath[str],
        data: JSONBody[CopyFollowed],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        lookup: NamedDependency[LookupService],
        clock: NamedDependency[Clock],
    ) -> Response[ProvidedView]:
        """Note that another system has followed the newest change of a record."""
        now = clock.now()

        async def work(tx: Tx) -> ProvidedView:
            return ProvidedView.of(await lookup.acknowledge_copy(tx, actor, record_id, data.system, data.reason, now))

        return await once.run(work)

    @post("/{record_id:str}/measures", access="officer", operation_id="noteMeasureLifted", status_code=200)
    async def lift_measure(
        self,
        record_id: FromPath[str],
        data: JSONBody[MeasureLifted],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        lookup: NamedDependency[LookupService],
        clock: NamedDependency[Clock],
    ) -> Response[ProvidedView]:
        """Note that a unit no longer applies a measure because of a record."""
        now = clock.now()

        async def work(tx: Tx) -> ProvidedView:
            return ProvidedView.of(
                await lookup.lift_measure(tx, actor, record_id, data.code, data.unit, data.reason, now)
            )

        return await once.run(work)


ROUTES = (ProviderRecordController, ProviderChangeController, MyRecordController, StaffRecordController)
