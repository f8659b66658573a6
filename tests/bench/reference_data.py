"""Reference data over HTTP beside a bare Litestar route that answers the same bytes under the same server."""

import statistics
from functools import partial
from typing import Any

import uvloop

from tests.bench.figures import beside, in_turn
from tests.bench.load import Load, fire, request
from tests.bench.site import processor_seconds, reference, site


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(quick=quick))


async def _run(*, quick: bool) -> list[dict[str, Any]]:
    runs, seconds = (2, 0.7) if quick else (5, 3.0)
    rows = []
    async with site() as here:
        with reference("bare_routes", here) as (port, process):
            for what, path, bare_path in (
                ("GET /rules", "/rules", "/rules"),
                ("GET an article", "/regulations/yunnan/articles/36", "/article"),
            ):
                costs: dict[int, list[float]] = {here.port: [], port: []}

                async def one(
                    where: int, pid: int, path: str, seconds: float = seconds, costs: dict[int, list[float]] = costs
                ) -> Load:
                    before = processor_seconds(pid)
                    load = (await fire(where, [request("GET", path, where)], seconds)).must_be(200)
                    costs[where].append((processor_seconds(pid) - before) * 1000 / len(load.latencies))
                    return load

                own, bare = await in_turn(
                    runs,
                    partial(one, here.port, here.server.pid, f"/api/v1{path}"),
                    partial(one, port, process.pid, bare_path),
                )
                rates = [load.rate for load in own]
                rows.append(
                    beside(
                        what,
                        rates,
                        [load.rate for load in bare],
                        "requests/s",
                        "bare Litestar route under granian",
                        at_least=0.8,
                        processor_ms=statistics.median(costs[here.port][1:]),
                        reference_processor_ms=statistics.median(costs[port][1:]),
                    )
                )
    return rows
