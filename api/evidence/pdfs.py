"""Rewrites a PDF without its active parts: scripts, launches, submitting forms, sound, film and embedded files.

These could attack the officer who opens it, and no proof needs them. A file that cannot be read whole, or that has a password,
is refused.
"""

import io
from typing import Any

import pikepdf

from api.evidence.errors import FileLocked, FileNotAccepted

_ACTING = frozenset(
    {
        "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/GoToR", "/GoToE", "/URI",
        "/Sound", "/Movie", "/Rendition", "/RichMediaExecute", "/Trans", "/SetOCGState", "/GoTo3DView", "/Named", "/Thread", "/Hide",
    }
)  # fmt: skip
_CARRYING = (
    "/AA",
    "/OpenAction",
    "/JS",
    "/JavaScript",
    "/EmbeddedFiles",
    "/EF",
    "/AF",
    "/XFA",
    "/RichMediaContent",
    "/Collection",
)
_NOTES = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
MOST_OBJECTS = 50_000
_DEEPEST = 40
_END = b"%%EOF"
_TAIL = 2048  # readers look for the end mark in the last part of the file


def still(content: bytes) -> bytes:
    """The same pages without active parts. Raises FileNotAccepted, FileLocked."""
    if _END not in content[-_TAIL:]:
        raise FileNotAccepted  # cut off on its way
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if len(pdf.objects) > MOST_OBJECTS or not len(pdf.pages):
                raise FileNotAccepted
            for thing in [pdf.Root, pdf.trailer, *pdf.objects]:
                _calm(thing)
            out = io.BytesIO()
            pdf.save(out, encryption=False, deterministic_id=True)
            return out.getvalue()
    except pikepdf.PasswordError as fault:
        raise FileLocked from fault
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as fault:
        raise FileNotAccepted from fault


def _calm(thing: Any) -> None:
    """Cleans one object with its direct children; referenced objects are visited on their own."""
    inside = [(thing, 0)]
    while inside:
        one, depth = inside.pop()
        if depth > _DEEPEST:
            raise FileNotAccepted
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            for key in [key for key, value in one.items() if key in _CARRYING or _acts(value)]:
                del one[key]
            held = [value for _, value in one.items()]
        elif isinstance(one, pikepdf.Array):
            for place in reversed(range(len(one))):
                if _acts(one[place]):
                    del one[place]
            held = list(one)
        else:
            continue
        inside.extend(
            (value, depth + 1)
            for value in held
            if isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream) and not value.is_indirect
        )


def _acts(value: Any) -> bool:
    """Whether it is an action, or an annotation of a kind that carries one."""
    if not isinstance(value, pikepdf.Dictionary):
        return False
    return str(value.get("/S", "")) in _ACTING or str(value.get("/Subtype", "")) in _NOTES
