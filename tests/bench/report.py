"""A resident's report over HTTP, signed in, its footprint durable before it leaves: 20 records, 32 connections.

Beside the same endpoint in FastAPI, pydantic and motor, and beside the bare driver; all on the same documents.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from itertools import cycle
from typing import Any

import uvloop

from tests.bench.figures import alone, beside, in_turn
from tests.bench.load import Load, fire, request
from tests.bench.reference.motor_as_it_comes import motor_as_it_comes
from tests.bench.site import Site, processor_seconds, reference, site

_CONNECTIONS = 32
_RESIDENTS = 2400
"""Each may ask for sixty reports a minute: all of them together for 2,400 a second, more than any round asks for."""


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(quick=quick))


async def _run(*, quick: bool) -> list[dict[str, Any]]:
    runs, seconds = (2, 1.0) if quick else (5, 3.0)
    async with site(_RESIDENTS) as here:
        return [*await _whole(here, runs, seconds), *await _unchanged(here, runs, seconds)]


async def _whole(here: Site, runs: int, seconds: float) -> list[dict[str, Any]]:
    with reference("fastapi_report", here) as (port, process):
        costs: dict[str, list[float]] = {"ours": [], "plain": []}

        async def ours() -> Load:
            return await _costed(here.port, here.server.pid, here.requests("GET", "/me/report"), seconds, costs["ours"])

        async def plain() -> Load:
            asked = [request("GET", "/me/report", port, headers=(here.bearer(who),)) for who in here.residents]
            return await _costed(port, process.pid, asked, seconds, costs["plain"])

        async def bare() -> float:
            return await _read(here, seconds, _all_records)

        own, other, driver = await in_turn(runs, ours, plain, bare)
    what = "GET /me/report, 20 records"
    rates = [load.rate for load in own]
    return [
        beside(what, rates, [load.rate for load in other], "requests/s", "FastAPI + pydantic + motor", at_least=4),
        beside(
            f"{what}: p99",
            [load.quantile(0.99) for load in own],
            [load.quantile(0.99) for load in other],
            "ms",
            "FastAPI + pydantic + motor",
            at_most=0.8,
        ),
        beside(
            f"{what}: processor time of the server a request",
            costs["ours"][1:],
            costs["plain"][1:],
            "ms",
            "FastAPI + pydantic + motor",
        ),
        beside(what, rates, driver, "requests/s", "bare driver, the same documents", at_least=0.45),
        alone(f"{what}: p50", statistics.median(load.quantile(0.5) for load in own), "ms"),
    ]


async def _unchanged(here: Site, runs: int, seconds: float) -> list[dict[str, Any]]:
    service = here.services.reports
    asked: list[bytes] = []
    for who in here.residents:
        etag = f'"{await service.version(who, here.services.clock.today())}"'
        asked.append(
            request("GET", "/api/v1/me/report", here.port, headers=(here.bearer(who), ("If-None-Match", etag)))
        )
    costs: list[float] = []

    async def ours() -> float:
        return (await _costed(here.port, here.server.pid, asked, seconds, costs, status=304)).rate

    async def bare() -> float:
        return await _read(here, seconds, _one_field)

    own, driver = await in_turn(runs, ours, bare)
    return [
        beside(
            "GET /me/report, If-None-Match",
            own,
            driver,
            "requests/s",
            "bare driver, one small field",
            at_least=0.65,
            processor_ms=statistics.median(costs[1:]),
        )
    ]


async def _costed(
    port: int, process: int, requests: list[bytes], seconds: float, costs: list[float], status: int = 200
) -> Load:
    before = processor_seconds(process)
    load = (await fire(port, requests, seconds, _CONNECTIONS)).must_be(status)
    costs.append((processor_seconds(process) - before) * 1000 / len(load.latencies))
    return load


async def _read(here: Site, seconds: float, query: Callable[[Any, str], Awaitable[object]]) -> float:
    """How often a second, asked by as many at once as there are connections."""
    collection = here.services.database.collection("records")
    subjects = cycle(who.bound_subject for who in here.residents)
    begun = time.perf_counter()
    count = 0

    async def one() -> None:
        nonlocal count
        while time.perf_counter() - begun < seconds:
            await query(collection, next(subjects))
            count += 1

    with motor_as_it_comes():
        await asyncio.gather(*(one() for _ in range(_CONNECTIONS)))
    return count / (time.perf_counter() - begun)


async def _all_records(collection: Any, subject: str) -> object:
    return await collection.find({"subject": subject}).sort("_id", -1).batch_size(1000).to_list(1000)


async def _one_field(collection: Any, subject: str) -> object:
    return await collection.find_one({"subject": subject}, {"version": 1})
