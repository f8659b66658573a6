"""A file as rows under known columns. The first pass looks at all of it and stores nothing; the second gives its rows.

`survey` raises what stops the whole file: no header, columns that are missing, and columns that carry data nobody understood.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from api.infra.privacy import mask_number
from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files import objects, texts
from api.records.files.columns import columns_of, layouts
from api.records.files.formats import Format, format_of
from api.records.files.grid import GridRow, Sheet
from api.records.files.headers import SEARCHED, Choice, Header, Place, find_header, is_like_header, score
from api.records.files.values import is_rounded, plain
from api.records.files.workbooks import Workbook

_FURNITURE = re.compile(
    r"(?:合计|总计|小计|共计|说明|填表说明|填报说明|填写说明|备注说明|注|注意|备注|示例|样例|例|制表人?|制表单位|审核人?|填报人|填表人|填报单位|填报日期|填表日期"
    r"|单位负责人|负责人|经办人|联系人|联系电话|打印时间|打印日期|报送单位|报送日期|第\d+页|共\d+[页条笔件行户]|本页)(?:[:：（(、\s]|\d|$|请|人|条|笔|页)"
)
_TOTAL = re.compile(r"[合总小共累]\s*计\s*(?:[:：（(\d].*)?", re.DOTALL)
_CODE = re.compile(r"[A-Za-z]{2,4}_?[A-Za-z_]{2,}")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAX_NOTED = 200
_EXAMPLES_FROM = 200
_PERSONS = ("document_number", "resident_number")
_WHO = frozenset(("name", "act_number", "unified_code", *_PERSONS))
_FEW = 2


class RawRow(msgspec.Struct, frozen=True):
    """One row of a file. `cells` by id of our columns as written, `numeric` those that the file holds as numbers (None: it does not
    say), `units` of its amounts; `value` of a JSON row; `fault` where neither could be read. `written` are all cells in their order.
    """

    line: int
    cells: dict[str, str] | None = None
    value: dict[str, Any] | None = None
    fault: str | None = None
    table: "Table | None" = None
    numeric: frozenset[str] | None = None
    written: tuple[str, ...] = ()


_LOOKED_AT = RawRow(0)


class Table(msgspec.Struct, frozen=True, dict=True):
    """A sheet, or the whole of a CSV file, with its header.

    `is_damaged`: somewhere in the file Excel has rounded a number of a person, so that one which ends in zeros is no chance.
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
        """What the sender calls a column, else its title."""
        title = self._titles.get(column)
        if title is None:
            found = columns_of(self.layout).get(column)
            title = found.title if found else column
        return title

    @cached_property
    def _titles(self) -> dict[str, str]:
        named = ((place.column.id, place.header) for place in reversed(self.header.places) if place.column is not None)
        return dict(named)

    def unit_of(self, column: str) -> str | None:
        return self._units.get(column)

    @cached_property
    def _units(self) -> dict[str, str | None]:
        return {place.column.id: place.unit for place in self.header.places if place.column is not None}


class Seen(msgspec.Struct, frozen=True):
    """One column of the file for its sender: what it is taken for, what it might be, an example out of it."""

    sheet: str
    header: str
    column: str | None
    proposed: str | None
    is_left: bool
    has_data: bool
    example: str
    is_kept: bool = True


class Skipped(msgspec.Struct, frozen=True):
    """A row that is no record and was passed over: titles are not counted, sums and instructions are told."""

    sheet: str
    line: int
    why: str


class TableSeen(msgspec.Struct, frozen=True):
    """A table's header as written."""

    sheet: str
    header: tuple[str, ...]


class Survey(msgspec.Struct, frozen=True):
    """What a file is, before anything of it is taken in."""

    format: str
    rows: int
    layout: str | None = None
    tables: tuple[TableSeen, ...] = ()
    columns: tuple[Seen, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    left_sheets: tuple[str, ...] = ()
    hidden: int = 0
    hidden_columns: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()


class Reading:
    """One file of one sender. `survey` first, `rows` as often as needed."""

    def __init__(self, file: BinaryIO, choice: Choice | None = None) -> None:
        """Raises UnreadableFile."""
        self._file = file
        self._choice = choice or Choice()
        self._format = format_of(file)
        self._encoding = "" if self._format is Format.WORKBOOK else texts.encoding_of(file)
        self._separator = self._find_separator() if self._format is Format.TEXT else ""
        self._is_damaged = False

    def survey(self, max_rows: int | None = None) -> Survey:
        """Raises UnreadableFile, ColumnsUnclear. Stops counting behind `max_rows`."""
        tally = _Tally(self._choice, is_survey=True)
        count = 0
        rows = self._rows(tally)
        try:
            for _ in rows:
                count += 1
                if max_rows is not None and count > max_rows:
                    break
        finally:
            rows.close()
        self._is_damaged = tally.is_damaged
        if self._format in (Format.LINES, Format.ARRAY):
            return Survey(self._format.value, count)
        if not tally.tables:
            raise UnreadableFile(_no_header(tally.left_sheets))
        tally.check()
        return Survey(
            format=self._format.value,
            rows=count,
            layout=tally.tables[0].header.layout.title,
            tables=tuple(
                TableSeen(table.sheet, tuple(place.header for place in table.header.places)) for table in tally.tables
            ),
            columns=tuple(tally.seen()),
            skipped=tuple(tally.skipped),
            left_sheets=tuple(tally.left_sheets),
            hidden=sum(len(table.hidden) for table in tally.tables),
            hidden_columns=tuple(tally.hidden_columns()),
            hidden_sheets=tuple(tally.hidden_sheets),
        )

    def rows(self) -> Generator[RawRow, None, None]:
        """Raises UnreadableFile."""
        return self._rows(_Tally(self._choice, is_damaged=self._is_damaged))

    def _rows(self, tally: "_Tally") -> Generator[RawRow, None, None]:
        if self._format is Format.LINES:
            yield from map(_of_object, objects.lines(self._file, self._encoding))
        elif self._format is Format.ARRAY:
            yield from map(_of_object, objects.array(self._file, self._encoding))
        elif self._format is Format.TEXT:
            with_sheet = ((Sheet(), row) for row in texts.rows(self._file, self._encoding, self._separator))
            yield from self._table_rows(with_sheet, tally)
        else:
            yield from self._table_rows(Workbook(self._file).rows(), tally)

    def _table_rows(
        self, rows: Iterable[tuple[Sheet, GridRow | None]], tally: "_Tally"
    ) -> Generator[RawRow, None, None]:
        sheet: Sheet | None = None
        waiting: list[GridRow] = []
        table: Table | None = None
        for of, row in rows:
            if of is not sheet and (sheet is None or of.name != sheet.name or row is None):
                yield from self._begin(sheet, waiting, tally) if table is None and sheet is not None else ()
                sheet, waiting, table = of, [], None
            if row is None:
                continue
            if table is not None:
                yield from tally.take(table, row)
                continue
            waiting.append(row)
            if len(waiting) == SEARCHED:
                table = tally.open(of, waiting)
                if table is not None:
                    for one in waiting[table.header.last + 1 :]:
                        yield from tally.take(table, one)
                else:
                    waiting.pop(0)
        if table is None and sheet is not None:
            yield from self._begin(sheet, waiting, tally)

    def _begin(self, sheet: Sheet, waiting: list[GridRow], tally: "_Tally") -> Iterator[RawRow]:
        table = tally.open(sheet, waiting)
        if table is None:
            if any(any(cell.strip() for cell in row.cells) for row in waiting):
                tally.left_sheets.append(sheet.name)
            return
        for one in waiting[table.header.last + 1 :]:
            yield from tally.take(table, one)

    def _find_separator(self) -> str:
        """And the encoding: a file of one is not taken for another because a cell in its middle is damaged."""
        best, most = ",", 0
        stated = texts.stated_separator(self._file, self._encoding)
        for encoding in dict.fromkeys((self._encoding, *(("utf-8",) if self._encoding == "gb18030" else ()))):
            for separator in stated or texts.separators():
                found = score(texts.head_rows(self._file, encoding, separator, SEARCHED))
                if found > most:
                    best, most, self._encoding = separator, found, encoding
        return stated or best


class _Tally:
    """What has been seen of the tables so far."""

    def __init__(self, choice: Choice, *, is_survey: bool = False, is_damaged: bool = False) -> None:
        self._choice = choice
        self.is_damaged = is_damaged
        self._numbers: tuple[int, ...] = ()
        self._is_survey = is_survey
        self._wanted: set[int] = set()
        self._looked = 0
        self.tables: list[Table] = []
        self.skipped: list[Skipped] = []
        self.left_sheets: list[str] = []
        self.hidden_sheets: list[str] = []
        self._hidden_columns: dict[int, tuple[int, ...]] = {}
        self._examples: dict[tuple[int, int], str] = {}
        self._beyond: dict[tuple[int, int], str] = {}

    def open(self, sheet: Sheet, rows: list[GridRow]) -> Table | None:
        header = find_header([row.cells for row in rows], self._choice)
        if header is None:
            return None
        table = Table(sheet.name, header, rows[header.last].line, sheet.hidden, self.is_damaged, sheet.counts_from_1904)
        self._hidden_columns[len(self.tables)] = sheet.hidden_columns
        if sheet.is_hidden:
            self.hidden_sheets.append(sheet.name)
        self.tables.append(table)
        self._wanted = set(range(len(header.places)))
        self._numbers = tuple(
            place for place, one in enumerate(header.places) if one.column and one.column.id in _PERSONS
        )
        self._looked = 0
        return table

    def take(self, table: Table, row: GridRow) -> Iterator[RawRow]:
        if row.fault is not None:
            yield RawRow(row.line, fault=row.fault, table=table, written=tuple(row.cells))
            return
        cells = row.cells
        filled = [cell for cell in cells if cell and not cell.isspace()]
        if not filled:
            return
        why = _why_no_record(table, cells, filled)
        if why is not None:
            if len(self.skipped) < _MAX_NOTED:
                self.skipped.append(Skipped(table.sheet, row.line, why))
            return
        if self._is_survey:
            self._look(table, cells)
            yield _LOOKED_AT
        else:
            yield _raw(table, row)

    def _look(self, table: Table, cells: list[str]) -> None:
        """Notes a first example of each column; of columns that are not understood it is looked for to the end."""
        number = len(self.tables) - 1
        known = len(table.header.places)
        for index in () if self.is_damaged else self._numbers:
            if index < len(cells) and is_rounded(plain(cells[index])):
                self.is_damaged = True
        for index in list(self._wanted):
            if index < len(cells) and (example := plain(cells[index])):
                self._examples[number, index] = example
                self._wanted.discard(index)
        if len(cells) > known:
            for index in range(known, len(cells)):
                if cells[index] and plain(cells[index]):
                    self._beyond.setdefault((number, index), plain(cells[index]))
        self._looked += 1
        if self._looked == _EXAMPLES_FROM:
            self._wanted = {index for index in self._wanted if table.header.places[index].column is None}

    def check(self) -> None:
        """Raises UnreadableFile, ColumnsUnclear."""
        unclear: list[Seen] = []
        for number, table in enumerate(self.tables):
            where = f"工作表“{table.sheet}”" if len(self.tables) > 1 and table.sheet else ""
            if twice := table.header.twice():
                raise UnreadableFile(f"{where}表头有重复的列：{'、'.join(twice)}。请留一列，其余的去掉或者改名。")
            if missing := table.header.missing():
                hints = [
                    f"“{place.header}”像是“{place.proposed.title}”"
                    for place in table.header.places
                    if place.proposed is not None and place.proposed in missing
                ]
                said = f"{where}表头缺少必需的列：{'、'.join(column.title for column in missing)}。"
                if hints:
                    said += f"{'，'.join(hints)}，请确认后再报，或者改表头。"
                raise ColumnsUnclear(said, columns=tuple(one for one in self.seen() if not one.column and one.has_data))
            unclear += [one for one in self.seen() if one.sheet == table.sheet and one.column is None and one.has_data]
            if number == len(self.tables) - 1 and (left := [one for one in unclear if not one.is_left]):
                raise ColumnsUnclear(_unclear(left), columns=tuple(left))

    def hidden_columns(self) -> Iterator[str]:
        """Headers of hidden columns that carry data: they are read like others, and told."""
        for number, table in enumerate(self.tables):
            for index in self._hidden_columns[number]:
                if (number, index) in self._examples and table.header.places[index].header:
                    yield table.header.places[index].header

    def seen(self) -> Iterator[Seen]:
        for number, table in enumerate(self.tables):
            places = list(enumerate(table.header.places))
            places += [
                (index, Place("", is_left=_letters(index) in self._choice.leave))
                for of, index in sorted(self._beyond)
                if of == number
            ]
            for index, place in places:
                example = self._examples.get((number, index)) or self._beyond.get((number, index), "")
                if not place.header and not example:
                    continue
                yield Seen(
                    sheet=table.sheet,
                    header=place.header or f"第{_letters(index)}列（没有列名）",
                    column=place.column.title if place.column else None,
                    proposed=place.proposed.title if place.proposed else None,
                    is_left=place.is_left or (not place.header and _letters(index) in self._choice.leave),
                    has_data=bool(example),
                    example=_example(place, example),
                    is_kept=place.column is None or place.column.is_kept,
                )


def _of_object(row: objects.ObjectRow) -> RawRow:
    return RawRow(row.line, value=row.value, fault=row.fault)


def _raw(table: Table, row: GridRow) -> RawRow:
    found: dict[str, str] = {}
    numeric: list[str] = []
    numbers = row.numeric or ()
    for index, (place, cell) in enumerate(zip(table.header.places, row.cells, strict=False)):
        column = place.column
        if column is None or not cell:
            continue
        written = plain(cell)
        if not written:
            continue
        if column.id not in found:
            found[column.id] = written
            if index in numbers:
                numeric.append(column.id)
    known = None if row.numeric is None else frozenset(numeric)
    return RawRow(row.line, cells=found, table=table, numeric=known, written=tuple(row.cells))


def _why_no_record(table: Table, cells: list[str], filled: list[str]) -> str | None:
    """Why a row with something in it is no record; None where it is one."""
    first = filled[0].strip()
    distinct = set(islice(filled, 40))
    if _TOTAL.fullmatch(first) or (len(filled) > 1 and first.isdigit() and _TOTAL.fullmatch(filled[1].strip())):
        return "合计"
    if len(filled) == 1 and first.isdigit() and _is_counter(table, cells.index(filled[0])):
        return "只有序号"
    if len(distinct) <= 2 and (_FURNITURE.match(first) or (len(distinct) == 1 and len(first) > 25)):
        return "说明"
    if len(filled) <= 6 and _FURNITURE.match(first) and ("：" in first or ":" in first):
        return "说明"
    if len(filled) <= _FEW and not _names_anybody(table, cells):
        return "落款或说明"
    may_be_header = first in table.names or first.isdigit() or _CODE.fullmatch(first) or filled[-1] in table.names
    return "重复的表头" if may_be_header and is_like_header(cells, table.header) else None


def _names_anybody(table: Table, cells: list[str]) -> bool:
    """Whether a cell says whom or which act a row is about: without any, it is a signature, a day or a remark below the table."""
    return any(
        place.column is not None and place.column.id in _WHO and index < len(cells) and cells[index].strip()
        for index, place in enumerate(table.header.places)
    )


def _is_counter(table: Table, index: int) -> bool:
    column = table.header.places[index].column if index < len(table.header.places) else None
    return column is not None and column.id == "row_number"


def _no_header(left_sheets: list[str]) -> str:
    names = "、".join(layout.title for layout in layouts())
    where = f"（看过的工作表：{'、'.join(left_sheets[:10])}）" if any(left_sheets) else ""
    return f"没有找到表头{where}。请用{names}的双公示表头，表头前可以有标题行；也可以下载模板填写。"


def _unclear(left: list[Seen]) -> str:
    said = []
    for one in left[:10]:
        hint = f"，像是“{one.proposed}”" if one.proposed else ""
        said.append(f"“{one.header}”{hint}")
    more = f"等 {len(left)} 列" if len(left) > 10 else ""
    return (
        f"这些列有内容，但看不懂是什么：{'、'.join(said)}{more}。请改成模板里的列名，或者确认它对应哪一列，或者说明这一列不报。"
        "没有任何一条入库。"
    )


def _example(place: Place, example: str) -> str:
    """Numbers of people and companies are shown in part."""
    if place.column is not None and place.column.kind in ("number", "registration"):
        return mask_number(example)
    digits = sum(one.isdigit() for one in example)
    return mask_number(example) if digits >= 11 and digits * 2 > len(example) else example[:30]


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = _LETTERS[rest] + letters
    return letters
