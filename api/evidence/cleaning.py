"""Cleans a file before it is stored: recognises it by content, re-encodes pictures, removes active parts from PDFs."""

import unicodedata
from collections.abc import Callable

import msgspec

from api.evidence.errors import FileNotAccepted, FileTooLarge, TooManyPictures
from api.evidence.models import Clean
from api.infra.bounded import Bounded

MAX_BYTES = 8_000_000
AT_ONCE = 2
WAIT_SECONDS = 8.0
WAITING = 12
_MAX_NAME = 40
_LONGEST_ENDING = 5


class Bench:
    """Cleans files, few at once: a picture takes up to a hundred megabytes while it is re-encoded."""

    def __init__(self, at_once: int = AT_ONCE, seconds: float = WAIT_SECONDS) -> None:
        self.pictures, self.documents = (
            Bounded(kind, at_once, waiting=WAITING, seconds=seconds, refusal=TooManyPictures)
            for kind in ("picture", "document")
        )


async def clean(filename: str, content: bytes, bench: Bench) -> Clean:
    """Raises FileTooLarge, FileNotAccepted, TooManyPictures."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    for kind in _KINDS:
        if content.startswith(kind.start):
            cleaned = await (bench.pictures if kind.is_picture else bench.documents).in_thread(kind.clean, content)
            if len(cleaned) > MAX_BYTES:
                raise FileTooLarge
            return Clean(filename=_name(filename, kind.ending), media_type=kind.media_type, content=cleaned)
    raise FileNotAccepted


def _name(filename: str, ending: str) -> str:
    """The letters and digits of the person's file name, with the extension of the content.

    Nothing that a system could act on is kept: no second extension, no character that reverses text, no name of a device.
    """
    stem = filename.replace("\\", "/").rsplit("/", 1)[-1]
    while (cut := stem.rpartition("."))[0] and 1 <= len(cut[2]) <= _LONGEST_ENDING:
        stem = cut[0]
    words = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in unicodedata.normalize("NFKC", stem))
    return f"{'-'.join(words.split())[:_MAX_NAME].strip('-') or '材料'}{ending}"


def _redraw(kind: str, content: bytes) -> bytes:
    from api.evidence.pictures import redraw  # large: not at the start of every process

    return redraw(kind, content)


def _still(content: bytes) -> bytes:
    from api.evidence.pdfs import still  # large: not at the start of every process

    return still(content)


class Kind(msgspec.Struct, frozen=True):
    """The first bytes of a kind of file, and how it is cleaned."""

    start: bytes
    media_type: str
    ending: str
    is_picture: bool
    clean: Callable[[bytes], bytes]


_KINDS = (
    Kind(b"\xff\xd8\xff", "image/jpeg", ".jpg", True, lambda content: _redraw("JPEG", content)),
    Kind(b"\x89PNG\r\n\x1a\n", "image/png", ".png", True, lambda content: _redraw("PNG", content)),
    Kind(b"%PDF-", "application/pdf", ".pdf", False, _still),
)
