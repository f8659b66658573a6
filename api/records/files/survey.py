"""The survey of a file before intake: its tables and columns, what was skipped and which columns are unknown."""

from collections.abc import Iterator

import msgspec

from api.infra.privacy import mask_number
from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files.grid import GridRow, Sheet
from api.records.files.headers import Choice, Header, Place, find_header
from api.records.files.tables import PERSONS, RawRow, Table, is_other_header, raw_row, why_no_record
from api.records.files.values import is_rounded, may_be_rounded, plain

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAX_NOTED = 200
_EXAMPLES_FROM = 200
_LOOSELY_AT_MOST = 5  # parts of a file in which similar headers are searched for
_LOOKED_AT = RawRow(0)


class Seen(msgspec.Struct, frozen=True):
    """One column of the file as shown to its sender: which of our columns it is or may be, and an example."""

    sheet: str
    header: str
    column: str | None
    proposed: str | None
    is_left: bool
    has_data: bool
    example: str
    is_kept: bool = True


class Skipped(msgspec.Struct, frozen=True):
    """A row that is not a record and was skipped: sums and instructions are reported, titles are not."""

    sheet: str
    line: int
    why: str


class TableSeen(msgspec.Struct, frozen=True):
    """A table's header as written."""

    sheet: str
    header: tuple[str, ...]


class Survey(msgspec.Struct, frozen=True):
    """The survey of a file before intake. `skipped` holds the first of `skipped_count` rows."""

    format: str
    rows: int
    layout: str | None = None
    tables: tuple[TableSeen, ...] = ()
    columns: tuple[Seen, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    skipped_count: int = 0
    left_sheets: tuple[str, ...] = ()
    hidden: int = 0
    hidden_columns: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()


class Tally:
    """The tables as surveyed so far."""

    def __init__(
        self,
        choice: Choice,
        *,
        is_survey: bool = False,
        is_damaged: bool = False,
        is_loose: bool = False,
        surveyed: "Tally | None" = None,
    ) -> None:
        """With `is_loose`, similar column names count towards a header, so that the clerk can be told what it lacks. `surveyed` is that
        of a whole survey of the same file.
        """
        self._choice = choice
        self._is_loose = is_loose
        self._searched = 0
        self.is_damaged = is_damaged
        self._numbers: tuple[int, ...] = ()
        self._is_survey = is_survey
        self.headers: list[Header | None] = []
        """What was found wherever a header was searched for."""
        self.verdicts = bytearray()
        """Of each row below a header whether it is a record."""
        self._known_headers = None if surveyed is None else iter(surveyed.headers)
        self._known = None if surveyed is None else iter(surveyed.verdicts)
        self._wanted: set[int] = set()
        self._looked = 0
        self.tables: list[Table] = []
        self.skipped: list[Skipped] = []
        self.skipped_count = 0
        self.left_sheets: list[str] = []
        self.hidden_sheets: list[str] = []
        self._hidden_columns: dict[int, tuple[int, ...]] = {}
        self._examples: dict[tuple[int, int], str] = {}
        self._beyond: dict[tuple[int, int], str] = {}

    def open(self, sheet: Sheet, rows: list[GridRow]) -> Table | None:
        self._searched += 1
        if self._is_loose and self._searched > _LOOSELY_AT_MOST:
            return None
        if self._known_headers is None:
            header = find_header([row.cells for row in rows], self._choice, is_loose=self._is_loose)
            self.headers.append(header)
        else:
            header = next(self._known_headers, None)
        if header is None:
            return None
        if header.other is not None:
            place = f"工作表“{sheet.name}”" if sheet.name else "这个文件"
            raise UnreadableFile(
                f"{place}的第 {rows[header.other].line} 行和第 {rows[header.last].line} 行都像表头。请只留一个：两张表分到两张工作表，"
                "用不着的行删掉，再报。"
            )
        table = Table(sheet.name, header, rows[header.last].line, sheet.hidden, self.is_damaged, sheet.counts_from_1904)
        self._hidden_columns[len(self.tables)] = sheet.hidden_columns
        if sheet.is_hidden:
            self.hidden_sheets.append(sheet.name)
        self.tables.append(table)
        self._wanted = set(range(len(header.places)))
        self._numbers = tuple(
            place for place, one in enumerate(header.places) if one.column and one.column.id in PERSONS
        )
        self._looked = 0
        return table

    def take(self, table: Table, row: GridRow) -> RawRow | None:
        """None for a row that is no record."""
        if row.fault is not None:
            return RawRow(row.line, fault=row.fault, table=table, written=tuple(row.cells))
        is_record = self._is_record(table, row) if self._known is None else next(self._known, True)
        if self._is_survey:
            self.verdicts.append(is_record)
        if not is_record:
            return None
        if self._is_survey:
            self._look(table, row.cells)
            return _LOOKED_AT
        return raw_row(table, row)

    def _is_record(self, table: Table, row: GridRow) -> bool:
        """Notes why it is none. Raises UnreadableFile for the header of another table."""
        cells = row.cells
        filled = list(filter(str.strip, cells))
        if not filled:
            return False
        if is_other_header(table, filled, cells):
            raise UnreadableFile(_two_tables(table, row.line))
        why = why_no_record(table, cells, filled)
        if why is not None:
            self.skipped_count += 1
            if len(self.skipped) < _MAX_NOTED:
                self.skipped.append(Skipped(table.sheet, row.line, why))
        return why is None

    def _look(self, table: Table, cells: list[str]) -> None:
        """Notes the first example of each column; for unknown columns it searches to the end."""
        number = len(self.tables) - 1
        known = len(table.header.places)
        for index in () if self.is_damaged else self._numbers:
            if index < len(cells) and may_be_rounded(cells[index]) and is_rounded(plain(cells[index])):
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
        """Headers of hidden columns with data, which are read like others and reported."""
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


def _two_tables(table: Table, line: int) -> str:
    where = f"工作表“{table.sheet}”" if table.sheet else "这个文件"
    return (
        f"{where}里有两张表：第 {table.line} 行和第 {line} 行各有一个表头。请把它们分到两张工作表（或者两个文件）再报。"
    )


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
    """An example value; numbers of people and companies are shown in part."""
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
