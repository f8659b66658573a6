"""Filing an objection over HTTP (case, record's mark, queue, notice, audit) beside four bare writes in a transaction."""

import asyncio
import time
from itertools import count
from typing import Any

import msgspec
import uvloop

from api.infra.ids import new_id
from tests.bench.figures import alone, beside, in_turn
from tests.bench.load import Load, fire, request
from tests.bench.site import Site, site

_CONNECTIONS = 32
_TEXT = "这笔罚款我已于五月缴清，但平台上仍显示未履行，请核实并更正。"


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(quick=quick))


async def _run(*, quick: bool) -> list[dict[str, Any]]:
    runs, seconds = (2, 0.8) if quick else (5, 2.0)
    async with site(60 if quick else 400) as here:
        asked = [await _asked(here, who) for who in here.residents]
        requests = iter(
            [one for several in zip(*asked, strict=True) for one in several]
        )  # no two at once of one person

        async def ours() -> Load:
            return (await fire(here.port, requests, seconds, _CONNECTIONS)).must_be(201)

        async def bare() -> float:
            return await _bare(here, seconds)

        own, other = await in_turn(runs, ours, bare)
    what = "POST /me/objections"
    return [
        beside(what, [o.rate for o in own], other, "cases/s", "four bare writes in a transaction", at_least=0.6),
        alone(f"{what}: p99 at {_CONNECTIONS} connections", max(o.quantile(0.99) for o in own), "ms"),
    ]


async def _asked(here: Site, who: Any) -> list[bytes]:
    """One for each record: a record can have one open objection."""
    bodies = [
        msgspec.json.encode({"recordId": key, "addressee": "centre", "reasons": ["wrong"], "text": _TEXT})
        for key, _ in await here.house.records.versions_of_subject(who.bound_subject)
    ]
    return [
        request(
            "POST", "/api/v1/me/objections", here.port, body, (here.bearer(who), ("Idempotency-Key", new_id("key")))
        )
        for body in bodies
    ]


async def _bare(here: Site, seconds: float) -> float:
    """A case, its record's mark, a notice and an audit entry of about the size of ours; each on documents of its own."""
    database, numbers = here.house.database, count()
    begun, done = time.perf_counter(), 0
    collection = {name: database.collection(f"bare_{name}") for name in ("cases", "records", "notices", "audit")}
    filler = {
        "text": _TEXT,
        "history": [{"at": 1, "by": "x" * 40}],
        "steps": [{"clock": "x" * 20, "reason": "x" * 200}] * 4,
    }

    async def work(tx: Any) -> None:
        key = f"{begun}-{next(numbers)}"
        await collection["cases"].insert_one({"_id": key, **filler}, session=tx)
        await collection["records"].update_one({"_id": key}, {"$push": {"marks": key}}, upsert=True, session=tx)
        await collection["notices"].insert_one({"_id": key, "text": _TEXT}, session=tx)
        await collection["audit"].insert_one({"_id": key, "action": "file"}, session=tx)

    async def one() -> None:
        nonlocal done
        while time.perf_counter() - begun < seconds:
            await database.transact(work)
            done += 1

    await asyncio.gather(*(one() for _ in range(_CONNECTIONS)))
    return done / (time.perf_counter() - begun)
