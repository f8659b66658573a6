"""Recounts stored due dates when the working days of a year are published or a rule changes.

A step stores its due date for the queue, and a record those by which systems follow. Their starting dates do not change, so recounting
is harmless to repeat. Every date that moved is kept with the old and the new day, for whoever has to explain it. A trial counts by
another calendar and stores nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from api.audits.service import AuditService
from api.desk.casework import Casework
from api.desk.copies import ERRAND as FOLLOWING
from api.desk.models import Docket
from api.desk.store import DeskStore
from api.infra.actors import SYSTEM
from api.infra.collections import EXPIRY, Collection, Store, index
from api.infra.documents import Kept, Stored
from api.infra.ids import new_id
from api.infra.log import get_log
from api.infra.mongo import Database, Tx
from api.infra.one_by_one import one_by_one
from api.infra.steps import Step, recount
from api.records.service import RecordService
from knowledge.errors import KnowledgeError
from knowledge.working_days import WorkingDays

_KEPT_FOR = timedelta(days=366)
_SHOWN = 100
_COPIES = "objection.shared_copies"
_log = get_log("recounting")


class MovedDay(Stored):
    """A step of a case whose due date the recount changed."""

    KEPT = Kept(
        ours="id case number",
        word="errand",
        law="title",
        place="jurisdiction",
        when="from_on to_on at expires_at",
    )

    id: str
    case: str
    errand: str
    number: str
    jurisdiction: str
    title: str
    from_on: date
    to_on: date
    at: datetime
    expires_at: datetime


MOVED = Collection(
    "moved_days", MovedDay, indexes=(index("place", "jurisdiction -_id"), EXPIRY), why="open cases, once a year"
)


class Move(NamedTuple):
    """One step of one case, as stored and as recounted."""

    docket: Docket
    old: Step
    new: Step


class MovedStore(Store[MovedDay]):
    declared = MOVED

    async def insert_all(self, tx: Tx, moved: Sequence[MovedDay]) -> None:
        await self._collection.insert_many(self.codec.encode_all(moved), session=tx)

    async def newest(self, jurisdiction: str) -> list[MovedDay]:
        """The newest hundred of a place, newest first."""
        return await self.find_newest({"jurisdiction": jurisdiction}, _SHOWN)


class Recounting:
    """`cases` are the services of all errands by name; `records` has what systems owe without a case."""

    def __init__(
        self,
        database: Database,
        store: MovedStore,
        queue: DeskStore,
        cases: Mapping[str, Casework[Any]],
        records: RecordService,
        audits: AuditService,
    ) -> None:
        self._database = database
        self._store = store
        self._queue = queue
        self._cases = cases
        self._records = records
        self._audits = audits

    async def run(self, now: datetime) -> int:
        """Recounts every open case whose stored dates differ from the current count. Returns how many steps moved."""
        # All first, because changing a case would move it within the list that is being read.
        stale = {one.id: one async for one in self._queue.each() if _recounted(one) != one.steps}
        moved: dict[str, int] = {}

        async def find(_: int) -> list[str]:
            return list(stale)

        async def do(tx: Tx, case_id: str) -> bool:
            moved[case_id] = await self._recount(tx, stale[case_id], now)
            return True

        await one_by_one(self._database, (find, do))
        return sum(moved.values())

    async def try_out(self, days: WorkingDays) -> list[Move]:
        """The steps that these working days would move, in every place. Nothing is stored."""
        return [
            Move(docket, old, new)
            async for docket in self._queue.each()
            for old, new in zip(docket.steps, _recounted(docket, days), strict=True)
            if old.due_on != new.due_on
        ]

    async def newest(self, jurisdiction: str) -> list[MovedDay]:
        """The moved dates of a place, newest first."""
        return await self._store.newest(jurisdiction)

    async def open_after(self, jurisdiction: str, day: date) -> int:
        """How many cases of a place are due after a day. With the last published day, these are the cases with estimated dates."""
        return await self._queue.count_after(jurisdiction, day)

    async def _recount(self, tx: Tx, docket: Docket, now: datetime) -> int:
        before, after = await self._recount_case(tx, docket, now)
        pairs = [(old, new) for old, new in zip(before, after, strict=True) if old.due_on != new.due_on]
        moved = [_moved(docket, old, new, now) for old, new in pairs]
        if moved:
            await self._store.insert_all(tx, moved)
            await self._audits.write(tx, SYSTEM, "desk.recount", docket.id, now, place=docket.jurisdiction)
        return len(moved)

    async def _recount_case(self, tx: Tx, docket: Docket, now: datetime) -> tuple[Sequence[Step], Sequence[Step]]:
        if docket.errand == FOLLOWING.name:  # there is no case: the dates belong to the record
            await self._records.recount_copies(tx, docket.id, now)
            return docket.steps, recount(docket.steps)
        service = self._cases[docket.errand]
        before, after = await service.recount(tx, docket.id, now)
        if any(step.clock == _COPIES and step.is_open for step in after):
            await self._records.recount_copies(tx, (await service.by_id(docket.id, tx)).record_id, now)
        return before, after


def _recounted(docket: Docket, days: WorkingDays | None = None) -> tuple[Step, ...]:
    """The steps by their days as they are counted now; as they are where that is further than any calendar goes."""
    try:
        return recount(docket.steps, days)
    except KnowledgeError as fault:
        _log.error("not-counted", case=docket.id, fault=type(fault).__name__)
        return docket.steps


def _moved(docket: Docket, old: Step, new: Step, now: datetime) -> MovedDay:
    return MovedDay(
        id=new_id("mov"),
        case=docket.id,
        errand=docket.errand,
        number=docket.number,
        jurisdiction=docket.jurisdiction,
        title=new.due.title,
        from_on=old.due_on,
        to_on=new.due_on,
        at=now,
        expires_at=now + _KEPT_FOR,
    )
