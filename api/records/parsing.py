"""A provider's file as rows: whatever bytes come, each row is read or named by its line with what is wrong.

CSV (comma or tab), JSON lines or one JSON array; UTF-8 with and without BOM, or GB18030. Memory stays flat: only the
JSON array is read whole, and it has a limit.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Generator
from typing import Any, BinaryIO

import msgspec

from api.records.errors import UnreadableFile

_CHUNK = 1 << 20
_MAX_ARRAY = 16_000_000
_MAX_LINE = 200_000
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_REPLACED = "\ufffd"
_SPACE = b" \t\r\n"
_BOM = codecs.BOM_UTF8


class RawRow(msgspec.Struct, frozen=True):
    """One row of a file. `cells` of a CSV row by canonical column; `value` of a JSON row; `fault` where neither."""

    line: int
    cells: dict[str, str] | None = None
    value: dict[str, Any] | None = None
    fault: tuple[str, str] | None = None  # column, reason


def canonical(header: str) -> str:
    """A column name without spaces, in half width, without what stands in brackets: 罚款金额（万元） → 罚款金额."""
    text = "".join(unicodedata.normalize("NFKC", header).split()).lstrip("\ufeff")
    while (shorter := _BRACKETS.sub("", text)) != text:
        text = shorter
    return text


def read_rows(file: BinaryIO) -> Generator[RawRow, None, None]:
    """Rows in order. `file` is seekable. Raises UnreadableFile when it holds no rows of a known form."""
    first = _first_byte(file)
    if first == b"":
        raise UnreadableFile("文件是空的。")
    encoding = _encoding(file)
    if first == b"[":
        yield from _array(file, encoding)
    elif first == b"{":
        yield from _json_lines(file, encoding)
    else:
        yield from _csv(file, encoding)


def columns_of(file: BinaryIO) -> tuple[str, ...]:
    """The header of a CSV file as written; empty for JSON. Leaves the file at its start."""
    first = _first_byte(file)
    if first in (b"", b"[", b"{"):
        return ()
    with _opened(file, _encoding(file)) as text:
        try:
            return tuple(next(_reader(text)))
        except (StopIteration, csv.Error):
            return ()


def _first_byte(file: BinaryIO) -> bytes:
    file.seek(0)
    head = file.read(_CHUNK)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableFile("文件是 UTF-16 编码，请另存为 UTF-8 或 GB18030 后重新报送。")
    return head.removeprefix(_BOM).lstrip(_SPACE)[:1]


def _encoding(file: BinaryIO) -> str:
    """UTF-8 when every byte of the file is; GB18030 otherwise."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    finally:
        file.seek(0)
    return "utf-8-sig"


class _opened:  # noqa: N801 - used as a with-statement
    """The file as text, without closing it afterwards."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self._text

    def __exit__(self, *_: object) -> None:
        self._text.detach().seek(0)


def _reader(text: io.TextIOWrapper) -> Any:
    head = text.readline(_MAX_LINE)
    text.seek(0)
    return csv.reader(text, delimiter="\t" if "\t" in head and "," not in head else ",")


def _csv(file: BinaryIO, encoding: str) -> Generator[RawRow, None, None]:
    with _opened(file, encoding) as text:
        reader = _reader(text)
        names: list[str] = []
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error:
                yield RawRow(line=line, fault=("", "这一行读不出来：引号没有配对，或者内容过长。"))
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _names(cells)
                continue
            yield _csv_row(line, names, cells)
        if not names:
            raise UnreadableFile("文件里没有表头。")


def _names(cells: list[str]) -> list[str]:
    names = [canonical(cell) for cell in cells]
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise UnreadableFile(f"表头中有重复的列：{'、'.join(sorted(twice))[:200]}。")
    return names


def _csv_row(line: int, names: list[str], cells: list[str]) -> RawRow:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return RawRow(line=line, fault=("", f"这一行有 {len(cells)} 列，表头有 {len(names)} 列。"))
    if len(cells) < len(names):
        return RawRow(line=line, fault=("", f"这一行只有 {len(cells)} 列，表头有 {len(names)} 列。"))
    found = {}
    for name, cell in zip(names, cells, strict=False):
        if not name:
            continue
        if _REPLACED in cell:
            return RawRow(line=line, fault=(name, "有无法识别的字符，请检查文件的编码。"))
        if (written := cell.strip()) and written not in ("/", "无", "-"):
            found[name] = written
    return RawRow(line=line, cells=found)


def _json_lines(file: BinaryIO, encoding: str) -> Generator[RawRow, None, None]:
    with _opened(file, encoding) as text:
        line = 0
        while written := text.readline(_MAX_LINE):
            line += 1
            if not written.endswith("\n") and len(written) >= _MAX_LINE:
                yield RawRow(line=line, fault=("", "这一行内容过长。"))
                while (rest := text.readline(_MAX_LINE)) and not rest.endswith("\n"):
                    pass
                continue
            if written.strip():
                yield _json_row(line, written)


def _json_row(line: int, written: str) -> RawRow:
    if _REPLACED in written:
        return RawRow(line=line, fault=("", "有无法识别的字符，请检查文件的编码。"))
    try:
        value = msgspec.json.decode(written.encode(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return RawRow(line=line, fault=("", "这一行不是一个 JSON 对象。"))
    return RawRow(line=line, value=value)


def _array(file: BinaryIO, encoding: str) -> Generator[RawRow, None, None]:
    file.seek(0)
    body = file.read(_MAX_ARRAY + 1)
    if len(body) > _MAX_ARRAY:
        raise UnreadableFile("JSON 数组太大，请改为每行一条的 JSON（JSON Lines）。")
    try:
        items = msgspec.json.decode(body.decode(encoding).encode(), type=list[Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise UnreadableFile("文件不是完整的 JSON 数组。") from fault
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield RawRow(line=number, value=item)
        else:
            yield RawRow(line=number, fault=("", "这一项不是一个 JSON 对象。"))
