"""What is the same for everybody all day is answered from memory: as its route answers it, for a day, to known hosts."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from api.infra.mongo import Database
from tests.support.api import Api, open_api
from tests.support.world import FixedClock

_days = itertools.count(500)
PATHS = ("/rules", "/regulations", "/catalogue", "/measures", "/regulations/yunnan/articles/36")


@pytest.fixture
async def api(database: Database, clock: FixedClock) -> AsyncIterator[Api]:
    """In one application for all, on a day of its own: what the cache holds is of another."""
    clock.advance(days=next(_days))
    async with open_api(database, clock, CW_ALLOWED_HOSTS="testserver.local") as opened:
        yield opened


def told(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, sorted(answer.headers.multi_items())


@pytest.mark.parametrize("path", PATHS)
async def test_the_second_answer_is_the_first_and_asks_no_route(
    api: Api, asked_of_the_route: list[str], path: str
) -> None:
    first = await api.anyone.get(path)
    assert first.status_code == 200
    assert len(asked_of_the_route) == 1
    second = await api.anyone.get(path)
    assert told(second) == told(first)
    assert len(asked_of_the_route) == 1
    assert "content-security-policy" in second.headers


async def test_spellings_of_one_article_take_no_places(api: Api, asked_of_the_route: list[str]) -> None:
    """There are endless ones, and the places are counted."""
    for spelt in ("036", "0036", "%2B36", "٣٦"):
        for _ in range(2):
            assert (await api.anyone.get(f"/regulations/yunnan/articles/{spelt}")).status_code in (200, 404)
    assert len(asked_of_the_route) == 8, "none is kept"
    for _ in range(2):
        assert (await api.anyone.get("/regulations/yunnan/articles/36")).status_code == 200
    assert len(asked_of_the_route) == 9


async def test_unchanged_is_said_from_memory_as_the_route_says_it(api: Api, asked_of_the_route: list[str]) -> None:
    etag = (await api.anyone.get("/rules")).headers["etag"]
    by_route = await api.anyone.get("/rules", headers={"If-None-Match": etag})
    before = len(asked_of_the_route)
    for given in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await api.anyone.get("/rules", headers={"If-None-Match": given})
        assert told(again) == told(by_route)
        assert again.status_code == 304
    assert (await api.anyone.get("/rules", headers={"If-None-Match": '"other"'})).status_code == 200
    assert len(asked_of_the_route) == before


async def test_the_next_day_the_law_is_asked_again(api: Api, clock: FixedClock, asked_of_the_route: list[str]) -> None:
    clock.advance(hours=13, minutes=59, seconds=59)
    await api.anyone.get("/rules")
    await api.anyone.get("/rules")
    assert len(asked_of_the_route) == 1
    clock.advance(seconds=1)
    await api.anyone.get("/rules")
    assert len(asked_of_the_route) == 2


@pytest.mark.parametrize(
    "how",
    [
        {"url": "/rules", "params": {"jurisdiction": "yunnan"}},
        {"url": "/rules", "headers": {"Host": "elsewhere.example"}},
        {"url": "/rules", "method": "POST"},
        {"url": "/rules", "method": "OPTIONS"},
        {"url": "/regulations/yunnan/articles/999"},
        {"url": "/health/live"},
    ],
    ids=str,
)
async def test_whatever_else_is_asked_goes_to_the_route(
    api: Api, asked_of_the_route: list[str], how: dict[str, Any]
) -> None:
    for path in PATHS:
        await api.anyone.get(path)
    before = len(asked_of_the_route)
    first = await api.anyone.request(**{"method": "GET", **how})
    second = await api.anyone.request(**{"method": "GET", **how})
    assert len(asked_of_the_route) == before + 2
    assert first.status_code == second.status_code
    if "Host" in how.get("headers", {}):
        assert second.status_code == 400


async def test_answers_from_memory_are_counted_with_the_others(api: Api) -> None:
    labels = {"method": "GET", "path": "/api/v1/rules", "status_code": "200", "app_name": "api"}

    def counted() -> tuple[float, float]:
        return (
            REGISTRY.get_sample_value("credit_window_requests_total", labels) or 0,
            REGISTRY.get_sample_value("credit_window_request_duration_seconds_count", labels) or 0,
        )

    before = counted()
    for _ in range(3):
        await api.anyone.get("/rules")
    assert counted() == (before[0] + 3, before[1] + 3)
