"""What a handler asks for is handed to it without a task being started for each thing."""

from litestar.routes import HTTPRoute

from tests.support.api import Api, built_app, resident
from tests.support.world import FixedClock


def test_no_handler_waits_for_what_it_asks_for_side_by_side() -> None:
    batches = [
        batch
        for route in built_app().routes
        if isinstance(route, HTTPRoute)
        for _, parameters in route.route_handler_map.values()
        for batch in parameters.dependency_batches
    ]
    assert len(batches) > 100
    assert {len(batch) for batch in batches} == {1}


async def test_a_token_that_was_read_once_is_over_when_its_time_is(api: Api, clock: FixedClock) -> None:
    who = resident(api.services)
    client = api.as_(who)
    assert (await client.get("/me/footprints")).status_code == 200
    clock.advance(minutes=11)
    assert (await client.get("/me/footprints")).status_code == 401
