"""Route: how to reach the centre of each place, for anybody who gets stuck."""

from litestar import get
from litestar.di import NamedDependency

from api.infra.settings import Settings
from api.infra.wire import Out


class CentreView(Out, frozen=True):
    """`isExample`: nobody answers there; a real deployment sets `CW_CENTRES`."""

    jurisdiction: str
    name: str
    telephone: str
    windows: str
    hours: str
    is_example: bool


@get("/centres", access="anyone", operation_id="listCentres", tags=["operations"])
async def centres(settings: NamedDependency[Settings]) -> list[CentreView]:
    """Telephone, windows and hours of each place."""
    return [
        CentreView(place, one.name, one.telephone, one.windows, one.hours, one.is_example)
        for place, one in settings.centres.items()
    ]
