"""Whether what people wait for takes longer among many than among few: a report, a search by a document's number and by a receipt's,
footprints, a page of the officers' queue and the scan for what is due.

There is a database of each size in one server, all filled before anything is measured, so that they share the machine's hour. Then each
question is put to the sizes in turn, round after round, and what has grown is the ratio within a round. Beside it stands the bare
driver's own read of the same documents in the same round: what grows there is the server's. A size counts records; there is a
notice for each, five footprints, and an open case for every tenth. Sizes that cannot be filled in time are left out.
"""

import itertools
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
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
_ROUNDS, _ROUNDS_SECONDS, _LEAST = 50, 15.0, 5
_CALLS = 5  # of a round, of which the quickest counts: what it takes when left alone
_WARMING = 5
"""Rounds thrown away: every size's documents are then in the server's cache, and its plans are known."""
Measure = Callable[[], Awaitable[object]]


class Asked(msgspec.Struct, frozen=True):
    """What the driver alone, and `explain`, are asked for: the documents that `ours` reads."""

    ours: Measure
    collection: str
    query: Mapping[str, Any]
    sort: Mapping[str, int]
    most: int
    fields: Mapping[str, int] | None = None

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


class Grown(msgspec.Struct, frozen=True):
    """A database of one size, with what is asked of it by name."""

    size: int
    database: Database
    measures: dict[str, Asked]


def run(*, quick: bool = False, seconds: float = 1200) -> list[dict[str, Any]]:
    return uvloop.run(_run(seconds=30 if quick else seconds))


async def _run(seconds: float) -> list[dict[str, Any]]:
    """`seconds` bounds the filling: a size that the rate so far says cannot be reached in time is left out."""
    memory: list[int] = []
    async with site(serves=False) as here, AsyncExitStack() as stack:
        grown: list[Grown] = []
        begun = time.monotonic()
        for size in _SIZES:
            filled, spent = sum(one.size for one in grown), time.monotonic() - begun
            if len(grown) >= _LEAST_SIZES and spent * size / filled > seconds - spent:
                show(f"{size} would take longer than there is time")
                break
            show(f"filling a database of {size}")
            grown.append(await _fill(await stack.enter_async_context(_patient(here, size)), size))
            memory.append(round(resident_megabytes(here.mongo)))
        show("asking them in turn")
        rows = [row for name in grown[0].measures for row in await _rows(name, grown)]
    return rows + [
        alone(
            f"memory of mongod (cache 2 GB) when databases of up to {one.size:,} records were filled", megabytes, "MB"
        )
        for one, megabytes in zip(grown, memory, strict=True)
    ]


async def _rows(name: str, grown: Sequence[Grown]) -> list[dict[str, Any]]:
    ours, bare = await _in_turn([(one.measures[name], one.database) for one in grown])
    smallest, largest = grown[0].size, grown[-1].size
    what, itself = f"growth to {largest:,}: {name}", f"itself at {smallest:,}"
    examined = await grown[-1].measures[name].examined(grown[-1].database)
    sizes = [one.size for one in grown]
    beyond = [mine / theirs for mine, theirs in zip(_grew(ours), _grew(bare), strict=True)]
    return [
        beside(what, ours[-1], ours[0], "ms", itself, at_most=1.2, sizes=sizes, all_ms=_medians(ours)),
        beside(f"{what}, bare driver", bare[-1], bare[0], "ms", itself, sizes=sizes, all_ms=_medians(bare)),
        alone(f"{what}, its growth beside the bare driver's", statistics.median(beyond), "×"),
        alone(f"{what}, examined for each returned", examined, "", at_most=1.2),
    ]


def _grew(rounds: Sequence[Sequence[float]]) -> list[float]:
    """In each round."""
    return [last / first for first, last in zip(rounds[0], rounds[-1], strict=True)]


def _medians(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [round(statistics.median(one), 2) for one in rounds]


@asynccontextmanager
async def _patient(here: Site, size: int) -> AsyncIterator[Services]:
    """Over a database of its own in the same server, and waits for a server that is slow because it was filled."""
    settings = here.services.settings
    database = Database(settings.mongodb_uri, f"{settings.mongodb_database}_{size}", timeout_ms=_PATIENCE_MS)
    services = Services(settings, database=database)
    await services.prepare()
    yield services
    await database.close()


async def _fill(services: Services, size: int) -> Grown:
    await fill(services, [me := resident(services, "acc_me", "number-me")], 20)
    await _grow(services, size)
    return Grown(size, services.database, _measures(services, me))


def _measures(services: Services, me: Any) -> dict[str, Asked]:
    database, keys = services.database, services.keys
    queue, outbox, records = DeskStore(database, keys), OutboxStore(database, keys), RecordStore(database, keys)
    due = outbox.due(_NOON, 100)
    objections = ObjectionStore(database, keys)
    place, act, number = {"jurisdiction": "dalian"}, _act(_SOUGHT), _receipt(_SOUGHT)
    return {
        "report of 20 records": Asked(
            lambda: services.reports.own(me, services.clock.now()),
            "records", {"subject": me.bound_subject}, {"_id": -1}, 1000,
        ),
        "search by a document's number": Asked(
            lambda: records.page_by_act([act], "dalian", None, 20),
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
            lambda: outbox.find_due(_NOON, 100), "notices", due.filter, due.sort or {}, due.most, due.fields
        ),
    }  # fmt: skip


def _act(number: int) -> str:
    return f"act-{number:09}"


def _receipt(number: int) -> str:
    return f"YY{number:012}"


async def _in_turn(sizes: Sequence[tuple[Asked, Database]]) -> tuple[list[list[float]], list[list[float]]]:
    """Milliseconds of our read and of the bare driver's, for each size those of all rounds: A B C D A B C D …"""
    ours: list[list[float]] = [[] for _ in sizes]
    bare: list[list[float]] = [[] for _ in sizes]
    end = time.monotonic() + _ROUNDS_SECONDS
    for number in range(_WARMING + _ROUNDS):
        if number >= _WARMING + _LEAST and time.monotonic() > end:
            break
        for (asked, database), own, reference in zip(sizes, ours, bare, strict=True):
            found = await _milliseconds(asked.ours), await _milliseconds(partial(asked.bare, database))
            if number >= _WARMING:
                own.append(found[0])
                reference.append(found[1])
    return ours, bare


async def _milliseconds(measure: Measure) -> float:
    took = []
    for _ in range(_CALLS):
        begun = time.perf_counter()
        await measure()
        took.append((time.perf_counter() - begun) * 1000)
    return min(took)


async def _grow(services: Services, size: int) -> None:
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
        for n in range(size):
            named = {"_id": f"rec_f{n:09}", "natural_key": f"f{n:09}", "subject": f"sub_{n // 10:09}"}
            document = sealed(named["_id"]) if n == _SOUGHT else record
            yield {**document, **named, "act_key": _act(n), "jurisdiction": "dalian"}

    def footprints() -> Iterator[dict[str, Any]]:
        for n in range(size * _FOOTPRINTS_A_RECORD):
            at = _NOON - timedelta(minutes=n % 50)
            yield {**trace, "_id": f"fp_f{n:09}", "at": at, "subject": f"sub_{n // _FOOTPRINTS_A_RECORD // 10:09}"}

    def notices() -> Iterator[dict[str, Any]]:
        for n in range(size):
            wake = _NOON - timedelta(hours=1) if n < 100 else _NOON + timedelta(minutes=1 + n)
            yield {**notice, "_id": f"ntc_f{n:09}", "wake_at": wake, "subject": f"sub_{n // 10:09}"}

    def dockets() -> Iterator[dict[str, Any]]:
        for n in range(size // _RECORDS_A_CASE):
            due = date(2026, 12, 1) + timedelta(days=n % 60)
            yield {**docket, "_id": f"obj_f{n:09}", "due_on": due.isoformat(), "owner": f"acc_{n:09}"}

    def cases() -> Iterator[dict[str, Any]]:
        for n in range(size // _RECORDS_A_CASE):
            key = f"obj_f{n:09}"
            document = objections.encode(msgspec.structs.replace(filed, id=key)) if n == _SOUGHT else case
            named = {"_id": key, "number": _receipt(n), "record_id": f"rec_f{n * _RECORDS_A_CASE:09}"}
            yield {**document, **named, "owner": f"acc_{n:09}", "subject": f"sub_{n:09}"}

    all_of = {
        "records": records(),
        "footprints": footprints(),
        "notices": notices(),
        "queue": dockets(),
        "objections": cases(),
    }
    for collection, documents in all_of.items():
        await insert(services.database, collection, documents)


async def insert(database: Database, collection: str, documents: Iterator[dict[str, Any]]) -> None:
    """The indexes are built when everything is there: filling takes half as long as it does with them."""
    await database.collection(collection).drop_indexes()
    while batch := list(itertools.islice(documents, _BATCH)):
        await database.collection(collection).insert_many(batch, ordered=False)
    await database.ensure_indexes({one.name: one.indexes for one in Services.COLLECTIONS if one.name == collection})
