"""A document as an HTTP answer."""

from litestar import Response

PDF = "application/pdf"


def pdf_response(pdf: bytes, number: str) -> Response[bytes]:
    """A PDF as a download."""
    return Response(
        content=pdf,
        media_type=PDF,
        headers={
            "Content-Disposition": f'attachment; filename="{number}.pdf"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
