"""QR pictures. Drawn here because an image address that carries the code would leave it in every log on the way."""

import io

import segno


def qr_svg(text: str) -> str:
    """A whole SVG document with the quiet zone that scanners need; black on white whatever the page's colours are."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=1, border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return out.getvalue().decode()
