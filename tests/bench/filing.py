"""Filing an objection over HTTP (case, record's mark, queue, notice, audit) beside four bare writes in a transaction."""

import asyncio
import statistics
import time
from itertools import count, cycle
from typing import Any

import msgspec
import uvloop

from api.infra.ids import new_id
from tests.bench.figures import alone, beside, in_turn
from tests.bench.load import Load, fire, request
from tests.bench.reference.motor_as_it_comes import motor_as_it_comes
from tests.bench.site import Site, processor_seconds, site

_CONNECTIONS = 32
_BARE = "four bare writes of the same documents in a transaction"
_TEXT = "这笔罚款我已于五月缴清，但平台上仍显示未履行，请核实并更正。"


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(quick=quick))


async def _run(*, quick: bool) -> list[dict[str, Any]]:
    runs, seconds = (2, 0.8) if quick else (5, 2.0)
    async with site(1200 if quick else 4000, 5) as here:  # so many that nobody files again within the pace of people
        asked = [await _asked(here, who) for who in here.residents]
        requests = iter(
            [one for several in zip(*asked, strict=True) for one in several]
        )  # no two at once of one person

        async def ours() -> tuple[float, float, float, Load]:
            processes = here.mongo, here.server.pid
            before = [processor_seconds(process) for process in processes]
            load = (await fire(here.port, requests, seconds, _CONNECTIONS)).must_be(201)
            mongo, server = (
                1000 * (processor_seconds(process) - used) / len(load.latencies)
                for process, used in zip(processes, before, strict=True)
            )
            return load.rate, mongo, server, load

        async def bare() -> tuple[float, float]:
            before = processor_seconds(here.mongo)
            done, rate = await _bare(here, seconds)
            return rate, 1000 * (processor_seconds(here.mongo) - before) / done

        own, other = await in_turn(runs, ours, bare)
    what = "POST /me/objections"
    return [
        beside(
            what,
            [rate for rate, _, _, _ in own],
            [rate for rate, _ in other],
            "cases/s",
            _BARE,
            at_least=0.65,
        ),
        beside(
            f"{what}: processor time of the database a case",
            [used for _, used, _, _ in own],
            [used for _, used in other],
            "ms",
            _BARE,
        ),
        alone(f"{what}: processor time of the server a case", statistics.median(used for _, _, used, _ in own), "ms"),
        alone(f"{what}: p99 at {_CONNECTIONS} connections", max(load.quantile(0.99) for _, _, _, load in own), "ms"),
    ]


async def _asked(here: Site, who: Any) -> list[bytes]:
    """One for each record: a record can have one open objection."""
    bodies = [
        msgspec.json.encode({"recordId": key, "addressee": "centre", "reasons": ["wrong"], "text": _TEXT})
        for key, _ in await here.services.records.versions_of_subject(who.bound_subject)
    ]
    return [
        request(
            "POST", "/api/v1/me/objections", here.port, body, (here.bearer(who), ("Idempotency-Key", new_id("key")))
        )
        for body in bodies
    ]


async def _bare(here: Site, seconds: float) -> tuple[int, float]:
    """How many, and how many a second. A case, its record's mark, a notice and an audit entry: documents as ours, into the collections that hold ours.

    The indexes are what the product reads by: without them the same writes are a part of the work only.
    """
    database, number = here.services.database, count()
    run = f"{time.time_ns():x}"
    collection = {name: database.collection(name) for name in ("objections", "records", "notices", "audits")}
    like = {name: await collection[name].find_one({}) for name in ("objections", "notices", "audits")}
    records = cycle([document["_id"] async for document in collection["records"].find({}, {"_id": 1})])
    mark = {"kind": "objection", "case_id": "x" * 30, "since": like["audits"]["at"], "law": []}
    begun, done = time.perf_counter(), 0

    async def work(tx: Any) -> None:
        key = f"bare_{run}_{next(number)}"
        await collection["objections"].insert_one({**like["objections"], "_id": key, "record_id": key}, session=tx)
        await collection["records"].update_one(
            {"_id": next(records)}, {"$push": {"marks": mark}, "$inc": {"version": 1}}, session=tx
        )
        await collection["notices"].insert_one({**like["notices"], "_id": key}, session=tx)
        await collection["audits"].insert_one({**like["audits"], "_id": key}, session=tx)

    async def one() -> None:
        nonlocal done
        while time.perf_counter() - begun < seconds:
            await database.transact(work)
            done += 1

    with motor_as_it_comes():
        await asyncio.gather(*(one() for _ in range(_CONNECTIONS)))
    return done, done / (time.perf_counter() - begun)
