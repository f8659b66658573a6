"""Packs a PDF's many small objects (tags) into object streams (ISO 32000-1, 7.5.7 and 7.5.8), which makes it three fifths smaller.

Only for PDFs as Typst writes them: one body with one cross-reference table. Several times faster than reading the document into
a library's model and writing it again.
"""

import re
import zlib
from itertools import accumulate

_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
_TRAILER = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)
_TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
_SIZE = re.compile(rb"/Size\s+\d+")
_BEGIN, _END = b"obj", b"endobj"
_LEVEL = 4  # a third of the time of the usual six, for two per cent in size


def packed(pdf: bytes) -> bytes:
    """The packed document. Raises ValueError for a PDF that Typst did not write."""
    trailer = _TRAILER.search(pdf, max(0, len(pdf) - 2048))
    table = _TABLE.match(pdf, int(trailer[2])) if trailer else None
    if trailer is None or table is None:
        raise ValueError("not a PDF of one body with one cross-reference table")
    offsets = [int(at) if kind == b"n" else 0 for at, _, kind in _ENTRY.findall(pdf, table.end(), trailer.start())]
    if len(offsets) != int(table[1]):
        raise ValueError("the cross-reference table is not whole")
    placed = sorted((at, number) for number, at in enumerate(offsets) if at)
    ends = [at for at, _ in placed[1:]] + [int(trailer[2])]
    small: list[tuple[int, bytes]] = []
    out = [pdf[: placed[0][0]]]
    at = placed[0][0]
    rows: dict[int, tuple[int, int, int]] = {}
    for (start, number), end in zip(placed, ends, strict=True):
        whole = pdf[start:end]
        if b"stream" in whole:  # also if it is only a word in a text: such an object is not changed
            rows[number] = (1, at, 0)
            out.append(whole)
            at += len(whole)
        else:
            small.append((number, whole[whole.index(_BEGIN) + len(_BEGIN) : whole.rindex(_END)].strip()))
    together, table_number = len(offsets), len(offsets) + 1
    stream = _object_stream(together, small)
    rows[together], rows[table_number] = (1, at, 0), (1, at + len(stream), 0)
    rows.update({number: (2, together, index) for index, (number, _) in enumerate(small)})
    size = b"/Size %d" % (table_number + 1)
    entries = _SIZE.sub(size, trailer[1])
    out += [stream, _table(table_number, entries, rows), b"startxref\n%d\n%%%%EOF\n" % (at + len(stream))]
    return b"".join(out)


def _object_stream(number: int, small: list[tuple[int, bytes]]) -> bytes:
    starts = accumulate((len(body) + 1 for _, body in small), initial=0)
    index = b" ".join(b"%d %d" % (one, start) for (one, _), start in zip(small, starts, strict=False)) + b"\n"
    data = zlib.compress(index + b"\n".join(body for _, body in small), _LEVEL)
    head = b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n"
    return head % (number, len(small), len(index), len(data)) + data + b"\nendstream\nendobj\n"


def _table(number: int, trailer: bytes, rows: dict[int, tuple[int, int, int]]) -> bytes:
    """Three fields to an object: its kind, where it is, and which in its stream. Unlisted numbers are free."""
    free = (0, 0, 65535)
    listed = (rows.get(one, free) for one in range(number + 1))
    data = zlib.compress(
        b"".join((kind << 48 | at << 16 | index).to_bytes(7, "big") for kind, at, index in listed), _LEVEL
    )
    head = b"%d 0 obj\n<<%s/Type/XRef/W[1 4 2]/Filter/FlateDecode/Length %d>>\nstream\n" % (number, trailer, len(data))
    return head + data + b"\nendstream\nendobj\n"
