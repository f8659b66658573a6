"""The process that opens a workbook (xlsx, xls): the file on standard input, frames of MessagePack on standard output.

`python -m api.records.files.workbook_process`. It bounds its own memory and time before it looks at the file, and imports as little as
it can: it is started for each reading.
"""

import io
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from api.records.files.grid import UNCALCULATED
from api.records.files.old_workbooks import OldSheet, look_through

_MAX_UNFOLDED = 256 << 20
_MAX_ENTRIES = 2_000
_MAX_CELLS = 8_000_000
_MAX_COLUMNS = 2_000
_MAX_SHEETS = 50
_MAX_MERGED = 1_000_000
_MEMORY = 1 << 30
_SECONDS = 120
_BATCH = 200
_CHUNK = 1 << 20
_ROOT = re.compile(rb"<(\w{1,20}:)?worksheet[\s>]")
_ROW = re.compile(rb'r="(\d{1,7})"')
_FROM, _TO = re.compile(rb'\smin="(\d{1,5})"'), re.compile(rb'\smax="(\d{1,5})"')
_PLACE = re.compile(rb'r="([A-Z]{1,3})(\d{1,7})"')
_SHEET = re.compile(rb'<(?:\w{1,20}:)?sheet\s[^>]{0,600}?:id="([^"]{1,100})"')
_RELATION = re.compile(rb"<Relationship\s[^>]{0,900}>")
_ID, _TARGET = re.compile(rb'\sId="([^"]{1,100})"'), re.compile(rb'\sTarget="([^"]{1,300})"')
_OF_1904 = re.compile(rb"<(?:\w{1,20}:)?workbookPr\s[^>]{0,600}?\bdate1904=[\"'](?:1|true|on)[\"']")
_MAX_UNCALCULATED = 100_000
_TAIL = 9_000
HEAD = struct.Struct(">I")
FOLDED = "文件展开后太大，读不了。请删掉用不着的工作表和空行，或者另存为 CSV 再报。"
_UNPLACED = "有的公式文件里没有算出来的结果，也看不出是哪一格。请在 Excel 里打开，存一次再报。"
BROKEN = "表格文件打不开：不完整，或者不是真正的 Excel 文件。请在 Excel 里打开后另存为 xlsx 再报。"
_LOCKED = "表格文件加了密码。请去掉密码后再报。"


class _Marks(msgspec.Struct, frozen=True):
    """What is looked for in a sheet. Some programs write a prefix before each element's name, and some no places."""

    cell: re.Pattern[bytes]
    row: re.Pattern[bytes]
    columns: re.Pattern[bytes]
    formula: re.Pattern[bytes]

    @classmethod
    def of(cls, prefix: bytes) -> "_Marks":
        p = re.escape(prefix)
        return cls(
            cell=re.compile(rb"<" + p + rb'c\s[^>]{0,200}?r="([A-Z]{1,3})(\d{1,7})"[^>/]{0,200}>'),
            row=re.compile(rb"<" + p + rb"row\s[^>]{0,300}?>"),
            columns=re.compile(rb"<" + p + rb"col\s[^>]{0,300}?/?>"),
            formula=re.compile(
                (
                    rb"<@c(?:\s([^>]{0,200}))?><@f(?:\s[^>]{0,200})?(?:/>|>[^<]{0,8192}</@f>)"
                    rb"\s*(?:<@v\s*/>|<@v>\s*</@v>)?\s*</@c>"
                ).replace(b"@", p)
            ),
        )


class Frame(msgspec.Struct, array_like=True):
    """One message of this process: a fault, the start of a sheet, or some of its rows."""

    fault: str | None = None
    sheet: str | None = None
    hidden: list[int] = []
    hidden_columns: list[int] = []
    is_hidden: bool = False
    counts_from_1904: bool = False
    first: int = 0
    rows: list[list[Any]] = []


def _bound_this_process() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits: only the bounds on the archive apply
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _survey(content: bytes) -> list[OldSheet]:
    """Scans the archive as a stream, sheet by sheet in the order of the workbook.

    Raises _Refused if it would unpack to too much, or if cells are so far apart that the sheet would become too large.
    """
    seen: dict[str, OldSheet] = {}
    order: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > _MAX_UNFOLDED:
                raise _Refused(FOLDED)
            for entry in entries:
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    seen[entry.filename] = _survey_sheet(archive, entry)
            order = _order(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as fault:
        raise _Refused(BROKEN) from fault
    return [seen.get(name) or OldSheet() for name in order]


def _survey_sheet(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> OldSheet:
    rows = columns = formulas = 0
    seen = OldSheet()
    hidden = seen.hidden
    rest = b""
    marks: _Marks | None = None
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            if marks is None:
                root = _ROOT.search(text)
                marks = _Marks.of(root[1] or b"" if root else b"")
            for letters, line in marks.cell.findall(text):
                rows, columns = max(rows, int(line)), max(columns, _column(letters))
            for tag in marks.row.findall(text):
                if b'hidden="1"' in tag or b'hidden="true"' in tag:
                    found = _ROW.search(tag)
                    if found and (not hidden or int(found[1]) > hidden[-1]):
                        hidden.append(int(found[1]))
            for attributes in marks.formula.findall(text):
                if b't="str"' not in attributes:  # an empty text is a result too
                    place = _PLACE.search(attributes)
                    if place is None:
                        raise _Refused(_UNPLACED)
                    seen.uncalculated.setdefault(int(place[2]) - 1, set()).add(_column(place[1]) - 1)
                    formulas += 1
            if not seen.hidden_columns:
                seen.hidden_columns = _hidden_columns(marks.columns.findall(text))
            if rows * columns > _MAX_CELLS or formulas > _MAX_UNCALCULATED:
                raise _Refused(FOLDED)
            rest = text[-_TAIL:]
    return seen


def _hidden_columns(tags: list[bytes]) -> list[int]:
    found: list[int] = []
    for tag in tags:
        first, last = _FROM.search(tag), _TO.search(tag)
        if first and last and (b'hidden="1"' in tag or b'hidden="true"' in tag):
            found += range(int(first[1]) - 1, min(int(last[1]), _MAX_COLUMNS))
    return found


def _order(archive: zipfile.ZipFile) -> list[str]:
    """The sheets' entries in the order of the workbook, which differs from that of the file names after a tab was moved. Empty if unknown."""
    try:
        book, relations = (_part(archive, name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    except KeyError:
        return []
    targets = {}
    for tag in _RELATION.findall(relations):
        name, target = _ID.search(tag), _TARGET.search(tag)
        if name and target:
            path = target[1].decode("utf-8", "replace")
            targets[name[1]] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return [targets.get(name, "") for name in _SHEET.findall(book)]


def _is_of_1904(content: bytes) -> bool:
    """Whether the workbook counts dates from 1904. Cells formatted as dates are converted accordingly; a bare number may have been
    typed here or copied from a workbook that counts from 1900.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = _OF_1904.search(_part(archive, "xl/workbook.xml"))
    except KeyError:
        return False
    return found is not None


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_CHUNK)


class _Refused(Exception):
    """Raised in the reading process: why the file cannot be read, in words for its sender."""


def _plain(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return cell
    if cell == "" or cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time | timedelta):
        return str(cell)
    return str(cell)


def _say(frame: Frame) -> None:
    body = msgspec.msgpack.encode(frame)
    sys.stdout.buffer.write(HEAD.pack(len(body)) + body)


def _tell(content: bytes) -> None:
    import python_calamine as calamine

    if content.startswith(b"PK"):
        surveyed, counts_from_1904 = _survey(content), _is_of_1904(content)
    else:
        old = look_through(content)
        surveyed, counts_from_1904 = old.sheets, old.counts_from_1904
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except calamine.PasswordError:
        raise _Refused(_LOCKED) from None
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as fault:
        raise _Refused(_LOCKED if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0" in content[: 1 << 16] else BROKEN) from fault
    if len(book.sheets_metadata) > _MAX_SHEETS:
        count = len(book.sheets_metadata)
        raise _Refused(f"有 {count} 张工作表，一个文件最多 {_MAX_SHEETS} 张。请删掉用不着的，或者分成几个文件再报。")
    for place, data in enumerate(book.sheets_metadata):
        if data.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_index(place)
        except (calamine.CalamineError, calamine.XmlError, OSError, ValueError) as fault:
            raise _Refused(BROKEN) from fault
        if sheet.total_height * sheet.total_width > _MAX_CELLS or sheet.total_width > _MAX_COLUMNS:
            raise _Refused(FOLDED)
        seen = surveyed[place] if len(surveyed) > place else OldSheet()
        is_hidden = data.visible != calamine.SheetVisibleEnum.Visible
        _say(
            Frame(
                sheet=data.name,
                hidden=seen.hidden,
                hidden_columns=seen.hidden_columns,
                is_hidden=is_hidden,
                counts_from_1904=counts_from_1904,
            )
        )
        for first, rows in _batches(sheet, seen.uncalculated):
            _say(Frame(first=first, rows=rows))


def _batches(sheet: Any, uncalculated: dict[int, set[int]]) -> Iterator[tuple[int, list[list[Any]]]]:
    """Rows in batches. Every part of a merged cell gets its value, as a reader sees it. A formula without a result is not taken for
    an empty cell. The library leaves out the columns before the first with content; places are those of the sheet, so they stay.
    """
    before = [None] * (sheet.start[1] if sheet.start else 0)
    merged: dict[int, list[tuple[int, int, int]]] = {}
    left_over = _MAX_MERGED
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        left_over -= bottom - top + 1
        if left_over < 0:
            raise _Refused(FOLDED)
        for line in range(top, bottom + 1):
            merged.setdefault(line, []).append((top, left, right))
    said: dict[tuple[int, int], Any] = {}
    batch: list[list[Any]] = []
    first = 1
    for place, cells in enumerate(sheet.iter_rows()):
        row = before + [_plain(cell) for cell in cells]
        for column in uncalculated.get(place, ()):
            if column < len(row) and row[column] in (None, 0):
                row[column] = UNCALCULATED
        for top, left, right in merged.get(place, ()):
            if place == top:
                said[top, left] = row[left] if left < len(row) else None
            for column in range(left, min(right + 1, len(row))):
                row[column] = said.get((top, left))
        batch.append(row)
        if len(batch) == _BATCH:
            yield first, batch
            first, batch = first + len(batch), []
    if batch:
        yield first, batch


def _main() -> None:
    content = sys.stdin.buffer.read()
    _bound_this_process()
    try:
        _tell(content)
        _say(Frame(fault=""))
    except _Refused as refused:
        _say(Frame(fault=str(refused)))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
