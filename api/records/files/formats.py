"""Recognises a file's format by its bytes alone: names and media types cannot be trusted."""

from enum import Enum
from typing import BinaryIO

from api.records.errors import UnreadableFile

_HEAD = 8192
_SPACE = b" \t\r\n\x0b\x0c"
_BOM = b"\xef\xbb\xbf"


class Format(Enum):
    WORKBOOK = "workbook"
    TEXT = "text"
    LINES = "lines"
    ARRAY = "array"


def format_of(file: BinaryIO) -> Format:
    """The file's format; leaves the file at its start. Raises UnreadableFile, which tells the sender how to save it."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Format.WORKBOOK
    if head.startswith(b"PK"):
        return _archive(file)
    start = head.removeprefix(_BOM).lstrip(_SPACE)
    if not start:
        raise UnreadableFile("文件是空的。")
    lower = _as_ascii(start).lstrip(_SPACE)[:2048].lower()
    if lower.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in lower or b"excel.sheet" in lower:
            raise UnreadableFile("这是“XML 表格”格式。请在 Excel 里打开，另存为“Excel 工作簿（xlsx）”再报。")
        raise UnreadableFile("这是网页（HTML）改名成的表格。请在 Excel 里打开，另存为“Excel 工作簿（xlsx）”再报。")
    if lower.startswith((b"mime-version:", b"from: <saved by")):
        raise UnreadableFile("这是网页存档。请在 Excel 里打开，另存为“Excel 工作簿（xlsx）”再报。")
    if start.startswith(b"%PDF"):
        raise UnreadableFile("这是 PDF，不是表格。请报原来的 Excel 或者 CSV 文件。")
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise UnreadableFile("这是图片或者压缩包，不是表格。请报原来的 Excel 或者 CSV 文件。")
    if start[:1] == b"{":
        return Format.LINES
    return Format.ARRAY if start[:1] == b"[" and not start.startswith(b"[\xd0") else Format.TEXT


def _as_ascii(start: bytes) -> bytes:
    """The bytes as ASCII; a file saved from a web page may be UTF-16."""
    return start[2:].replace(b"\0", b"") if start.startswith((b"\xff\xfe", b"\xfe\xff")) else start


def _archive(file: BinaryIO) -> Format:
    """Tells xlsx from other archives by the names in the directory at its end."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - (1 << 20)))
    tail = file.read()
    file.seek(0)
    if b"xl/workbook.xml" in tail:
        return Format.WORKBOOK
    for mark, words in (
        (b"xl/workbook.bin", "这是二进制工作簿（xlsb）。"),
        (b"word/document.xml", "这是 Word 文档。"),
        (b"content.xml", "这是 ODS 表格。"),
    ):
        if mark in tail:
            raise UnreadableFile(f"{words}请在 Excel 里另存为“Excel 工作簿（xlsx）”再报。")
    raise UnreadableFile("这是压缩包，不是表格。请解压后报里面的 Excel 或者 CSV 文件。")
