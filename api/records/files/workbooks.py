"""Reads workbooks (xlsx, xls) in a child process with bounded memory and time (`workbook_process.py`).

A workbook is an archive from outside: it may unpack to any size, and the reader holds a whole sheet in memory. In a child process
it can neither block nor exhaust this one, and rows come back in chunks.
"""

import math
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import msgspec

from api.records.errors import UnreadableFile, WorkbooksBusy
from api.records.files import workbook_process
from api.records.files.grid import GridRow, Sheet
from api.records.files.workbook_process import BROKEN, FOLDED, HEAD, Frame

MAX_BYTES = 64 << 20
_AT_ONCE = threading.BoundedSemaphore(4)
_PATIENCE = 30.0
_TOO_DEEP = 15


class Workbook:
    """The sheets of a file in order. Each reading runs in its own process."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def rows(self) -> Generator[tuple[Sheet, GridRow | None], None, None]:
        """Yields each sheet, first without a row and then with each of its rows. Raises UnreadableFile, WorkbooksBusy."""
        self._file.seek(0)
        content = self._file.read(MAX_BYTES + 1)
        self._file.seek(0)
        if len(content) > MAX_BYTES:
            raise UnreadableFile("文件太大。请分成几个文件，或者另存为 CSV 再报。")
        if not _AT_ONCE.acquire(timeout=_PATIENCE):
            raise WorkbooksBusy
        try:
            yield from self._read(content)
        finally:
            _AT_ONCE.release()

    def _read(self, content: bytes) -> Generator[tuple[Sheet, GridRow | None], None, None]:
        command = [sys.executable, "-m", workbook_process.__name__]
        with subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                yield from self._talk(process, content)
            finally:
                process.kill()

    def _talk(self, process: "subprocess.Popen[bytes]", content: bytes) -> Iterator[tuple[Sheet, GridRow | None]]:
        if process.stdin is None or process.stdout is None:
            raise UnreadableFile(BROKEN)
        try:
            process.stdin.write(content)
            process.stdin.close()
        except BrokenPipeError:
            raise UnreadableFile(FOLDED) from None
        sheet = Sheet()
        decoder = msgspec.msgpack.Decoder(Frame)
        while True:
            head = process.stdout.read(HEAD.size)
            if len(head) < HEAD.size:
                raise UnreadableFile(FOLDED)  # the child ended early: out of memory or time
            frame = decoder.decode(process.stdout.read(HEAD.unpack(head)[0]))
            if frame.fault is not None:
                if frame.fault:
                    raise UnreadableFile(frame.fault)
                return
            if frame.sheet is not None:
                sheet = Sheet(
                    frame.sheet,
                    tuple(frame.hidden),
                    tuple(frame.hidden_columns),
                    frame.is_hidden,
                    frame.counts_from_1904,
                )
                yield sheet, None
            for place, cells in enumerate(frame.rows):
                yield sheet, _row(frame.first + place, cells)


def _row(line: int, cells: list[Any]) -> GridRow:
    texts, numeric = [], []
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            texts.append(cell)
        elif cell is None:
            texts.append("")
        else:
            texts.append(_shown(cell))
            numeric.append(place)
    return GridRow(line, texts, tuple(numeric))


def _shown(value: float) -> str:
    """A number as Excel shows it: whole numbers without a point, and at most the fifteen digits that Excel keeps."""
    if not math.isfinite(value):
        return "#NUM!"
    if isinstance(value, int) or (value.is_integer() and abs(value) < 10**_TOO_DEEP):
        return str(int(value))
    return f"{Decimal(f'{value:.15g}'):f}"
