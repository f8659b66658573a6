"""Reads JSON: one object a line, or one array. Each row is read or reported with its fault."""

import codecs
from collections.abc import Generator
from typing import Any, BinaryIO

import msgspec

from api.records.errors import UnreadableFile
from api.records.files.texts import opened

_MAX_ARRAY = 16_000_000
_MAX_LINE = 200_000
_REPLACED = "\ufffd"


class ObjectRow(msgspec.Struct, frozen=True):
    """`line` counts from 1; in an array it is the position of the item."""

    line: int
    value: dict[str, Any] | None = None
    fault: str | None = None


def lines(file: BinaryIO, encoding: str) -> Generator[ObjectRow, None, None]:
    with opened(file, encoding) as text:
        line = 0
        while written := text.readline(_MAX_LINE):
            line += 1
            if not written.endswith("\n") and len(written) >= _MAX_LINE:
                yield ObjectRow(line, fault="这一行内容过长。")
                while (rest := text.readline(_MAX_LINE)) and not rest.endswith("\n"):
                    pass
                continue
            if line == 1:
                written = written.lstrip("\ufeff")
            if written.strip():
                yield _object(line, written)


def _object(line: int, written: str) -> ObjectRow:
    if _REPLACED in written:
        return ObjectRow(line, fault="有无法识别的字符，请检查文件的编码。")
    try:
        value = msgspec.json.decode(written.encode(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return ObjectRow(line, fault="这一行不是一个 JSON 对象。")
    return ObjectRow(line, value=value)


def array(file: BinaryIO, encoding: str) -> Generator[ObjectRow, None, None]:
    """The items of an array, which is read whole and therefore limited in size. Raises UnreadableFile."""
    file.seek(0)
    body = file.read(_MAX_ARRAY + 1)
    file.seek(0)
    if len(body) > _MAX_ARRAY:
        raise UnreadableFile("JSON 数组太大，请改为每行一条的 JSON（JSON Lines）。")
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode(encoding)
        items = msgspec.json.decode(text.encode(), type=list[Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise UnreadableFile("文件不是完整的 JSON 数组。") from fault
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield ObjectRow(number, value=item)
        else:
            yield ObjectRow(number, fault="这一项不是一个 JSON 对象。")
