"""Routes of records: a resident's own, and the officers' look-up."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.errors import NotFound
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.notices.outlook import OutlookService
from api.records.errors import NoWhatIf, SearchUnclear
from api.records.lookup import LookupService, Purpose
from api.records.schemas import CopyFollowed, MeasureLifted, ProvidedView, RecordClass, Search, WhatIfView
from api.records.service import RecordService
from api.records.showing import view_of
from api.records.telling import TellingView, telling_of
from api.records.views import RecordView
from knowledge.rules import in_force


class MyRecordController(Controller):
    path = "/me/records"
    tags = ("records",)
    opt = needs("resident")

    @get("/{record_id:str}", operation_id="readRecord")
    async def read(
        self,
        record_id: FromPath[str],
        visit: Needs[Visit],
        records: Needs[RecordService],
        footprints: Needs[FootprintService],
        outlooks: Needs[OutlookService],
    ) -> Response[RecordView]:
        """Shows everything about one of your records: source, both periods, changes, copies, and what can be done."""
        record = await records.owned(visit.actor, record_id, visit.now)
        today = visit.today
        basis = in_force("know.kinds", record.jurisdiction, today).citation.label
        await footprints.note(
            footprint(
                record.subject,
                FootprintKind.QUERIED,
                visit.now,
                unit=visit.actor.named,
                why=f"{visit.actor.on_behalf}查看一条记录",
                basis=basis,
                records=(record.id,),
            )
        )
        view = msgspec.structs.replace(view_of(record, today), reminders=await outlooks.of(visit.actor, record.id))
        return Response(view, headers={"Cache-Control": "no-store"})

    @get("/{record_id:str}/telling", operation_id="readTelling")
    async def telling(
        self, record_id: FromPath[str], visit: Needs[Visit], records: Needs[RecordService]
    ) -> Response[TellingView]:
        """Shows the written information about a record and the measures based on it: facts, basis, reasons, rights and
        remedies."""
        found = telling_of(await records.owned(visit.actor, record_id, visit.now))
        if found is None:
            raise NotFound
        return Response(found, headers={"Cache-Control": "no-store"})

    @get("/{record_id:str}/what-if", operation_id="askWhatIf")
    async def what_if(
        self,
        record_id: FromPath[str],
        visit: Needs[Visit],
        records: Needs[RecordService],
        duty_performed_on: Annotated[date, QueryParameter(name="dutyPerformedOn")],
        record_class: Annotated[RecordClass | None, QueryParameter(name="recordClass")] = None,
    ) -> Response[WhatIfView]:
        """Shows the dates of your record if the duty were performed on a given day, or if its unit stated a class. Nothing is
        stored."""
        record = await records.owned(visit.actor, record_id, visit.now)
        found = WhatIfView.of(record, duty_performed_on, record_class, visit.today)
        if found is None:
            raise NoWhatIf
        return Response(found, headers={"Cache-Control": "no-store"})


class StaffRecordController(Controller):
    path = "/staff/records"
    tags = ("staff",)
    opt = needs("officer")

    @get("/{record_id:str}", operation_id="readRecordAtDesk")
    async def read(
        self, record_id: FromPath[str], visit: Needs[Visit], lookup: Needs[LookupService], purpose: FromQuery[Purpose]
    ) -> Response[RecordView]:
        """Shows one record of your place for a stated purpose, which the person sees in their footprints."""
        record = await lookup.read(None, visit.actor, record_id, purpose, visit.now)
        return Response(view_of(record, visit.today), headers={"Cache-Control": "no-store"})

    @post("/search", operation_id="searchRecords", status_code=200)
    async def search(
        self, data: JSONBody[Search], visit: Needs[Visit], lookup: Needs[LookupService]
    ) -> Response[Page[RecordView]]:
        """Search by an exact number, which is in the body and never in the address. There is no search by name or by part of a
        number. A page has a hundred records, newest first."""
        if (data.act_number is None) == (data.document_number is None):
            raise SearchUnclear

        async def work(tx: Tx) -> Page[RecordView]:
            why = data.purpose, visit.now, data.cursor
            if data.act_number is not None:
                page = await lookup.by_act(tx, visit.actor, data.act_number, *why)
            else:
                page = await lookup.by_person(tx, visit.actor, data.document_kind, data.document_number or "", *why)
            return page.map(lambda record: view_of(record, visit.today))

        return await visit.run(work)

    @post("/{record_id:str}/copies", operation_id="noteCopyFollowed", status_code=200)
    async def follow_copy(
        self, record_id: FromPath[str], data: JSONBody[CopyFollowed], visit: Needs[Visit], lookup: Needs[LookupService]
    ) -> Response[ProvidedView]:
        """Enter that another system has followed the newest change of a record."""
        return await visit.run(
            lambda tx: lookup.acknowledge_copy(tx, visit.actor, record_id, data.system, data.reason, visit.now),
            ProvidedView.of,
        )

    @post("/{record_id:str}/measures", quota="steps", operation_id="noteMeasureLifted", status_code=200)
    async def lift_measure(
        self, record_id: FromPath[str], data: JSONBody[MeasureLifted], visit: Needs[Visit], lookup: Needs[LookupService]
    ) -> Response[ProvidedView]:
        """Enter that a unit no longer applies a measure because of a record."""
        return await visit.run(
            lambda tx: lookup.lift_measure(tx, visit.actor, record_id, data.code, data.unit, data.reason, visit.now),
            ProvidedView.of,
        )


ROUTES = (MyRecordController, StaffRecordController)
