"""QR pictures. Drawn here because an image address that carries the code would leave it in every log on the way."""

import io


def handed_over(public_url: str, screen: str, code: str) -> dict[str, str]:
    """The fields of an answer that hands over a code once: the code, the page's fragment that takes it, and a picture of both."""
    fragment = f"#/{screen}/{code}"
    return {"code": code, "fragment": fragment, "qr_svg": qr_svg(f"{public_url}/{fragment}")}


def qr_svg(text: str) -> str:
    """A whole SVG document with the quiet zone that scanners need; black on white whatever the page's colours are."""
    import segno  # for the first picture: not at the start of every process

    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=1, border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return out.getvalue().decode()
