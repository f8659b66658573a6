"""Liveness and readiness."""

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from api.infra.errors import Unavailable
from api.infra.mongo import Database


class Health(msgspec.Struct, frozen=True, rename="camel"):
    status: str


@get("/health/live", access="anyone", operation_id="live", tags=["operations"])
async def live() -> Health:
    """Answers while the process runs."""
    return Health(status="live")


@get("/health/ready", access="anyone", operation_id="ready", tags=["operations"])
async def ready(database: NamedDependency[Database]) -> Response[Health]:
    """503 while the database does not answer."""
    try:
        await database.ping()
    except Unavailable:
        return Response(Health(status="database-away"), status_code=503, headers={"Retry-After": "5"})
    return Response(Health(status="ready"))
