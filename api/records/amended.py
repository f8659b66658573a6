"""Reads the values of a correction as intake reads a cell: labels of the record's layout, dates, amounts, numbers. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from api.infra.errors import FieldFault, Invalid
from api.records.files.cells import read_cell
from api.records.files.columns import Column, columns_of, find, layouts
from api.records.files.values import OPEN_END, Misread, act_number, narrow
from api.records.models import Record
from api.records.wording import masked_items

ACT_LABELS = ("文书号", "行政处罚决定书文号", "行政许可决定文书号")
_OWN_NAMES = ("处罚机关", "许可机关", "数据来源单位")


class Given(msgspec.Struct, frozen=True):
    """`fields` of the record by our names, `items` by the labels of the record or its layout. The document's number is separate.

    A field and the label that shows it always change together.
    """

    fields: dict[str, Any]
    items: dict[str, str | None]
    act_number: str | None
    shown: frozenset[str]

    @classmethod
    def of(cls, record: Record, given: Mapping[str, Any], unit: str | None) -> "Given":
        """Reads the values of a correction. Raises Invalid with every fault."""
        columns = _columns(record)
        fields = {name: value for name, value in given.items() if name not in ("items", "act_number")}
        number = act_number(given["act_number"]) if given.get("act_number") is not None else None
        items, faults = _read_items(record, columns, given.get("items") or {}, unit)
        for label, value in items.items():
            column = columns.get(label)
            field = column.field if column else None
            if field == "act_number" or label in ACT_LABELS:
                if value is None or number not in (None, value):
                    faults.append(FieldFault(field=label, message="文书号不能去掉，也不能同时改成两个。"))
                number = value
            elif field == "source_unit" and value is not None:
                fields[field] = value
            elif column is not None and field is not None and column.kind == "date":
                fields.setdefault(field, date.fromisoformat(value) if value else None)
            elif column is not None and field is not None and column.kind == "until":
                fields.setdefault(field, date.fromisoformat(value) if value and value != OPEN_END else None)
        if faults:
            raise Invalid(faults=tuple(faults))
        shown = _show(record, columns, fields, number, items)
        kept = {
            label: value for label, value in items.items() if value is not None or label in record.particulars.items
        }
        return cls(fields, kept, number, frozenset(shown))

    def stands_for_field(self, label: str) -> bool:
        """Whether the label shows a field that is changed anyway."""
        return label in self.shown


def _read_items(
    record: Record, columns: dict[str, Column], given: Mapping[str, str | None], unit: str | None
) -> tuple[dict[str, str | None], list[FieldFault]]:
    items: dict[str, str | None] = {}
    faults: list[FieldFault] = []
    for written, text in given.items():
        try:
            label, value = _read(record, columns, written, text, unit)
        except Misread as misread:
            faults.append(FieldFault(field=written, message=f"{misread.reason}{misread.cure}"))
        else:
            items[label] = value
    return items, faults


def _show(
    record: Record, columns: dict[str, Column], fields: dict[str, Any], number: str | None, items: dict[str, str | None]
) -> set[str]:
    """Adds to `items` the labels that show changed fields. Returns these labels."""
    shown = set()
    for label, column in columns.items():
        if column.field not in fields or column.kind not in ("date", "short", "until"):
            continue
        value = fields[column.field]
        if label in record.particulars.items or value is not None:
            items[label] = value.isoformat() if isinstance(value, date) else value
            shown.add(label)
    for label in ACT_LABELS:
        if number is not None and label in record.particulars.items:
            items[label] = number
            shown.add(label)
    return shown


def _columns(record: Record) -> dict[str, Column]:
    """The columns of the record's layout by label; empty if its kind has no layout."""
    layout = _layout(record)
    return {column.label: column for column in columns_of(layout).values() if column.label} if layout else {}


def _layout(record: Record) -> str | None:
    return next((one.id for one in layouts() if one.code == record.code), None)


def _column(record: Record, label: str) -> Column | None:
    layout = _layout(record)
    return find(label, layout) if layout else None


def _read(
    record: Record, columns: dict[str, Column], written: str, text: str | None, unit: str | None
) -> tuple[str, str | None]:
    """The label and its value as intake would store them. Raises Misread."""
    items = record.particulars.items
    column = columns.get(written) or _column(record, written)
    label = written
    if written not in items and column is not None and column.label:
        # a value stored under another name of the column is changed in place, not added a second time
        label = next((there for there in items if _column(record, there) is column), column.label)
    if label not in items and label not in columns:
        known = "、".join(record.particulars.items)
        raise Misread(written, "这条记录没有这一项。", "label-unknown", f"可以更正的有：{known}。")
    if text is None:
        return label, None
    if label in _OWN_NAMES and unit is not None and not narrow(text).startswith(narrow(unit)):
        raise Misread(written, "只能以本单位的名义报送。", "not-own-unit", f"写成“{unit}”。")
    if column is None or not column.label:
        return label, text
    value = read_cell(column, written, text, said=record.particulars.items.get("处罚内容", ""))
    if value is None:
        raise Misread(written, "这样写等于没有写。", "malformed", "要去掉这一项的，写 null。")
    return label, value.isoformat() if isinstance(value, date) else str(value)


_TYPED = {
    "decided_on": "文书日期",
    "ended_on": "行为终止日期",
    "duty_performed_on": "义务履行日期",
    "sentence_completed_on": "刑罚执行完毕日期",
    "record_class": "失信类别",
}
_FORMS = {"date": "date", "day": "date", "until": "text", "amount": "amount", "class": "class"}
_NOT_TO_GIVE = ("name", "document_kind", "document_number", "code", "born_on")


class Cell(msgspec.Struct, frozen=True):
    """One correctable value of a record: an item by its label, or a field by our name in `camel`."""

    name: str
    label: str
    kind: str
    value: str | None
    is_item: bool


def correctable(record: Record) -> tuple[Cell, ...]:
    """The record's items in order, then dates and class, then the columns of its layout that it lacks."""
    columns = _columns(record)
    items = masked_items(record.particulars)
    held = {label: columns.get(label) or _column(record, label) for label in items}
    there = [_cell(label, held[label], text) for label, text in items.items()]
    shown = {column.field for label, column in held.items() if column and label in columns}
    typed = [
        Cell(camel(name), title, "class" if name == "record_class" else "date", _text(getattr(record, name)), False)
        for name, title in _TYPED.items()
        if name not in shown
    ]
    lacking = [
        _cell(label, column, None)
        for label, column in columns.items()
        if column not in held.values() and column.kind != "unused" and column.field not in (*_TYPED, *_NOT_TO_GIVE)
    ]
    return (*there, *typed, *lacking)


def _cell(label: str, column: Column | None, value: str | None) -> Cell:
    return Cell(label, label, _FORMS.get(column.kind, "text") if column else "text", value, True)


def _text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
