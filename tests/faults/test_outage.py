"""The database away or silent: said plainly and soon, and over when it is back. And a rolling restart that nobody notices."""

import asyncio
import time

import httpx
import pytest

from tests.support.api import resident
from tests.support.fleet import Fleet

_ORPHANED = 20.0
_SOON = 3.0 + 5.0  # what is promised, and what a busy machine adds


async def _ask(client: httpx.AsyncClient, started: Fleet, method: str, path: str) -> tuple[httpx.Response, float]:
    began = time.monotonic()
    answer = await client.request(method, started.url(0) + path, json={"code": "x"} if method == "POST" else None)
    return answer, time.monotonic() - began


@pytest.mark.processes
async def test_without_a_database_everybody_is_told_so_soon_and_it_recovers_by_itself(pair: Fleet) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        services = pair.services()
        token = services.tokens.issue(resident(services), services.clock.now())
        client.headers["Authorization"] = f"Bearer {token}"
        for harm, mend in (
            (pair.kill_database, pair.start_database),
            (pair.freeze_database, pair.thaw_database),
        ):
            harm()
            for method, path in (("GET", "/health/ready"), ("GET", "/me/objections"), ("POST", "/session/refresh")):
                answer, seconds = await _ask(client, pair, method, path)
                assert (answer.status_code, seconds < _SOON) == (503, True), (path, answer.text, seconds)
                assert int(answer.headers["retry-after"]) > 0
                if path != "/health/ready":
                    assert answer.json()["code"] == "unavailable" and answer.json()["nextStep"]["text"]
            live, _ = await _ask(client, pair, "GET", "/health/live")
            assert live.status_code == 200, "nobody restarts a process that only waits for its database"
            await asyncio.to_thread(mend)
            await pair.wait_until_ready(0)
            answer, _ = await _ask(client, pair, "GET", "/me/objections")
            assert answer.status_code == 200, answer.text
        await services.close()
        await services.database.close()
        await _lose_the_parent(pair, client)
        await pair.wait_until_ready(1)


async def _lose_the_parent(started: Fleet, client: httpx.AsyncClient) -> None:
    """The server process whose parent was killed lets go of the port by itself, and the next one has it."""
    started.kill_parent(0)
    end = time.monotonic() + _ORPHANED
    while time.monotonic() < end:
        try:
            await client.get(started.url(0) + "/health/live", headers={"Connection": "close"})
        except httpx.TransportError:
            break
        await asyncio.sleep(0.2)
    else:
        pytest.fail("the server process serves on without its parent")
    assert "parent-gone" in started.log(0)
    started.launch_api(0)
    await started.wait_until_ready(0)
