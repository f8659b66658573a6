"""Queries on footprints."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import msgspec

from api.footprints.models import OWN, Footprint, FootprintKind, Trail, among
from api.infra.collections import Collection, Store, index
from api.infra.documents import Codec
from api.infra.errors import Invalid, NotFound
from api.infra.gathered import Gathered
from api.infra.mongo import Database, Tx
from api.infra.moulds import Moulds
from api.infra.paging import Page, decode_cursor, encode_cursor
from api.infra.privacy import KeyRing

_BY_KIND = "subject_kind_at"
FOOTPRINTS = Collection(
    "footprints",
    Trail,
    indexes=(index("subject_at", "subject -at -_id"), index(_BY_KIND, "subject kind -at -_id")),
    shard_key="subject",
    why="written and read for one person; the largest collection, and never read across people",
)
_ALIKE = attrgetter("at", "kind", "unit", "why", "basis", "ref", "ends")
_MAX_BATCH = 500
_LENGTH = 29  # of an id of ours
_MAX_SEEN = 100_000
_BAD_CURSOR = "翻页位置无效，请从第一页重新打开。"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class FootprintStore(Store[Trail]):
    declared = FOOTPRINTS

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self._single: Codec[Footprint] = Codec(Footprint, FOOTPRINTS.name, keys)
        self._moulds = Moulds(self._with)
        self._appended = Gathered(self._append_all, at_once=1, most=_MAX_BATCH)

    async def insert_all(self, tx: Tx, footprints: Sequence[Footprint]) -> None:
        if footprints:
            await self._collection.insert_many(self._single.encode_all(footprints), session=tx)

    async def insert_once(self, make: Callable[[], Sequence[Trail]]) -> None:
        """Inserts footprints with new ids; existing ones stay as they are."""
        trails: list[Trail] = []

        def documents() -> list[Mapping[str, Any]]:
            trails[:] = make()
            return [
                self._moulds.cast(trail, _ALIKE(trail), (trail.id, trail.subject, *trail.records)) for trail in trails
            ]

        if there := {one["_id"] for one in await self._database.insert_missing(FOOTPRINTS.name, documents)}:
            await self._complete([trail for trail in trails if trail.id in there])

    def _with(self, trail: Trail, texts: Sequence[str]) -> dict[str, Any]:
        key, subject, *records = texts
        document = self.codec.encode(msgspec.structs.replace(trail, id=key, subject=subject, records=tuple(records)))
        return {"_id": key, "subject": subject, "records": document["records"], **document}

    async def _complete(self, trails: Sequence[Trail]) -> None:
        """Earlier versions stored each footprint by itself, and one that was interrupted may have left some out."""
        apart = {"_id": {"$in": [trail.id for trail in trails]}, "ends": None}
        earlier = {document["_id"] async for document in self._collection.find(apart, {"_id": 1})}
        if missing := [one for trail in trails if trail.id in earlier for one in trail.each()]:
            await self._database.insert_missing(FOOTPRINTS.name, lambda: self._single.encode_all(missing))

    def append(self, footprint: Footprint) -> asyncio.Future[None]:
        """Durable when it is done. Footprints that wait at the same time are written together."""
        return self._appended.of(footprint)

    async def _append_all(self, footprints: Sequence[Footprint]) -> dict[Footprint, None]:
        await self._database.insert_missing(FOOTPRINTS.name, lambda: self._single.encode_all(footprints))
        return dict.fromkeys(footprints)

    async def get_of_subject(self, footprint_id: str, subject: str) -> Footprint:
        """Raises NotFound."""
        whole = f"{footprint_id[:_LENGTH]}a"  # the document that has it, if it is one of several
        query = {"_id": {"$in": [footprint_id, whole]}, "subject": subject}
        found = (one for trail in await self.find_many(query, limit=2) for one in trail.each())
        wanted = next((one for one in found if one.id == footprint_id), None)
        if wanted is None:
            raise NotFound
        return wanted

    async def queries_by_others(self, subject: str, limit: int) -> list[Footprint]:
        """Newest first. The server passes over what the person looked at in between; a query leaves a document of its own."""
        query = {"subject": subject, "kind": {"$in": among(FootprintKind.QUERIED)}, "unit": {"$ne": OWN}}
        found = self._collection.find(query).sort([("at", -1), ("_id", -1)]).limit(limit).hint(_BY_KIND)
        return [one for trail in self.codec.decode_all(await found.to_list(limit)) for one in trail.each()]

    async def page_of_subject(
        self,
        subject: str,
        kind: FootprintKind | None,
        cursor: str | None,
        limit: int,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        own: bool | None = None,
    ) -> Page[Footprint]:
        """Newest first, from `since` to before `before`; `own`: the person's own looks alone, or all but them.

        The cursor is the last instant shown, how many documents of that very instant were shown whole, since a file leaves
        many at once, and how many footprints of the next.
        """
        query: dict[str, Any] = {"subject": subject}
        if kind is not None:
            query["kind"] = {"$in": among(kind)}
        if own is not None:  # each of them is a document of its own
            query["$and" if own else "$nor"] = [{"unit": OWN, "kind": FootprintKind.QUERIED}]
        span: dict[str, datetime] = {}
        if since is not None:
            span["$gte"] = since
        if before is not None:
            span["$lt"] = before
        key = decode_cursor(cursor, int, int, int)
        at, whole, begun = (_instant(key[0]), _count(key[1]), _count(key[2])) if key is not None else (None, 0, 0)
        if at is not None:
            span["$lt"] = min(at + _MILLISECOND, before or at + _MILLISECOND)
        if span:
            query["at"] = span
        found = self._collection.find(query).sort([("at", -1), ("_id", -1)]).skip(whole).limit(limit + 1)
        if kind is not None:  # left to itself the server goes through a person's other kinds too, where they are few
            found = found.hint(_BY_KIND)
        items: list[Footprint] = []
        for trail in self.codec.decode_all(await found.to_list(limit + 1)):
            of_kind = [one for one in trail.each() if kind is None or one.kind is kind][begun:]
            if len(items) == limit:
                return Page(tuple(items), _cursor(at, whole, begun))
            if trail.at != at:
                at, whole = trail.at, 0
            if len(of_kind) > limit - len(items):
                shown = limit - len(items)
                return Page((*items, *of_kind[:shown]), _cursor(at, whole, begun + shown))
            items += of_kind
            whole, begun = whole + 1, 0
        return Page(items=tuple(items))


def _cursor(at: datetime | None, whole: int, begun: int) -> str:
    assert at is not None, "something was shown"
    return encode_cursor((at - _EPOCH) // _MILLISECOND, whole, begun)


def _instant(milliseconds: Any) -> datetime:
    """Raises Invalid for a cursor we did not issue."""
    try:
        return _EPOCH + timedelta(milliseconds=int(milliseconds))
    except (ValueError, OverflowError) as fault:
        raise Invalid(_BAD_CURSOR) from fault


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MAX_SEEN:
        raise Invalid(_BAD_CURSOR)
    return value
