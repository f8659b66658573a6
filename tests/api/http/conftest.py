"""What the tests of answers before routing share."""

from typing import Any

import pytest
from litestar._asgi.asgi_router import ASGIRouter


@pytest.fixture
def asked_of_the_route(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that went on to Litestar's router, whichever application stands."""
    found: list[str] = []
    whole = ASGIRouter.__call__

    async def counted(self: ASGIRouter, scope: Any, receive: Any, send: Any) -> None:
        found.append(scope["path"])
        await whole(self, scope, receive, send)

    monkeypatch.setattr(ASGIRouter, "__call__", counted)
    return found
