"""Requests and replies about records, of providers, residents and officers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.infra.paging import Cursor
from api.infra.sources import DueView
from api.infra.wire import In, Out
from api.records import dates
from api.records.corrections import Act, Corrected
from api.records.files.lines import Code, Short, Text
from api.records.lookup import Purpose
from api.records.models import FeedEntry, Record, Standing
from api.records.showing import copy_view, disclosure_view, publicity_view, repair_view
from api.records.views import CopyView, DisclosurePeriodView, PublicityView, RepairView

Reason = Annotated[str, Meta(min_length=2, max_length=1000, pattern=r"\S")]
RecordClass = Literal["minor", "general", "serious"]


class Fields(In):
    """What is put right: a field that is absent stays, null takes it away. `items` by label, null takes one away. `bornOn`
    and `hasOwnIncome` (of age at sixteen, civil code 18) are compared and not kept: they open a record that was held because its
    document says no birth date.
    """

    record_class: Literal["minor", "general", "serious"] | UnsetType | None = UNSET
    document_type: Code | UnsetType | None = UNSET
    act_number: Short | UnsetType = UNSET
    decided_on: date | UnsetType | None = UNSET
    ended_on: date | UnsetType | None = UNSET
    sentence_completed_on: date | UnsetType | None = UNSET
    duty_performed_on: date | UnsetType | None = UNSET
    corrected_on: date | UnsetType | None = UNSET
    severe_list: Literal["listed", "removed"] | UnsetType | None = UNSET
    removed_on: date | UnsetType | None = UNSET
    is_serving: bool | UnsetType = UNSET
    born_on: date | UnsetType = UNSET
    has_own_income: bool | UnsetType = UNSET
    authority_until: date | UnsetType | None = UNSET
    unperformed: Text | UnsetType | None = UNSET
    non_repairable_basis: Text | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET
    name: Short | UnsetType = UNSET
    items: Annotated[dict[Short, Text | None], Meta(max_length=60)] | UnsetType = UNSET

    def given(self) -> dict[str, Any]:
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}


class Correction(In):
    """A provider puts its own record right. The reason is shown to the person."""

    reason: Reason
    fields: Fields


class Revocation(In):
    """The act behind a record is no longer valid. With `fields` the record is changed, without them it is withdrawn."""

    act: Act
    reason: Reason
    fields: Fields | None = None


class Acknowledgement(In):
    """Without `systems` it means all systems with a copy."""

    systems: Annotated[tuple[Short, ...], Meta(min_length=1, max_length=100)] | None = None


class ProvidedView(Out):
    """A record as its provider sees it after a change: what was changed, and which systems were told."""

    id: str
    standing: Standing
    record_class: str | None
    decided_on: date | None
    ended_on: date | None
    changed: tuple[str, ...]
    changed_at: datetime | None
    copies: tuple[CopyView, ...]

    @classmethod
    def of(cls, record: Record) -> "ProvidedView":
        last = record.changes[-1] if record.changes else None
        return cls.showing(
            record,
            changed=last.fields if last else (),
            changed_at=last.at if last else None,
            copies=tuple(copy_view(record, copy) for copy in record.copies),
        )


class RevocationView(Out):
    """Done at once. `due` is the day by which the law requires it, if it sets one."""

    record: ProvidedView
    due: DueView | None
    explanation: str
    law: str

    @classmethod
    def of(cls, done: Corrected) -> "RevocationView":
        return cls.showing(done, record=ProvidedView.of(done.record))


class FeedEntryView(Out):
    """One alteration of one of the provider's records: which fields, which systems have a copy, until when they follow."""

    id: str
    record_id: str
    at: datetime
    kind: str
    fields: tuple[str, ...]
    systems: tuple[str, ...]
    due_on: date | None
    acknowledged_at: datetime | None

    @classmethod
    def of(cls, entry: FeedEntry) -> "FeedEntryView":
        return cls.showing(entry, record_id=entry.record)


class FeedView(Out):
    """Oldest first. `nextCursor` is where to go on, also from the last page: what happens later comes after it."""

    items: tuple[FeedEntryView, ...]
    next_cursor: str | None
    has_more: bool


class WhatIfView(Out):
    """The dates as they would be; nothing is stored. `assumption` says what was assumed."""

    duty_performed_on: date
    assumption: str
    repair: RepairView
    publicity: PublicityView | None
    disclosure_period: DisclosurePeriodView | None

    @classmethod
    def of(
        cls, record: Record, performed_on: date, record_class: RecordClass | None, today: date
    ) -> "WhatIfView | None":
        """None unless it is a dishonesty record. `record_class`: as if its unit had stated it."""
        then = msgspec.structs.replace(
            record,
            duty_performed_on=performed_on,
            corrected_on=record.corrected_on or performed_on,
            record_class=record_class or record.record_class,
        )
        repair = dates.repair(then, today)
        if repair is None:
            return None
        assumption = "假设那天履行完全部义务"
        if record.corrected_on is None:
            assumption += "，并且同时改正了行为"
        return cls(
            duty_performed_on=performed_on,
            assumption=assumption + "。",
            repair=repair_view(repair),
            publicity=publicity_view(then),
            disclosure_period=disclosure_view(then, today),
        )


class Search(In):
    """Give exactly one of the document's number (文书号) and the person's identity document, and the purpose. `cursor`: for what
    follows a page."""

    purpose: Purpose
    act_number: Short | None = None
    document_number: Short | None = None
    document_kind: Code = "resident_id"
    cursor: Cursor | None = None


class CopyFollowed(In):
    """Another system has followed the newest change; `reason`: how the officer knows, for the audit."""

    system: Short
    reason: Reason


class MeasureLifted(In):
    """A unit no longer applies a measure; `reason`: how the officer knows, for the audit."""

    code: Code
    unit: Short
    reason: Reason
