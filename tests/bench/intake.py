"""Intake of penalty rows beside a bare `insert_many` of the same documents, on the same server, in turn.

Each begins where nothing is left to be written of what went before: the server writes that in the background, for whoever comes next.

`python -m tests.bench.intake [ROWS]`; 10,000 rows by default, 100,000 for the figure that the documentation gives.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import msgspec

from api.composition import Services
from api.infra.collector import freeze_long_lived
from api.infra.mongo import Database
from api.records import store as records_store
from api.records.intake import IntakeService
from tests.bench.site import processor_seconds, resident_megabytes, show
from tests.support.files import DALIAN, open_services, penalty, to_csv
from tests.support.mongo import start_server
from tests.support.world import FixedClock

_RUNS = 5
_BATCH = 500
_ROWS = 10_000
_READ = 10_000


async def measure(rows: int, runs: int = _RUNS) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder, start_server(2, in_memory=False) as server:
        file = Path(folder) / "penalties.csv"
        file.write_bytes(to_csv(penalty(number) for number in range(rows)))
        database = Database(server.uri, "bench", timeout_ms=60_000)
        services = await open_services(database, FixedClock.at("2026-11-21T10:00+08:00"))
        await _clear(database, services)
        freeze_long_lived()  # as the command and the server do
        ratios, rates, memory = [], [], _Memory()
        used = {"intake": 0.0, "server": 0.0, "bare": 0.0, "server for bare": 0.0}
        for number in range(runs):
            if number:
                await _clear(database, services)
            await _settle(database)
            before = time.process_time(), processor_seconds(server.process.pid)
            seconds = await _take(services.intake, file, services.clock.now(), memory)
            between = time.process_time(), processor_seconds(server.process.pid)
            await _settle(database)
            bare, ours, theirs = await _insert(database, server.process.pid)
            used["intake"] += between[0] - before[0]
            used["server"] += between[1] - before[1]
            used["bare"] += ours
            used["server for bare"] += theirs
            ratios.append(bare / seconds)
            rates.append(rows / seconds)
        await services.close()
        await database.close()
    return {
        "name": f"intake of {rows} penalty rows beside bare insert_many",
        "value": round(statistics.median(ratios), 2),
        "unit": "ratio",
        "minimum": round(min(ratios), 2),
        "maximum": round(max(ratios), 2),
        "rows_per_second": round(statistics.median(rates)),
        "processor_ms_a_row": {who: round(1000 * seconds / rows / runs, 3) for who, seconds in used.items()},
        "memory_mb": memory.shown(),
        "target": ">= 0.35",
    }


class _Memory:
    """Of this process while it takes in: at each thousand rows. What the comparison needs afterwards is not counted."""

    def __init__(self) -> None:
        self._seen: list[float] = []

    def look(self, rows: int) -> None:
        self._seen.append(resident_megabytes(os.getpid()))
        if rows % _READ == 0:
            show(f"{rows:,} rows taken in, {self._seen[-1]:.0f} MB, {time.process_time():.0f} s of our processor")

    def shown(self) -> list[int]:
        """Eleven of those at equal distances, the first and the last among them."""
        last = len(self._seen) - 1
        return [round(self._seen[last * step // 10]) for step in range(11)] if self._seen else []


async def _clear(database: Database, services: Services) -> None:
    for name in ("records", "footprints", "notices", "bare"):
        await database.collection(name).drop()
    await services.prepare()
    await database.ensure_indexes({"bare": records_store.RECORDS.indexes})


async def _settle(database: Database) -> None:
    await database.raw.client.admin.command("fsync")


async def _take(intake: IntakeService, file: Path, now: datetime, memory: _Memory) -> float:
    start = time.perf_counter()
    report = await intake.import_file(file, DALIAN.id, now=now, progress=memory.look)
    seconds = time.perf_counter() - start
    show(f"{seconds:.0f} s of intake")
    if report.refused:
        raise RuntimeError(report.refused[0].code)
    return seconds


async def _insert(database: Database, server: int) -> tuple[float, float, float]:
    """Seconds on the clock, of our processor and of the server's, of the inserts alone: what is read for them is not."""
    total, ours, theirs = 0.0, 0.0, 0.0
    found = database.collection("records").find({}).batch_size(_READ)
    while documents := await found.to_list(_READ):
        start, own, other = time.perf_counter(), time.process_time(), processor_seconds(server)
        for first in range(0, len(documents), _BATCH):
            await database.collection("bare").insert_many(documents[first : first + _BATCH])
        total += time.perf_counter() - start
        ours += time.process_time() - own
        theirs += processor_seconds(server) - other
        show(f"{total:.0f} s of bare inserts, {theirs:.0f} s of the server's processor")
    return total, ours, theirs


def run() -> list[dict[str, object]]:
    return [asyncio.run(measure(_ROWS))]


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else _ROWS
    found = asyncio.run(measure(wanted, _RUNS if wanted <= _ROWS else 1))
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
