"""The morning digest for officers: steps that are late, and steps that are due within days."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from api.desk.models import Docket
from api.desk.service import soon_until
from api.desk.store import DeskStore
from api.infra.clock import civil_date, start_of
from api.infra.collections import Collection, Store, index
from api.infra.database_faults import AlreadyThere
from api.infra.documents import Kept, Stored
from api.infra.errors import NotFound
from api.infra.wire import Out

MORNING = time(7, 30)
_SHOWN = 100


class Line(Out):
    """One case of the digest, by its receipt number: nothing about the person."""

    KEPT = Kept(ours="case number assignee is_late", word="errand", when="due_on")

    case: str
    errand: str
    number: str
    due_on: date
    is_late: bool
    assignee: str | None


class Digest(Stored):
    """`late` and `soon` count all cases; `lines` are the first hundred, the longest overdue first. `id` is place and day."""

    KEPT = Kept(ours="id late soon", place="jurisdiction", when="on written_at")

    id: str
    jurisdiction: str
    on: date
    written_at: datetime
    late: int
    soon: int
    lines: tuple[Line, ...]


DIGESTS = Collection(
    "digests", Digest, indexes=(index("jurisdiction_on", "jurisdiction -on"),), why="one a place and a day"
)


class DigestStore(Store[Digest]):
    declared = DIGESTS

    async def is_there(self, digest_id: str) -> bool:
        return await self._collection.find_one({"_id": digest_id}, {"_id": 1}) is not None

    async def latest(self, jurisdiction: str) -> Digest:
        """Raises NotFound before the first morning."""
        found = await self.find_many({"jurisdiction": jurisdiction}, limit=1, sort=(("on", -1),))
        if not found:
            raise NotFound
        return found[0]

    async def forget_before(self, on: date) -> int:
        result = await self._collection.delete_many({"on": {"$lt": on.isoformat()}})
        count: int = result.deleted_count
        return count


class DigestService:
    def __init__(self, store: DigestStore, queue: DeskStore, jurisdictions: Sequence[str]) -> None:
        self._store = store
        self._queue = queue
        self._jurisdictions = jurisdictions

    async def write(self, now: datetime) -> int:
        """Writes each place's digest once a day, from half past seven on. Returns how many it wrote."""
        today = civil_date(now)
        if now < start_of(today, MORNING):
            return 0
        beyond = soon_until(today) + timedelta(days=1)
        new = 0
        for jurisdiction in self._jurisdictions:
            key = f"{jurisdiction}:{today.isoformat()}"
            if await self._store.is_there(key):
                continue
            late = await self._queue.count_due(jurisdiction, before=today)
            soon = await self._queue.count_due(jurisdiction, before=beyond) - late
            dockets = await self._queue.due(jurisdiction, before=beyond, limit=_SHOWN)
            digest = Digest(
                id=key,
                jurisdiction=jurisdiction,
                on=today,
                written_at=now,
                late=late,
                soon=soon,
                lines=tuple(_line(docket, today) for docket in dockets),
            )
            try:
                await self._store.insert(None, digest)
            except AlreadyThere:
                continue
            new += 1
        return new

    async def latest(self, jurisdiction: str) -> Digest:
        """The newest digest of a place. Raises NotFound before the first morning."""
        return await self._store.latest(jurisdiction)

    async def forget_before(self, on: date) -> int:
        return await self._store.forget_before(on)


def _line(docket: Docket, today: date) -> Line:
    return Line.showing(docket, case=docket.id, is_late=docket.due_on < today)
