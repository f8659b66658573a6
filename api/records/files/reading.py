"""Reads a file as rows under known columns, in two passes: the first surveys the whole file, the second yields its rows.

`survey` raises whatever stops the whole file: no header, missing columns, and unknown columns that carry data.
"""

from collections.abc import Generator, Iterable, Iterator
from typing import BinaryIO

from api.records.errors import NoRows, UnreadableFile
from api.records.files import objects, texts
from api.records.files.columns import layouts
from api.records.files.formats import Format, format_of
from api.records.files.grid import GridRow, Sheet
from api.records.files.headers import SEARCHED, Choice, score
from api.records.files.survey import Survey, TableSeen, Tally
from api.records.files.tables import RawRow, Table
from api.records.files.workbooks import Workbook

_LOOKED_AT_MOST = 1000
_DEEPEST = 400  # rows of a sheet that are searched for a header


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
        self._surveyed: Tally | None = None

    def survey(self, max_rows: int | None = None) -> Survey:
        """Raises UnreadableFile, ColumnsUnclear. Stops counting after `max_rows`."""
        tally = Tally(self._choice, is_survey=True)
        count = 0
        rows = self._rows(tally)
        try:
            for _ in rows:
                count += 1
                if max_rows is not None and count > max_rows:
                    break
            else:
                self._surveyed = tally
        finally:
            rows.close()
        self._is_damaged = tally.is_damaged
        if self._format in (Format.LINES, Format.ARRAY):
            if not count:
                raise UnreadableFile("文件里一条记录也没有。")
            return Survey(self._format.value, count)
        if not tally.tables:
            self._say_what_resembles(max_rows)
            raise UnreadableFile(_no_header(tally.left_sheets))
        tally.check()
        if not count:
            raise NoRows(_none_of(tally))
        return Survey(
            format=self._format.value,
            rows=count,
            layout=tally.tables[0].header.layout.title,
            tables=tuple(
                TableSeen(table.sheet, tuple(place.header for place in table.header.places)) for table in tally.tables
            ),
            columns=tuple(tally.seen()),
            skipped=tuple(tally.skipped),
            skipped_count=tally.skipped_count,
            left_sheets=tuple(tally.left_sheets),
            hidden=sum(len(table.hidden) for table in tally.tables),
            hidden_columns=tuple(tally.hidden_columns()),
            hidden_sheets=tuple(tally.hidden_sheets),
        )

    def _say_what_resembles(self, max_rows: int | None) -> None:
        """Raises ColumnsUnclear for a row that resembles one of our headers, with what its columns might be."""
        tally = Tally(self._choice, is_survey=True, is_loose=True)
        rows = self._rows(tally)
        try:
            for _ in zip(rows, range(max_rows or _LOOKED_AT_MOST), strict=False):
                pass
        finally:
            rows.close()
        tally.check()

    def rows(self) -> Generator[RawRow, None, None]:
        """Raises UnreadableFile."""
        return self._rows(Tally(self._choice, is_damaged=self._is_damaged, surveyed=self._surveyed))

    def _rows(self, tally: Tally) -> Generator[RawRow, None, None]:
        if self._format is Format.LINES:
            yield from map(_of_object, objects.lines(self._file, self._encoding))
        elif self._format is Format.ARRAY:
            yield from map(_of_object, objects.array(self._file, self._encoding))
        elif self._format is Format.TEXT:
            sheet = Sheet()
            with_sheet = ((sheet, row) for row in texts.rows(self._file, self._encoding, self._separator))
            yield from self._table_rows(with_sheet, tally)
        else:
            yield from self._table_rows(Workbook(self._file).rows(), tally)

    def _table_rows(self, rows: Iterable[tuple[Sheet, GridRow | None]], tally: Tally) -> Generator[RawRow, None, None]:
        sheet: Sheet | None = None
        waiting: list[GridRow] = []
        table: Table | None = None
        searched = 0
        for of, row in rows:
            if of is not sheet and (sheet is None or of.name != sheet.name or row is None):
                yield from self._begin(sheet, waiting, tally) if table is None and sheet is not None else ()
                sheet, waiting, table, searched = of, [], None, 0
            if row is None or searched > _DEEPEST:
                continue
            if table is not None:
                if (taken := tally.take(table, row)) is not None:
                    yield taken
                continue
            waiting.append(row)
            if len(waiting) == SEARCHED:
                table = tally.open(of, waiting)
                if table is not None:
                    yield from _records(table, waiting, tally)
                else:
                    del waiting[:-1]  # each row is compared with the one above it
                    searched += SEARCHED
        if table is None and sheet is not None:
            yield from self._begin(sheet, waiting, tally)

    def _begin(self, sheet: Sheet, waiting: list[GridRow], tally: Tally) -> Iterator[RawRow]:
        table = tally.open(sheet, waiting)
        if table is None:
            if any(any(cell.strip() for cell in row.cells) for row in waiting):
                tally.left_sheets.append(sheet.name)
            return
        yield from _records(table, waiting, tally)

    def _find_separator(self) -> str:
        """Finds separator and encoding; a damaged cell in the middle does not change the encoding."""
        best, most = ",", 0
        stated = texts.stated_separator(self._file, self._encoding)
        for encoding in dict.fromkeys((self._encoding, *(("utf-8",) if self._encoding == "gb18030" else ()))):
            for separator in stated or texts.separators():
                found = score(texts.head_rows(self._file, encoding, separator, SEARCHED))
                if found > most:
                    best, most, self._encoding = separator, found, encoding
        return stated or best


def _records(table: Table, waiting: list[GridRow], tally: Tally) -> Iterator[RawRow]:
    """Those below the header."""
    for one in waiting[table.header.last + 1 :]:
        if (taken := tally.take(table, one)) is not None:
            yield taken


def _of_object(row: objects.ObjectRow) -> RawRow:
    return RawRow(row.line, value=row.value, fault=row.fault)


def _none_of(tally: Tally) -> str | None:
    if not tally.skipped:
        return None
    one = tally.skipped[0]
    return f"列名都读懂了，下面没有数据：第{one.line}行（{one.why}）不算一条。没有任何一条入库。"


def _no_header(left_sheets: list[str]) -> str:
    names = "、".join(layout.title for layout in layouts())
    where = f"（看过的工作表：{'、'.join(left_sheets[:10])}）" if any(left_sheets) else ""
    return f"没有找到表头{where}。请用{names}的双公示表头，表头前可以有标题行；也可以下载模板填写。"
