"""What a handler asks for is handed to it without a task being started for each thing."""

import asyncio
from collections.abc import Iterator
from typing import Any

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from api.http.injection import Application
from tests.support.api import Api, built_app, resident
from tests.support.world import FixedClock


def test_no_handler_waits_for_what_it_asks_for_side_by_side() -> None:
    async def one() -> "asyncio.Task[Any] | None":
        return asyncio.current_task()

    async def other() -> "asyncio.Task[Any] | None":
        return asyncio.current_task()

    async def both(one: NamedDependency[Any], other: NamedDependency[Any]) -> bool:
        return one is other is asyncio.current_task()

    @get("/asked")
    async def asked(one: NamedDependency[Any], other: NamedDependency[Any], both: NamedDependency[bool]) -> bool:
        return both and one is other is asyncio.current_task()

    given = {"one": Provide(one), "other": Provide(other), "both": Provide(both)}
    with TestClient(Application([asked], dependencies=given, openapi_config=None)) as client:
        assert client.get("/asked").json() is True, "all in the request's own task"


def test_every_handler_can_be_prepared_and_what_none_uses_is_refused() -> None:
    routes = [route for route in built_app().routes if isinstance(route, HTTPRoute)]
    assert sum(len(route.route_handler_map.values()) for route in routes) > 300

    def cleaned() -> Iterator[int]:
        yield 1

    @get("/cleaned", dependencies={"number": Provide(cleaned)})
    async def asked(number: NamedDependency[int]) -> int:
        return number

    with TestClient(Application([asked], openapi_config=None)) as client:
        assert client.get("/cleaned").status_code == 500


def test_what_a_handler_takes_is_worked_out_when_it_is_first_asked_for() -> None:
    @get("/asked/{number:int}")
    async def asked(number: FromPath[int]) -> int:
        return number + 1

    @get("/unasked")
    async def unasked(nobody_gives: NamedDependency[int]) -> int:
        return nobody_gives

    app = Application([asked, unasked], openapi_config=None)
    with TestClient(app) as client:
        assert client.get("/asked/1").json() == 2
        assert client.options("/asked/1").headers["allow"] == "GET, OPTIONS"
        assert client.get("/asked/x").status_code == 404
    left = [route.path for route in app.routes if not isinstance(getattr(route, "route_handler_map", {}), dict)]
    assert left == ["/unasked"]


async def test_a_token_that_was_read_once_is_over_when_its_time_is(api: Api, clock: FixedClock) -> None:
    who = resident(api.services)
    client = api.as_(who)
    assert (await client.get("/me/footprints")).status_code == 200
    clock.advance(minutes=11)
    assert (await client.get("/me/footprints")).status_code == 401
