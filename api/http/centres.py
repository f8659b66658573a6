"""Route: how to reach the centre of each place as it is now, for anybody who gets stuck."""

from litestar import get

from api.http.injection import Needs
from api.infra.centres import Centres
from api.infra.wire import Out


class CentreView(Out):
    """`isExample`: nobody answers there; a real deployment sets `CW_CENTRES`, or an administrator says how the centre is reached."""

    jurisdiction: str
    name: str
    telephone: str
    windows: str
    hours: str
    is_example: bool


@get("/centres", access="anyone", operation_id="listCentres", tags=["operations"])
async def list_centres(centres: Needs[Centres]) -> list[CentreView]:
    """Lists each place's telephone number, service windows and opening hours as they are now."""
    return [
        CentreView(place, one.name, one.telephone, one.windows, one.hours, one.is_example)
        for place, one in centres.items()
    ]
