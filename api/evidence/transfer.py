"""Upload and download of files over HTTP, shared by every errand whose cases have files."""

from typing import Literal
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile

from api.evidence.models import Evidence


class Upload(msgspec.Struct):
    """A multipart form with one part named `file`."""

    file: UploadFile


class OfficialUpload(Upload):
    """What who handles a case puts into it; `kind` says what it is where a step rests on that."""

    kind: Literal["material", "examination_order"] = "material"


def download(evidence: Evidence, content: bytes) -> Response[bytes]:
    """Sent as an attachment, so that no browser shows it inside a page."""
    return Response(
        content=content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(evidence.filename, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )
