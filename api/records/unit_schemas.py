"""Requests and replies of units about their records: files, deliveries, records."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from api.infra.paging import Cursor
from api.infra.privacy import mask_number
from api.infra.sources import SourceView
from api.infra.wire import In, Out
from api.records import dates
from api.records.deliveries import Delivery, State
from api.records.files.columns import columns_of, layouts
from api.records.files.lines import Code, Short
from api.records.files.survey import Skipped, Survey
from api.records.files.templates import columns_to_fill
from api.records.models import IntakeReport, Record, RowFault, Standing, Taken
from api.records.returned import notes_of
from api.records.showing import copy_view, standing_label
from api.records.views import CopyView
from api.records.wording import masked_items


class RowFaultView(Out, omit_defaults=True):
    """`line` is the row that Excel shows, or the line of JSON lines; of a JSON array it is the place of the item.

    `value` is what was given, of people's names and numbers a part. `howToMend` says what to write instead; `recordId` is the
    record that is there already.
    """

    line: int
    column: str
    code: str
    reason: str
    how_to_mend: str
    sheet: str | None = None
    act_number: str | None = None
    value: str | None = None
    record_id: str | None = None
    citation: SourceView | None = None

    @classmethod
    def of(cls, fault: RowFault) -> "RowFaultView":
        return cls.showing(fault, how_to_mend=fault.cure, sheet=fault.sheet or None, record_id=fault.record)


class ColumnView(Out):
    """One column of the file: `column` is what it was taken for, `proposed` what it resembles and nobody has confirmed.

    `isKept` is false for what is understood and not stored.
    """

    sheet: str
    header: str
    column: str | None
    proposed: str | None
    is_left: bool
    has_data: bool
    example: str
    is_kept: bool


class SkippedView(Out):
    """A row that is not a record: a total, an instruction, a repeated header."""

    sheet: str
    line: int
    why: str

    @classmethod
    def of(cls, skipped: Skipped) -> "SkippedView":
        return cls(skipped.sheet, skipped.line, skipped.why)


class TakenView(Out):
    """The record that a row became. Without `isNew` it existed already."""

    line: int
    record_id: str | None
    is_new: bool
    sheet: str

    @classmethod
    def of(cls, taken: Taken, *, is_dry: bool) -> "TakenView":
        return cls(taken.line, None if is_dry and taken.is_new else taken.record, taken.is_new, taken.sheet)


class IntakeView(Out):
    """`refused` are all faults of the refused rows, `refusedCount` the number of these rows. `isDry`: nothing was stored.

    `ignoredColumns` are columns that were not taken in. `deliveryId` leads to the refused rows as xlsx.
    """

    accepted: int
    unchanged: int
    refused: tuple[RowFaultView, ...]
    refused_count: int
    ignored_columns: tuple[str, ...]
    is_dry: bool
    delivery_id: str
    rows: int
    layout: str | None
    records: tuple[TakenView, ...]
    columns: tuple[ColumnView, ...]
    skipped: tuple[SkippedView, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, delivery: Delivery, report: IntakeReport) -> "IntakeView":
        survey = report.survey or Survey("", 0)
        return cls.showing(
            report,
            refused=tuple(map(RowFaultView.of, report.refused)),
            delivery_id=delivery.id,
            rows=survey.rows,
            layout=survey.layout,
            records=tuple(TakenView.of(taken, is_dry=report.is_dry) for taken in report.taken),
            columns=tuple(map(ColumnView.showing, survey.columns)),
            skipped=tuple(map(SkippedView.of, survey.skipped)),
            notes=tuple(notes_of(report)),
        )


class DeliveryView(Out):
    """One file of the unit. `hasReturned`: its refused rows can be fetched, for a month."""

    id: str
    at: datetime
    person: str
    file_name: str
    state: State
    accepted: int
    unchanged: int
    refused_count: int
    has_returned: bool

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        return cls(**{name: getattr(delivery, name) for name in cls.__struct_fields__})


class UnitChangeView(Out):
    """One alteration of a record, with its reason."""

    at: datetime
    kind: str
    unit: str
    reason: str
    fields: tuple[str, ...]


def act_number_of(record: Record) -> str | None:
    """The document's number as the record shows it."""
    items = record.particulars.items
    labels = ("行政处罚决定书文号", "行政许可决定文书号", "文书号")
    return next((items[label] for label in labels if label in items), None)


class UnitRecordLine(Out):
    """A record in a list: nothing of the person but the first character of the name."""

    id: str
    title: str
    standing: Standing
    standing_label: str
    name: str
    act_number: str | None
    decided_on: date | None
    record_class: str | None
    received_at: datetime
    has_objection: bool

    @classmethod
    def of(cls, record: Record) -> "UnitRecordLine":
        name = record.particulars.name
        return cls.showing(
            record,
            standing_label=standing_label(record),
            name=name[:1] + "*" * min(2, len(name) - 1),
            act_number=act_number_of(record),
            has_objection=any(mark.kind == "objection" for mark in record.marks),
        )


class UnitRecordView(UnitRecordLine):
    """A record as its own unit sees it: what it sent, and what became of it. The person's number is masked."""

    code: str
    document_kind: str
    document_number: str
    items: dict[str, str]
    ended_on: date | None
    sentence_completed_on: date | None
    duty_performed_on: date | None
    corrected_on: date | None
    severe_list: str | None
    removed_on: date | None
    due_on: date | None
    disclosed_until: date | None
    published_until: date | None
    changes: tuple[UnitChangeView, ...]
    copies: tuple[CopyView, ...]

    @classmethod
    def of(cls, record: Record) -> "UnitRecordView":
        particulars = record.particulars
        return cls.showing(
            record,
            standing_label=standing_label(record),
            name=particulars.name,
            document_kind=particulars.document_kind,
            document_number=mask_number(particulars.document_number),
            items=masked_items(particulars),
            act_number=act_number_of(record),
            severe_list=dates.severe_list_of(record),
            has_objection=any(mark.kind == "objection" for mark in record.marks),
            changes=tuple(
                UnitChangeView(change.at, change.kind, change.unit, change.reason, change.fields)
                for change in reversed(record.changes)
            ),
            copies=tuple(copy_view(record, copy) for copy in record.copies),
        )


class FindRecords(In):
    """Give exactly one of the document's number (in any brackets) and the person's or unit's number. `cursor`: for what follows a
    page."""

    act_number: Short | None = None
    document_number: Short | None = None
    document_kind: Code = "resident_id"
    cursor: Cursor | None = None


class TemplateColumnView(Out):
    title: str
    is_required: bool
    explain: str
    example: str
    other_names: tuple[str, ...]


class TemplateView(Out):
    """A kind of table that units fill in; the file itself is at `templates/{id}`."""

    id: str
    title: str
    code: str
    columns: tuple[TemplateColumnView, ...]

    @classmethod
    def all(cls) -> "tuple[TemplateView, ...]":
        return tuple(
            cls(
                layout.id,
                layout.title,
                layout.code,
                tuple(
                    TemplateColumnView(
                        column.title, column.id in layout.required, column.explain, column.example, column.names
                    )
                    for column in columns_to_fill(layout.id)
                ),
            )
            for layout in layouts()
            if columns_of(layout.id)
        )


Header = Annotated[str, Meta(max_length=120)]
