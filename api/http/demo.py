"""Development servers only: the demo's residents for the sign-in page."""

import json
from typing import Any

from litestar import get

from api.http.injection import Needs
from api.infra.errors import NotFound
from api.infra.settings import Settings


@get("/demo/residents", access="anyone", operation_id="listDemoResidents", tags=["operations"], include_in_schema=False)
async def demo_residents(settings: Needs[Settings]) -> list[dict[str, Any]]:
    """Made-up people with the codes that sign them in."""
    file = settings.demo_residents_file
    if file is None:
        raise NotFound
    found: list[dict[str, Any]] = json.loads(file.read_bytes())
    return found
