"""Bare Litestar routes under granian that answer bytes at hand: `python -m tests.bench.reference.bare_routes PORT`."""

import sys

from litestar import Litestar, Response, get

from api.infra.clock import SystemClock
from api.rulebook.routes import _article, _rules

RULES, _ = _rules(SystemClock().today(), None, False)
ARTICLE, _ = _article("yunnan", 36)


@get("/rules")
async def rules() -> Response[bytes]:
    return Response(content=RULES, media_type="application/json")


@get("/article")
async def article() -> Response[bytes]:
    return Response(content=ARTICLE, media_type="application/json")


def build() -> Litestar:
    return Litestar([rules, article], openapi_config=None, logging_config=None)


def serve(port: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "tests.bench.reference.bare_routes:build",
        factory=True,
        interface=Interfaces.ASGI,
        port=port,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
