"""Records over HTTP: a resident's own, and what officers look up."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock, civil_date
from api.infra.mongo import Tx
from api.notices.outlook import OutlookService
from api.records.errors import NoWhatIf, SearchUnclear
from api.records.lookup import LookupService, Purpose
from api.records.schemas import (
    CopyFollowed,
    Found,
    MeasureLifted,
    ProvidedView,
    Search,
    WhatIfView,
)
from api.records.service import RecordService
from api.records.views import RecordView, view_of
from knowledge.rules import in_force


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


ROUTES = (MyRecordController, StaffRecordController)
