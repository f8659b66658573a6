"""From the start of a process to its first ready answer, and what API and worker hold in memory then."""

import asyncio
import statistics
import time
from typing import Any

import uvloop

from tests.bench.figures import alone
from tests.bench.site import Site, family, processor_seconds, resident_megabytes, site
from tests.support.mongo import free_port
from tests.support.processes import python, stop, wait_until_ready


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(runs=1 if quick else 5))


async def _run(*, runs: int) -> list[dict[str, Any]]:
    async with site(serves=False, PYTHONDONTWRITEBYTECODE="") as here:  # compiled, as whatever is installed
        api = [await asyncio.to_thread(_api, here) for _ in range(runs + 1)]
        worker = [await asyncio.to_thread(_worker, here) for _ in range(runs + 1)]
    rows = []
    for name, found, soon, most in (("API process", api, 2.0, 220), ("worker", worker, 0.8, 150)):
        seconds, processor, megabytes = (
            statistics.median(column)
            for column in zip(*found[1:], strict=True)  # the first compiled what was not yet
        )
        rows += [
            alone(f"{name}: start to ready", seconds, "s", at_most=soon),
            alone(f"{name}: processor time until ready", processor, "s"),
            alone(f"{name}: memory when ready", megabytes, "MB", at_most=most),
        ]
    return rows


def _api(here: Site) -> tuple[float, float, float]:
    """The serving process is the child; its parent only watches it."""
    port = free_port()
    environ = {**here.environ, "CW_PORT": str(port), "CW_METRICS_PORT": str(free_port())}
    begun = time.perf_counter()
    process = python("-m", "api", "serve", environ=environ, log=here.folder / "start.log")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, here.folder / "start.log")
        taken = time.perf_counter() - begun
        return taken, processor_seconds(process.pid), max(map(resident_megabytes, family(process.pid)))
    finally:
        stop(process)


def _worker(here: Site) -> tuple[float, float, float]:
    port = free_port()
    environ = {**here.environ, "CW_WORKER_METRICS_PORT": str(port)}
    begun = time.perf_counter()
    process = python("-m", "schedulers", environ=environ, log=here.folder / "worker.log")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, here.folder / "worker.log", "/ready")
        return time.perf_counter() - begun, processor_seconds(process.pid), resident_megabytes(process.pid)
    finally:
        stop(process)
