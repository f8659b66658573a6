"""Typesetting: one layout for reports, results and receipts, set by Typst in a thread."""

from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from noto_cjk_sans_otc import FONT_PATH
from prometheus_client import Counter

from api.infra.bounded import Bounded
from api.infra.clock import SHANGHAI
from api.papers.packing import packed

if TYPE_CHECKING:
    import typst

_AT_ONCE, _WAITING, _PATIENCE = 2, 24, 10.0
_TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"


class Segment(msgspec.Struct, frozen=True):
    """A stretch on a time line; `end` None runs on past the right edge. Civil dates in Shanghai."""

    label: str
    start: date
    end: date | None
    is_dashed: bool = False


class Point(msgspec.Struct, frozen=True):
    label: str
    on: date


class TimeLine(msgspec.Struct, frozen=True):
    segments: tuple[Segment, ...]
    points: tuple[Point, ...]


class Block(msgspec.Struct, frozen=True):
    """`level` 1 opens a section, 2 a record or step. `tags` are short marks such as 异议处理中."""

    heading: str
    level: int = 2
    tags: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    time_line: TimeLine | None = None
    note: str = ""


class Paper(msgspec.Struct, frozen=True):
    """`code` is the verification code, `address` where it is checked; both go into the QR. A draft says so on each page.
    `is_large`: in type for older eyes."""

    title: str
    number: str
    issuer: str
    issued_at: datetime
    purpose: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    code: str = ""
    address: str = ""
    is_draft: bool = False
    is_large: bool = False

    def numbered(self, number: str, now: datetime, code: str, address: str) -> "Paper":
        """The sheet with number, time and code, as issued."""
        return msgspec.structs.replace(self, number=number, issued_at=now, code=code, address=address)


def blank(title: str, issuer: str, purpose: str, blocks: tuple[Block, ...], notes: tuple[str, ...] = ()) -> Paper:
    """A sheet before it is issued: number, time and code follow with `numbered`."""
    return Paper(
        title=title,
        number="",
        issuer=issuer,
        issued_at=datetime.min.replace(tzinfo=UTC),
        purpose=purpose,
        blocks=blocks,
        notes=notes,
    )


_left_as_made = Counter(
    "credit_window_documents_unpacked_total", "Documents whose form the packing does not know.", ["typst"]
)


class Papers:
    """Compilers are kept warm; at most two compile at once, each in a thread (Typst lets go of the interpreter lock)."""

    def __init__(self) -> None:
        self._idle: list[typst.Compiler] = []
        self._places = Bounded("paper", _AT_ONCE, waiting=_WAITING, seconds=_PATIENCE)

    async def set(self, paper: Paper) -> bytes:
        """The PDF: A4, tagged, the font embedded as a subset. Raises Busy when too many wait."""
        return await self._places.in_thread(self._compile, paper)

    def _compile(self, paper: Paper) -> bytes:
        """Runs in a thread, of which there are as many as places."""
        compiler = self._idle.pop() if self._idle else _compiler()
        try:
            return compile_paper(compiler, paper)
        finally:
            self._idle.append(compiler)


def _compiler() -> "typst.Compiler":
    import typst  # what sets and draws, where the first document is set: a process that starts needs neither

    return typst.Compiler(str(_TEMPLATE), font_paths=[str(Path(str(FONT_PATH)).parent)], ignore_system_fonts=True)


def compile_paper(compiler: "typst.Compiler", paper: Paper) -> bytes:
    import typst

    try:
        made = _compiled(compiler, paper, is_accessible=True)
    except typst.TypstError as fault:
        # accessible PDF forbids characters that the font lacks: a plain PDF shows them as boxes
        if "could not be displayed" not in str(fault):
            raise
        made = _compiled(compiler, paper, is_accessible=False)
    try:
        return packed(made)
    except ValueError:  # Typst has changed its output: the document is fine, only larger
        _left_as_made.labels(version("typst")).inc()
        return made


def _compiled(compiler: "typst.Compiler", paper: Paper, *, is_accessible: bool) -> bytes:
    made: Any = compiler.compile(
        format="pdf",
        sys_inputs={"data": msgspec.json.encode(_data(paper)).decode()},
        timestamp=paper.issued_at.replace(microsecond=0),
        pdf_standards=["ua-1"] if is_accessible else [],
    )
    return bytes(made)


def _data(paper: Paper) -> dict[str, Any]:
    local = paper.issued_at.astimezone(SHANGHAI)
    return {
        "title": paper.title,
        "number": paper.number,
        "issuer": paper.issuer,
        "issued": f"{local:%Y年%m月%d日 %H:%M}",
        "purpose": paper.purpose,
        "notes": paper.notes,
        "draft": paper.is_draft,
        "large": paper.is_large,
        "code": paper.code,
        "address": paper.address,
        "qr": qr_svg(f"{paper.address}#{paper.code}") if paper.code else "",
        "blocks": [
            {
                "heading": block.heading,
                "level": block.level,
                "tags": block.tags,
                "lines": block.lines,
                "paragraphs": block.paragraphs,
                "note": block.note,
                "timeline": _scaled(block.time_line) if block.time_line else None,
            }
            for block in paper.blocks
        ],
    }


def _scaled(line: TimeLine) -> dict[str, Any]:
    """Positions from 0 to 1 along the line, with a margin at both ends."""
    days = [s.start for s in line.segments] + [s.end for s in line.segments if s.end] + [p.on for p in line.points]
    first, last = min(days).toordinal(), max(days).toordinal()
    width = max(last - first, 1)

    def at(day: date) -> float:
        return 0.03 + 0.92 * (day.toordinal() - first) / width

    return {
        "segments": [
            {
                "label": s.label,
                "start": at(s.start),
                "end": at(s.end) if s.end else 1.0,
                "from": f"{s.start:%Y.%m.%d}",
                "until": f"{s.end:%Y.%m.%d}" if s.end else "",
                "dashed": s.is_dashed or s.end is None,
            }
            for s in line.segments
        ],
        "points": [
            {"label": p.label, "at": at(p.on), "on": f"{p.on:%Y.%m.%d}"}
            for p in sorted(line.points, key=lambda p: p.on)
        ],
    }


def qr_svg(text: str) -> str:
    """A QR code as SVG text, error level M."""
    import segno

    svg: str = segno.make(text, error="m", micro=False).svg_inline(scale=4, border=2)
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) if "xmlns" not in svg else svg
