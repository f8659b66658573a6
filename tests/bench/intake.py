"""Intake of penalty rows beside a bare `insert_many` of the same documents, on the same server, in turn.

`python -m tests.bench.intake [ROWS]`; 10,000 rows by default, 100,000 for the figure that the documentation gives.
"""

import asyncio
import io
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from api.infra.mongo import Database
from api.records import store as records_store
from api.records.intake import IntakeService
from tests.support.files import DALIAN, open_house, penalty, to_csv
from tests.support.mongo import start_server
from tests.support.world import FixedClock

_RUNS = 5
_BATCH = 500
_ROWS = 10_000


async def measure(rows: int, runs: int = _RUNS) -> dict[str, object]:
    body = to_csv(penalty(number) for number in range(rows))
    with tempfile.TemporaryDirectory() as folder, start_server(Path(folder)) as server:
        database = Database(server.uri, "bench", timeout_ms=60_000)
        house = await open_house(database, FixedClock.at("2026-11-21T10:00+08:00"))
        await database.ensure_indexes({"bare": records_store.INDEXES})
        intake, ratios, rates, memory = house.intake, [], [], []
        for _ in range(runs):
            seconds = await _take(intake, body, house.clock.now())
            documents = await database.collection("records").find({}).to_list(None)
            bare = await _insert(database, documents)
            ratios.append(bare / seconds)
            rates.append(rows / seconds)
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            for name in ("records", "footprints", "bare"):
                await database.collection(name).delete_many({})
        await house.close()
        await database.close()
    return {
        "name": f"intake of {rows} penalty rows beside bare insert_many",
        "value": round(statistics.median(ratios), 2),
        "unit": "ratio",
        "minimum": round(min(ratios), 2),
        "maximum": round(max(ratios), 2),
        "rows_per_second": round(statistics.median(rates)),
        "memory_mb": [round(used) for used in memory],
        "target": ">= 0.25",
    }


async def _take(intake: IntakeService, body: bytes, now: object) -> float:
    start = time.perf_counter()
    report = await intake.import_file(io.BytesIO(body), DALIAN.id, now=now)  # type: ignore[arg-type]
    seconds = time.perf_counter() - start
    if report.refused:
        raise RuntimeError(report.refused[0].code)
    return seconds


async def _insert(database: Database, documents: list[dict[str, object]]) -> float:
    start = time.perf_counter()
    for first in range(0, len(documents), _BATCH):
        await database.collection("bare").insert_many(documents[first : first + _BATCH])
    return time.perf_counter() - start


def run() -> list[dict[str, object]]:
    return [asyncio.run(measure(_ROWS))]


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else _ROWS
    found = asyncio.run(measure(wanted, _RUNS if wanted <= _ROWS else 1))
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
