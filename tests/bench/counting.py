"""The figures of a place with a million closed cases: the worker's count of them, and what whoever asks then waits for.

`python -m tests.bench.counting` shows the rows. A case has four steps, done and owed by one of a thousand units.
"""

import itertools
import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uvloop

from api.infra.steps import Step
from api.objections.models import Addressee, Objection
from api.objections.store import ObjectionStore
from tests.bench.figures import alone
from tests.bench.site import Site, show, site

_NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
_DAYS, _UNITS, _STEPS, _BATCH, _READS = 600, 1000, 4, 2000, 20


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(20_000 if quick else 1_000_000))


def _cases(here: Site, count: int) -> Iterator[dict[str, Any]]:
    """Documents as the product writes them, made from one."""
    step = Step(
        key="k", clock="objection.verify", jurisdiction="dalian", owed_by="", started_on=date(2026, 1, 1),
        due_on=date(2026, 1, 1),
    )  # fmt: skip
    one = Objection(
        id="obj_0", number="YY1", owner="acc_0", subject="sub", record_id="rec_0", record_title="行政处罚信息",
        jurisdiction="dalian", addressee=Addressee.CENTRE, provider="prv_0", provider_unit="某局", reasons=("wrong",),
        text="金额与决定书不同。", desired=None, footprint_id=None, status="rejected", filed_at=_NOW, is_open=False,
        decided_at=_NOW, history=(), steps=(step,) * _STEPS,
    )  # fmt: skip
    document = ObjectionStore(here.services.database, here.services.keys).codec.encode(one)
    for n in range(count):
        filed = _NOW - timedelta(days=12 + n % _DAYS, seconds=n % 86_400)
        named = {"_id": f"obj_{n:09}", "record_id": f"rec_{n:09}", "provider": f"prv_{n % _UNITS}"}
        times = {
            "owed_by": f"单位{n % _UNITS}",
            "started_on": filed.date().isoformat(),
            "due_on": (filed.date() + timedelta(days=10 - n % 2 * 5)).isoformat(),
            "done_at": filed + timedelta(days=7),
        }
        steps = [{**one_step, **times} for one_step in document["steps"]]
        yield {**document, **named, "filed_at": filed, "decided_at": filed + timedelta(days=8), "steps": steps}


async def _run(count: int) -> list[dict[str, Any]]:
    async with site(serves=False) as here:
        collection = here.services.database.collection("objections")
        show(f"writing {count:,} cases")
        documents = _cases(here, count)
        while batch := list(itertools.islice(documents, _BATCH)):
            await collection.insert_many(batch, ordered=False)
        show("counting")
        begun, used = time.perf_counter(), time.process_time()
        await here.services.counting.count(_NOW)
        wall, used = time.perf_counter() - begun, time.process_time() - used
        rows = [
            alone(f"figures: counting {count:,} cases, once in fifty times as long", wall, "s"),
            alone("figures: the worker's processor time for it", used, "s"),
        ]
        for name, read in (
            ("of the place, two years", lambda: here.services.figures.read("dalian", 24)),
            ("of one unit, two years", lambda: here.services.figures.of_unit("dalian", "prv_1", "单位1", 24)),
            ("for everybody, the first of the day", lambda: _afresh(here)),
        ):
            times = []
            for _ in range(_READS):
                begun = time.perf_counter()
                await read()
                times.append(1000 * (time.perf_counter() - begun))
            rows.append(alone(f"figures {name}: slowest of {_READS} reads", max(times), "ms", at_most=1000))
        return rows


async def _afresh(here: Site) -> None:
    here.services.figures._public.clear()
    await here.services.figures.public("dalian", _NOW)


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=1))
