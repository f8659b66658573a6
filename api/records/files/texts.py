"""Reads text files: encoding, separator, rows. Uses constant memory and numbers rows as Excel does."""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from api.records.errors import UnreadableFile
from api.records.files.grid import GridRow

_CHUNK = 1 << 20
_HEAD = 1 << 16
_REPLACED = "\ufffd"
_SEPARATORS = ",\t;|，；"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MARKS = "\x1a\ufeff"  # the end mark of DOS, and the byte order mark of UTF-8
_MAX_CELLS = 2_000
_MAX_LINES = 50
_UNPAIRED = "这一行读不出来：引号没有配对，或者内容过长。"
_LOST = "有无法识别的字符，请检查文件的编码。"


@contextmanager
def opened(file: BinaryIO, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Opens the file as text, without closing it afterwards."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach().seek(0)


def encoding_of(file: BinaryIO) -> str:
    """By the byte order mark; else UTF-8 if the whole file is valid, GB18030 otherwise. Raises UnreadableFile."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        raise UnreadableFile(
            "看不出文件用的是哪种编码（像是没有标记的 UTF-16，也可能不是表格文件）。请在 Excel 里另存为“CSV UTF-8”或者 xlsx 再报。"
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    finally:
        file.seek(0)
    return "utf-8"


def separators() -> str:
    return _SEPARATORS


def head_rows(file: BinaryIO, encoding: str, separator: str, limit: int) -> list[list[str]]:
    """The first rows under an assumed separator, without rows that cannot be read."""
    with opened(file, encoding) as text:
        head = io.StringIO(text.read(_HEAD), newline="")
    rows: list[list[str]] = []
    reader = csv.reader(head, delimiter=separator)
    while len(rows) < limit:
        try:
            rows.append(next(reader)[:_MAX_CELLS])
        except StopIteration:
            break
        except csv.Error:
            continue
    return rows


def stated_separator(file: BinaryIO, encoding: str) -> str | None:
    """The separator in Excel's own first line, `sep=;`."""
    with opened(file, encoding) as text:
        first = text.readline(20).lstrip("\ufeff").strip().strip('"')
    return first[4] if first.lower().startswith("sep=") and len(first) == 5 else None


def rows(file: BinaryIO, encoding: str, separator: str) -> Generator[GridRow, None, None]:
    with opened(file, encoding) as text:
        reader: Any = csv.reader(text, delimiter=separator)
        line = 0
        while True:
            line += 1
            before = reader.line_num
            try:
                cells: list[str] = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield GridRow(line, [], fault=_UNPAIRED)
                continue
            if cells and cells[0] and cells[0][0] in _MARKS:  # concatenated files have an end mark in the middle
                cells[0] = cells[0].lstrip(_MARKS)
            if len(cells) > _MAX_CELLS:
                yield GridRow(line, cells[:40], fault=f"这一行有 {len(cells)} 格，太多了。")
            elif reader.line_num - before > _MAX_LINES:
                reason = f"从这一行起有 {reader.line_num - before} 行连成了一行：引号没有配对。"
                yield GridRow(line, cells, fault=reason)
            elif _REPLACED in "".join(cells):
                yield GridRow(line, cells, fault=_LOST)
            else:
                yield GridRow(line, cells)
