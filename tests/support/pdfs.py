"""A PDF as a phone makes one: a page that shows a picture of something; and one that does what it should not."""

import io
from collections.abc import Callable
from functools import cache

import pikepdf


def made(change: Callable[[pikepdf.Pdf], None] | None = None, *, content: bytes = b"") -> bytes:
    """One page; `content` is what stands in its stream, `change` what is done to the document before it is written."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        page.Contents = pdf.make_stream(content or b"q Q")
        if change:
            change(pdf)
        out = io.BytesIO()
        pdf.save(out, static_id=True)
        return out.getvalue()


@cache
def plain() -> bytes:
    return made()
