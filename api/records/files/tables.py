"""A table of a file with its header, and which of its rows are records."""

import re
from functools import cached_property
from itertools import islice
from typing import Any

import msgspec

from api.records.files.cells import ColumnCells
from api.records.files.columns import columns_of, labels_of
from api.records.files.grid import GridRow
from api.records.files.headers import Choice, Header, find_header, is_like_header
from api.records.files.values import Misread, plain

_FURNITURE = re.compile(
    r"(?:合计|总计|小计|共计|说明|填表说明|填报说明|填写说明|备注说明|注|注意|备注|示例|样例|例|制表人?|制表单位|审核人?|填报人|填表人|填报单位|填报日期|填表日期"
    r"|单位负责人|负责人|经办人|联系人|联系电话|打印时间|打印日期|报送单位|报送日期|第\d+页|共\d+[页条笔件行户]|本页)(?:[:：（(、\s]|\d|$|请|人|条|笔|页)"
)
_EXAMPLE = re.compile(r"[（(【]?(?:填写|填报)?(?:示例|样例|范例|举例|例子|例如|例)(?:行|数据)?[）)】]?[:：]?")
_SUBTOTAL = re.compile(r"[小合总共]\s*计[:：]?$")
_NUMBERED = "行政相对人代码"
_DECIMAL = re.compile(r"\d")
_FEWEST_DIGITS = 8
_TOTAL = re.compile(r"[合总小共累]\s*计\s*(?:[:：（(\d].*)?", re.DOTALL)
_CODE = re.compile(r"[A-Za-z]{2,4}_?[A-Za-z_]{2,}")
PERSONS = ("document_number", "resident_number")
_NUMBERS = frozenset(("unified_code", *PERSONS))
_WHO = frozenset(("name", "act_number", "unified_code", *PERSONS))
_FEW = 2
_FEWEST_NAMES = 4


class RawRow(msgspec.Struct, frozen=True):
    """One row of a file. `written` are its cells in order, `numeric` the ids of our columns that the file stores as numbers (None: it
    does not say). `value` is a JSON row; `fault` is set if neither could be read.
    """

    line: int
    value: dict[str, Any] | None = None
    fault: str | None = None
    table: "Table | None" = None
    numeric: frozenset[str] | None = None
    written: tuple[str, ...] = ()

    def text_of(self, column: str) -> str:
        """What is written in one of our columns; empty where there is nothing."""
        if self.table is None or self.fault is not None:
            return ""
        for place in self.table.places.get(column, ()):
            if place < len(self.written) and (text := plain(self.written[place])):
                return text
        return ""


class Table(msgspec.Struct, frozen=True, dict=True):
    """A sheet, or the whole of a CSV file, with its header.

    `is_damaged`: somewhere in the file Excel has rounded a personal number, so other numbers that end in zeros are suspect too.
    `counts_from_1904` is that of its sheet.
    """

    sheet: str
    header: Header
    line: int
    hidden: tuple[int, ...] = ()
    is_damaged: bool = False
    counts_from_1904: bool = False

    @property
    def layout(self) -> str:
        return self.header.layout.id

    @cached_property
    def names(self) -> frozenset[str]:
        known = columns_of(self.layout).values()
        return frozenset((*(place.header for place in self.header.places), *(column.title for column in known)))

    def title_of(self, column: str) -> str:
        """The sender's name of a column, or else our title."""
        title = self._titles.get(column)
        if title is None:
            found = columns_of(self.layout).get(column)
            title = found.title if found else column
        return title

    @cached_property
    def _titles(self) -> dict[str, str]:
        named = ((place.column.id, place.header) for place in reversed(self.header.places) if place.column is not None)
        return dict(named)

    @cached_property
    def called(self) -> dict[str, str]:
        """Our columns by field, id, label and their sender's name; of two with the same the first."""
        found: dict[str, str] = {}
        for column in columns_of(self.layout).values():
            for name in filter(None, (column.field, column.id, column.label, self.title_of(column.id))):
                found.setdefault(name, column.id)
        return found

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each of our columns stands in the file, which is in one place but for few."""
        found: dict[str, list[int]] = {}
        for index, place in enumerate(self.header.places):
            if place.column is not None:
                found.setdefault(place.column.id, []).append(index)
        return found

    @cached_property
    def columns(self) -> tuple[ColumnCells | None, ...]:
        """What the cells of each column of the file mean, under its sender's name and in its unit. None for one that is unknown, or
        means the same as one before it."""
        return tuple(
            ColumnCells(place.column, place.header, place.unit, self.layout, counts_from_1904=self.counts_from_1904)
            if place.column is not None and self.places[place.column.id][0] == index
            else None
            for index, place in enumerate(self.header.places)
        )

    @cached_property
    def with_others(self) -> tuple[ColumnCells, ...]:
        return tuple(column for column in self.columns if column is not None and column.with_others)

    @cached_property
    def again(self) -> tuple[str, ...]:
        """Our columns that more than one column of the file means."""
        return tuple(name for name, places in self.places.items() if len(places) > 1)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Those of its items, in our order."""
        there = {column.column.label for column in self.columns if column is not None}
        return tuple(label for label in labels_of(self.layout) if label in there)

    def in_order(self, misread: list[Misread]) -> list[Misread]:
        """By the order of its columns."""
        headers = [place.header for place in self.header.places]
        return sorted(misread, key=lambda one: headers.index(one.column))


def raw_row(table: Table, row: GridRow) -> RawRow:
    known = None
    if row.numeric is not None:
        columns = (table.columns[index] for index in row.numeric if index < len(table.columns))
        known = frozenset(column.column.id for column in columns if column is not None)
    return RawRow(row.line, table=table, numeric=known, written=tuple(row.cells))


def why_no_record(table: Table, cells: list[str], filled: list[str]) -> str | None:
    """Why a non-empty row is not a record; None if it is one."""
    first = filled[0].strip()
    if "例" in first and _EXAMPLE.fullmatch(first):
        return "示例"
    if ("计" in first and _TOTAL.fullmatch(first)) or (
        len(filled) > 1 and first.isdigit() and _TOTAL.fullmatch(filled[1].strip())
    ):
        return "合计"
    if len(filled) == 1 and first.isdigit() and _is_counter(table, cells.index(filled[0])):
        return "只有序号"
    distinct = len(set(islice(filled, 40))) if len(set(filled[:3])) < 3 else 3  # at least
    if distinct <= 2 and (_FURNITURE.match(first) or (distinct == 1 and len(first) > 25)):
        return "说明"
    if (
        len(filled) <= 6
        and _FURNITURE.match(first)
        and ("：" in first or ":" in first)
        and not _has_number(table, cells)
    ):
        return "说明"
    if "计" in first and _SUBTOTAL.search(first) and not _has_number(table, cells):
        return "合计"
    if len(filled) <= _FEW and not _names_anybody(table, cells):
        return "落款或说明"
    may_be_header = first in table.names or first.isdigit() or _CODE.fullmatch(first) or filled[-1] in table.names
    return "重复的表头" if may_be_header and is_like_header(cells, table.header) else None


def is_other_header(table: Table, filled: list[str], cells: list[str]) -> bool:
    """Whether the row is the header of another table."""
    if len(filled) < _FEWEST_NAMES:
        return False
    beyond = "".join(filled[2:])
    if _NUMBERED not in beyond and _DECIMAL.search(beyond):  # nearly every record
        return False
    if _has_digit(filled[1]) or any(_has_digit(cell) for cell in filled[2:] if not cell.startswith(_NUMBERED)):
        return False
    header = find_header([cells], Choice())
    return header is not None and not header.missing() and not is_like_header(cells, table.header)


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def _names_anybody(table: Table, cells: list[str]) -> bool:
    """Whether a cell names a person or an act. Rows without any are signatures, dates or remarks below the table."""
    return any(
        place.column is not None and place.column.id in _WHO and index < len(cells) and cells[index].strip()
        for index, place in enumerate(table.header.places)
    )


def _has_number(table: Table, cells: list[str]) -> bool:
    """Whether a number of a person or company is in its column. Such a row is a record, whatever its first cell says."""
    return any(
        place.column is not None and place.column.id in _NUMBERS and sum(map(str.isdigit, cell)) >= _FEWEST_DIGITS
        and not {":", "："} & set(cell)
        for place, cell in zip(table.header.places, cells, strict=False)
    )  # fmt: skip


def _is_counter(table: Table, index: int) -> bool:
    column = table.header.places[index].column if index < len(table.header.places) else None
    return column is not None and column.id == "row_number"
