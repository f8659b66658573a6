"""Facts from an xls file that the library for cells does not report: hidden rows and columns, formulas without a result, dates from 1904.

They are read from the records ([MS-XLS]) in the container ([MS-CFB]). The size of the file bounds every chain and run of records.
"""

import struct
from collections.abc import Callable, Iterator

import msgspec

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_FREE = 0xFFFFFFFA  # from here on: no sector
_NAMES = ("Workbook", "Book")
_MAX_FORMULAS = 100_000
_BEGIN, _END, _FORMULA, _DATES, _COLUMNS, _SHEET, _COMPUTED, _ROW = (
    0x0809, 0x000A, 0x0006, 0x0022, 0x007D, 0x0085, 0x01C1, 0x0208,
)  # fmt: skip
_ROW_IS_HIDDEN, _COLUMN_IS_HIDDEN = 0x20, 0x01
_ZERO, _TEXT_WITHOUT_LETTERS = bytes(8), b"\x03"


class OldSheet(msgspec.Struct):
    """`hidden` holds row numbers as Excel shows them, from 1; columns and formula positions count from 0."""

    hidden: list[int] = []
    hidden_columns: list[int] = []
    uncalculated: dict[int, set[int]] = {}


class OldWorkbook(msgspec.Struct):
    """`sheets` is in tab order."""

    sheets: list[OldSheet] = []
    counts_from_1904: bool = False


def look_through(content: bytes) -> OldWorkbook:
    """Returns an empty OldWorkbook for a malformed file. Its cells cannot be read either."""
    try:
        stream = _stream(content)
        return _look_through(stream)
    except (struct.error, IndexError, ValueError):
        return OldWorkbook()


def _look_through(stream: bytes) -> OldWorkbook:
    found, begins, is_computed = OldWorkbook(), [], False
    for kind, body in _records(stream, 0):
        if kind == _SHEET:
            begins.append(int(struct.unpack_from("<I", body)[0]))
        elif kind == _DATES:
            found.counts_from_1904 = body[:2] == b"\1\0"
        elif kind == _COMPUTED:
            is_computed = True
    found.sheets = [_sheet(stream, begin, is_computed=is_computed) for begin in begins]
    return found


def _sheet(stream: bytes, begin: int, *, is_computed: bool) -> OldSheet:
    """Excel names its calculation engine in every workbook it saves. In a workbook without that name, a formula whose result is zero or
    empty was never computed: programs that only write leave that to the reader.
    """
    sheet, count = OldSheet(), 0
    for kind, body in _records(stream, begin):
        if kind == _FORMULA and not is_computed and count < _MAX_FORMULAS:
            line, column = struct.unpack_from("<HH", body)
            result = body[6:14]
            if result == _ZERO or (result[:1] == _TEXT_WITHOUT_LETTERS and result[6:] == b"\xff\xff"):
                sheet.uncalculated.setdefault(line, set()).add(column)
                count += 1
        elif kind == _ROW and body[12] & _ROW_IS_HIDDEN:
            sheet.hidden.append(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLUMNS and body[8] & _COLUMN_IS_HIDDEN:
            first, last = struct.unpack_from("<HH", body)
            sheet.hidden_columns += range(first, min(last, 255) + 1)
    return sheet


def _records(stream: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """Yields the records of one substream. Embedded charts are nested substreams with their own BOF and EOF."""
    place, depth = begin, 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        place += 4 + length


def _stream(content: bytes) -> bytes:
    """Returns the bytes of the workbook stream. Raises ValueError, struct.error, IndexError."""
    if not content.startswith(_MAGIC):
        raise ValueError("no container")
    size = 1 << min(struct.unpack_from("<H", content, 30)[0], 16)
    first, _, small_below, first_small, _, first_more, _ = struct.unpack_from("<7I", content, 48)
    sectors = len(content) // size + 1

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    places = [one for one in struct.unpack_from("<109I", content, 76) if one < _FREE]
    more, left = first_more, sectors
    while more < _FREE and left:
        numbers = struct.unpack(f"<{size // 4}I", sector(more))
        places += [one for one in numbers[:-1] if one < _FREE]
        more, left = numbers[-1], left - 1
    table = b"".join(sector(one) for one in places[:sectors])
    following = struct.unpack(f"<{len(table) // 4}I", table)
    entries = _joined(following, first, sector, sectors)
    root = found = None
    for start in range(0, len(entries), _ENTRY):
        entry = entries[start : start + _ENTRY]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        root = root or entry
        if name in _NAMES and found is None:
            found = entry
    if root is None or found is None:
        raise ValueError("no workbook in it")
    begin, length = struct.unpack_from("<II", found, 116)
    if length >= small_below:
        return _joined(following, begin, sector, sectors)[:length]
    table = _joined(following, first_small, sector, sectors)
    small = _joined(following, struct.unpack_from("<I", root, 116)[0], sector, sectors)
    return _joined(
        struct.unpack(f"<{len(table) // 4}I", table), begin, lambda number: small[number * 64 : number * 64 + 64], len(small) // 64 + 1
    )[:length]  # fmt: skip


def _joined(following: tuple[int, ...], first: int, sector: Callable[[int], bytes], most: int) -> bytes:
    parts: list[bytes] = []
    place = first
    while place < _FREE and len(parts) < most:
        parts.append(sector(place))
        place = following[place]
    return b"".join(parts)
