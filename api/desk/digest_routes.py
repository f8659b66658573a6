"""Route of the morning digest."""

from datetime import date, datetime

from litestar import get

from api.desk.digests import DigestService, Line
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.errors import Forbidden
from api.infra.wire import Out


class DigestView(Out):
    """`late` and `soon` count all of the jurisdiction's open cases; `lines` are the first hundred."""

    on: date
    written_at: datetime
    late: int
    soon: int
    lines: tuple[Line, ...]


@get("/staff/digest", access="officer", operation_id="readDigest", tags=["desk"])
async def digest(visit: Needs[Visit], digests: Needs[DigestService]) -> DigestView:
    """Shows what was late and what will soon be due, as of this morning."""
    if visit.actor.jurisdiction is None:
        raise Forbidden
    found = await digests.latest(visit.actor.jurisdiction)
    return DigestView.showing(found)
