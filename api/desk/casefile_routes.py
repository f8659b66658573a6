"""Routes for officers: the context of a case, and finding a case again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from api.desk.casefiles import DECIDED_SHOWN, CaseFile, CaseFileService, Found
from api.desk.colleagues import Colleagues
from api.desk.schemas import PartyView
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.infra.wire import In, Out
from api.records.lookup import Purpose
from api.records.models import Record
from api.records.showing import standing_label
from api.records.wording import masked_items

Number = Annotated[str, msgspec.Meta(min_length=4, max_length=100)]


class FindCases(In):
    """Give exactly one of the case's number, the act's number (文书号) and the person's document number. The last two need a purpose."""

    number: Number | None = None
    act_number: Number | None = None
    document_number: Number | None = None
    document_kind: Annotated[str, msgspec.Meta(max_length=40)] = "resident_id"
    purpose: Purpose | None = None


class FoundLine(Out):
    """A case that was found. `handlerName` is the officer who took the last step of a closed one."""

    errand: str
    case_ref: str
    number: str
    status: str
    status_label: str
    filed_at: datetime
    handler_name: str | None


class CaseLine(FoundLine):
    """A case, open or closed; `handlerName` is the officer who took the last step of a closed one."""

    errand_title: str
    about: str
    is_open: bool

    @classmethod
    def of(cls, found: Found, names: Mapping[str, str]) -> "CaseLine":
        case, errand = found.case, found.service.errand
        return cls(
            errand=errand.name,
            errand_title=errand.title,
            case_ref=case.id,
            number=getattr(case, "number", ""),
            about=found.about,
            status=case.status,
            status_label=errand.label(case.status),
            is_open=found.is_open,
            filed_at=case.history[0].at,
            handler_name=name_of(found.handler, names),
        )


class DecidedLine(FoundLine):
    """A closed case by its number alone: nothing about the person. `handlerName` is the officer who took its last step."""

    unit: str
    decided_at: datetime

    @classmethod
    def of(cls, found: Found, names: Mapping[str, str]) -> "DecidedLine":
        case, errand = found.case, found.service.errand
        return cls.showing(
            case,
            errand=errand.name,
            case_ref=case.id,
            status_label=errand.label(case.status),
            unit=case.provider_unit,
            handler_name=name_of(found.handler, names),
        )


class DecidedLines(Out):
    """`isCut`: there are more cases than are shown."""

    items: tuple[DecidedLine, ...]
    is_cut: bool


class CaseLines(Out):
    """`isCut`: the act has more records than were looked through."""

    items: tuple[CaseLine, ...]
    is_cut: bool


class DisputedView(Out):
    """The record that the case is about, as it stands today."""

    id: str
    title: str
    standing: str
    source_unit: str
    decided_on: date | None
    ended_on: date | None
    record_class: str | None
    items: dict[str, str]

    @classmethod
    def of(cls, record: Record) -> "DisputedView":
        return cls.showing(record, standing=standing_label(record), items=masked_items(record.particulars))


class CaseFileView(Out):
    """`party` is shown in part: whole numbers are looked up for a purpose, and that is in the person's footprints. `isUnitHere`: whether
    the unit that works the case can read it here; null where none does.
    """

    party: PartyView | None
    record: DisputedView | None
    others: tuple[CaseLine, ...]
    is_unit_here: bool | None

    @classmethod
    def of(cls, file: CaseFile, names: Mapping[str, str]) -> "CaseFileView":
        record = file.record
        return cls(
            party=PartyView.of(record) if record else None,
            record=DisputedView.of(record) if record else None,
            others=tuple(CaseLine.of(one, names) for one in file.others),
            is_unit_here=file.is_unit_here,
        )


def handlers(found: Iterable[Found]) -> set[str]:
    return {one.handler for one in found if one.handler is not None}


def name_of(handler: str | None, names: Mapping[str, str]) -> str | None:
    return None if handler is None else names.get(handler, "已离开的同事")


class CaseFileController(Controller):
    path = "/staff/cases"
    tags = ("desk",)
    opt = needs("officer")

    @get("/{errand:str}/{case_ref:str}", operation_id="readCaseFile")
    async def read(
        self,
        errand: FromPath[str],
        case_ref: FromPath[str],
        visit: Needs[Visit],
        case_files: Needs[CaseFileService],
        staff: Needs[Colleagues],
    ) -> CaseFileView:
        """Shows whose case it is, the record it is about, and the person's other cases in this place. The read is recorded in
        the audit."""
        file = await case_files.read(visit.actor, errand, case_ref, visit.now)
        return CaseFileView.of(file, await staff.names(handlers(file.others)))

    @get("/decided", operation_id="listDecidedCases")
    async def decided(
        self,
        visit: Needs[Visit],
        case_files: Needs[CaseFileService],
        staff: Needs[Colleagues],
        errand: Annotated[str, QueryParameter(max_length=40)] = "objections",
        days: Annotated[int, QueryParameter(ge=1, le=366)] = 30,
    ) -> DecidedLines:
        """Lists the cases of one errand that your place decided in the last days, newest first."""
        found = await case_files.decided(visit.actor, errand, visit.now - timedelta(days=days))
        names = await staff.names(handlers(found))
        return DecidedLines(tuple(DecidedLine.of(one, names) for one in found), is_cut=len(found) == DECIDED_SHOWN)

    @post("/search", operation_id="searchCases", status_code=200)
    async def search(
        self,
        data: JSONBody[FindCases],
        visit: Needs[Visit],
        case_files: Needs[CaseFileService],
        staff: Needs[Colleagues],
    ) -> Response[CaseLines]:
        """Search the cases of your place, including closed ones, by an exact number. It is in the body, never in the address."""
        given = [value for value in (data.number, data.act_number, data.document_number) if value is not None]
        if len(given) != 1:
            raise Invalid(faults=(FieldFault(field="number", message="请填写一个完整的号码。"),))
        if data.number is None and data.purpose is None:
            raise Invalid(faults=(FieldFault(field="purpose", message="请说明为什么查。"),))

        async def work(tx: Tx) -> CaseLines:
            is_cut = False
            if data.number is not None:
                found = await case_files.by_number(visit.actor, data.number, visit.now)
            elif data.act_number is not None:
                assert data.purpose is not None
                found, is_cut = await case_files.by_act(tx, visit.actor, data.act_number, data.purpose, visit.now)
            else:
                assert data.purpose is not None
                number, kind = data.document_number or "", data.document_kind
                found = await case_files.by_person(tx, visit.actor, kind, number, data.purpose, visit.now)
            names = await staff.names(handlers(found))
            return CaseLines(tuple(CaseLine.of(one, names) for one in found), is_cut)

        return await visit.run(work)


ROUTES = (CaseFileController,)
