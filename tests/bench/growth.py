"""Whether what people wait for takes longer among many than among few: a report, a search by a document's number and by a receipt's,
footprints, a page of the officers' queue and the scan for what is due.

Beside each stands the bare driver's own read of the same documents at the same size: what grows there is the server's.
The collections grow for as long as there is time; the size that was reached is in the row. It counts records; there is a
notice for each, five footprints, and an open case for every tenth.
"""

import itertools
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import uvloop

from api.composition import Services
from api.desk.models import Docket
from api.desk.store import DeskStore
from api.footprints.models import Footprint, FootprintKind
from api.footprints.service import footprint
from api.infra.documents import Codec
from api.infra.mongo import Database
from api.notices.models import Notice
from api.notices.push.store import OutboxStore
from api.objections.models import Addressee, Objection
from api.objections.store import ObjectionStore
from api.records.store import RecordStore
from tests.bench.figures import alone, beside
from tests.bench.site import Site, fill, resident_megabytes, show, site
from tests.schedulers.world import opening
from tests.support.api import resident
from tests.support.records import make_record

_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
_SIZES = (1000, 10_000, 100_000, 1_000_000)
_LEAST_SIZES = 2
_SOUGHT = 7  # the record that is searched for
_RECORDS_A_CASE, _FOOTPRINTS_A_RECORD = 10, 5
_BATCH = 1000
_PATIENCE_MS = 600_000
_CALLS, _CALLS_SECONDS, _LEAST = 40, 8.0, 3
Measure = Callable[[], Awaitable[object]]


class Asked(msgspec.Struct, frozen=True):
    """What the driver alone, and `explain`, are asked for: the documents that `ours` reads."""

    ours: Measure
    collection: str
    query: dict[str, Any]
    sort: dict[str, int]
    most: int
    fields: dict[str, int] | None = None

    async def bare(self, database: Database) -> object:
        found = database.collection(self.collection).find(self.query, self.fields)
        if self.sort:
            found = found.sort(list(self.sort.items()))
        return await found.limit(self.most).batch_size(self.most + 1).to_list(self.most)

    async def examined(self, database: Database) -> float:
        """Documents and index entries looked at, whichever are more, for each that is returned."""
        find = {"find": self.collection, "filter": self.query, "sort": self.sort, "limit": self.most}
        projected = {"projection": self.fields} if self.fields else {}
        told = await database.raw.command({"explain": {**find, **projected}, "verbosity": "executionStats"})
        stats = told["executionStats"]
        looked_at = max(stats["totalDocsExamined"], stats["totalKeysExamined"])
        return float(looked_at) / max(int(stats["nReturned"]), 1)


def run(*, quick: bool = False, seconds: float = 1200) -> list[dict[str, Any]]:
    return uvloop.run(_run(seconds=30 if quick else seconds))


async def _run(seconds: float) -> list[dict[str, Any]]:
    """`seconds` bounds the filling: a size that the rate so far says cannot be reached in time is left out."""
    async with site(serves=False) as here, _patient(here) as services:
        await fill(services, [me := resident(services, "acc_me", "number-me")], 20)
        measures = _measures(services, me)
        ours: dict[str, list[float]] = {name: [] for name in measures}
        bare: dict[str, list[float]] = {name: [] for name in measures}
        sizes: list[int] = []
        memory: list[int] = []
        spent, there = 0.0, 0
        for size in _SIZES:
            if len(sizes) >= _LEAST_SIZES and spent * (size - there) / there > seconds - spent:
                show(f"{size} would take longer than there is time")
                break
            show(f"growing to {size}")
            begun = time.monotonic()
            await _grow(services, there, size)
            spent, there = spent + time.monotonic() - begun, size
            sizes.append(size)
            memory.append(round(resident_megabytes(here.mongo)))
            for name, asked in measures.items():
                found, reference = await _milliseconds(asked.ours, partial(asked.bare, services.database))
                ours[name].append(found)
                bare[name].append(reference)
        examined = {name: await asked.examined(services.database) for name, asked in measures.items()}
    return [
        row
        for name in measures
        for row in (
            beside(
                f"growth to {sizes[-1]:,}: {name}", [ours[name][-1]], [ours[name][0]], "ms", f"itself at {sizes[0]:,}",
                at_most=1.2, sizes=sizes, all_ms=[round(one, 2) for one in ours[name]],
            ),
            beside(
                f"growth to {sizes[-1]:,}: {name}, bare driver", [bare[name][-1]], [bare[name][0]], "ms",
                f"itself at {sizes[0]:,}", all_ms=[round(one, 2) for one in bare[name]],
            ),
            alone(f"growth to {sizes[-1]:,}: {name}, examined for each returned", examined[name], "", at_most=1.2),
        )
    ] + [
        alone(f"memory of mongod (cache 2 GB) at {size:,} records", megabytes, "MB")
        for size, megabytes in zip(sizes, memory, strict=True)
    ]  # fmt: skip


@asynccontextmanager
async def _patient(here: Site) -> AsyncIterator[Services]:
    """Over the same database, and waits for a server that is slow because it was filled."""
    settings = here.services.settings
    database = Database(settings.mongodb_uri, settings.mongodb_database, timeout_ms=_PATIENCE_MS)
    yield Services(settings, database=database)
    await database.close()


def _measures(services: Services, me: Any) -> dict[str, Asked]:
    database, keys = services.database, services.keys
    queue, outbox, records = DeskStore(database, keys), OutboxStore(database, keys), RecordStore(database, keys)
    due = outbox.explainable(_NOON, 100)
    objections = ObjectionStore(database, keys)
    place, act, number = {"jurisdiction": "dalian"}, _act(_SOUGHT), _receipt(_SOUGHT)
    return {
        "report of 20 records": Asked(
            lambda: services.reports.own(me, services.clock.now()),
            "records", {"subject": me.bound_subject}, {"_id": -1}, 1000,
        ),
        "search by a document's number": Asked(
            lambda: records.find_by_act([act], "dalian", 20),
            "records", {"act_key": act, **place}, {"_id": -1}, 20,
        ),
        "search by a receipt's number": Asked(
            lambda: objections.of_number(number, "dalian"), "objections", {"number": number, **place}, {}, 20
        ),
        "a page of somebody's footprints": Asked(
            lambda: services.footprints.page("sub_000000007", None, None, 20),
            "footprints", {"subject": "sub_000000007"}, {"at": -1, "_id": -1}, 21,
        ),
        "a page of the queue": Asked(
            lambda: queue.page(place, None, 20), "queue", place, {"due_on": 1, "_id": 1}, 21
        ),
        "scan for what is due": Asked(
            lambda: outbox.find_due(_NOON, 100), "notices", due["filter"], due["sort"], 100, due["projection"]
        ),
    }  # fmt: skip


def _act(number: int) -> str:
    return f"act-{number:09}"


def _receipt(number: int) -> str:
    return f"YY{number:012}"


async def _milliseconds(*measures: Measure) -> list[float]:
    """In turn; of each the lower quartile: what it takes when left alone."""
    found: list[list[float]] = [[] for _ in measures]
    end = time.monotonic() + _CALLS_SECONDS
    for number in range(_CALLS):
        if number >= _LEAST and time.monotonic() > end:
            break
        for times, measure in zip(found, measures, strict=True):
            begun = time.perf_counter()
            await measure()
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.quantiles(times, n=4)[0] for times in found]


async def _grow(services: Services, there: int, size: int) -> None:
    """Documents as the product writes them, under other ids; nobody reads what is sealed in all but one of them."""
    keys = services.keys
    other = resident(services, "acc_other", "number-other")
    codec, made = RecordStore(services.database, keys).codec, make_record(services, other)
    record = codec.encode(made)
    notice = Codec(Notice, "notices", keys).encode(opening(0, _NOON, date(2027, 6, 1)))
    trace = Codec(Footprint, "footprints", keys).encode(
        footprint("sub", FootprintKind.QUERIED, _NOON, unit="本人", why="查看本人信用报告", basis="云南条例第十九条")
    )
    docket = Codec(Docket, "queue", keys).encode(
        Docket("obj_0", "objections", "dalian", "YY1", "filed", date(2026, 12, 1), ())
    )
    objections = ObjectionStore(services.database, keys).codec
    filed = Objection(
        id="obj_f0", number="", owner=other.id, subject="sub", record_id=made.id, record_title=made.title,
        jurisdiction="dalian", addressee=Addressee.CENTRE, provider=made.provider, provider_unit=made.source_unit,
        reasons=("wrong",), text="金额与决定书不同。", desired=None, footprint_id=None, status="filed", filed_at=_NOON,
        history=(), steps=(),
    )  # fmt: skip
    case = objections.encode(filed)

    def sealed(key: str) -> dict[str, Any]:
        """What is sealed opens under its own id only."""
        return codec.encode(msgspec.structs.replace(made, id=key))

    def records() -> Iterator[dict[str, Any]]:
        for n in range(there, size):
            named = {"_id": f"rec_f{n:09}", "natural_key": f"f{n:09}", "subject": f"sub_{n // 10:09}"}
            document = sealed(named["_id"]) if n == _SOUGHT else record
            yield {**document, **named, "act_key": _act(n), "jurisdiction": "dalian"}

    def footprints() -> Iterator[dict[str, Any]]:
        for n in range(there * _FOOTPRINTS_A_RECORD, size * _FOOTPRINTS_A_RECORD):
            at = _NOON - timedelta(minutes=n % 50)
            yield {**trace, "_id": f"fp_f{n:09}", "at": at, "subject": f"sub_{n // _FOOTPRINTS_A_RECORD // 10:09}"}

    def notices() -> Iterator[dict[str, Any]]:
        for n in range(there, size):
            wake = _NOON - timedelta(hours=1) if n < 100 else _NOON + timedelta(minutes=1 + n)
            yield {**notice, "_id": f"ntc_f{n:09}", "wake_at": wake, "subject": f"sub_{n // 10:09}"}

    def dockets() -> Iterator[dict[str, Any]]:
        for n in range(there // _RECORDS_A_CASE, size // _RECORDS_A_CASE):
            due = date(2026, 12, 1) + timedelta(days=n % 60)
            yield {**docket, "_id": f"obj_f{n:09}", "due_on": due.isoformat(), "owner": f"acc_{n:09}"}

    def cases() -> Iterator[dict[str, Any]]:
        for n in range(there // _RECORDS_A_CASE, size // _RECORDS_A_CASE):
            key = f"obj_f{n:09}"
            document = objections.encode(msgspec.structs.replace(filed, id=key)) if n == _SOUGHT else case
            named = {"_id": key, "number": _receipt(n), "record_id": f"rec_f{n * _RECORDS_A_CASE:09}"}
            yield {**document, **named, "owner": f"acc_{n:09}", "subject": f"sub_{n:09}"}

    grown = {
        "records": records(),
        "footprints": footprints(),
        "notices": notices(),
        "queue": dockets(),
        "objections": cases(),
    }
    for collection, documents in grown.items():
        await insert(services.database, collection, documents)


async def insert(database: Database, collection: str, documents: Iterator[dict[str, Any]]) -> None:
    """The indexes are built when everything is there: filling takes half as long as it does with them."""
    await database.collection(collection).drop_indexes()
    while batch := list(itertools.islice(documents, _BATCH)):
        await database.collection(collection).insert_many(batch, ordered=False)
    await database.ensure_indexes({one.name: one.indexes for one in Services.COLLECTIONS if one.name == collection})
