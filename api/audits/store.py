"""Queries on the audit."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from api.audits.models import AuditEntry, DayHead, Unreadable
from api.infra.collections import Collection, Store, index
from api.infra.database_faults import write
from api.infra.documents import Codec
from api.infra.errors import Outdated
from api.infra.mongo import Database, Tx
from api.infra.paging import Page, decode_cursor, encode_cursor
from api.infra.privacy import KeyRing

AUDITS = Collection(
    "audits",
    AuditEntry,
    indexes=(
        index("day_number_id", "day number _id"),
        index("place_at", "place -at -_id"),
        index("subject_at", "subject -at -_id"),
        index("action_place_at", "action place -at -_id"),
        index("by_at", "by -at -_id"),
        index("ref_at", "ref -at -_id"),
    ),
    shard_key="_id hashed",
    is_as_written=True,
    why="written on every change, read by auditors only; chained by a single job",
)
HEADS = Collection("audit_heads", DayHead, why="one a day")
_BATCH = 1000
ASIDE = "aside"  # stands in place of a day; sorts behind every date


class AuditStore(Store[AuditEntry]):
    declared = AUDITS

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self.database = database
        self.head_codec: Codec[DayHead] = Codec(DayHead, HEADS.name, keys)
        self._heads = database.collection(HEADS.name)

    async def list_unchained(self, limit: int) -> list[AuditEntry | Unreadable]:
        """The oldest first, as far as their ids tell."""
        query = {"day": None, "number": None}
        found = await self._collection.find(query).sort("_id", 1).limit(limit).to_list(limit)
        return self._read(found)

    async def set_aside(self, ids: Sequence[str]) -> None:
        """Documents that are not entries of ours are kept out of the chain; `list_aside` shows them."""
        await self._collection.update_many({"_id": {"$in": list(ids)}, "day": None}, {"$set": {"day": ASIDE}})

    async def list_aside(self, limit: int) -> list[AuditEntry | Unreadable]:
        found = await self._collection.find({"day": ASIDE}).sort("_id", 1).limit(limit).to_list(limit)
        return self._read(found)

    def _read(self, documents: Sequence[dict[str, Any]]) -> list[AuditEntry | Unreadable]:
        marked = [_unreadable(document) for document in documents]
        found = self.codec.decode_each(documents)
        return [mark if isinstance(one, Exception) else one for one, mark in zip(found, marked, strict=True)]

    async def find_head(self, day: str, tx: Tx = None) -> DayHead | None:
        document = await self._heads.find_one({"_id": day}, session=tx)
        return self.head_codec.decode(document) if document else None

    async def list_heads(self, since: str | None = None) -> list[DayHead]:
        """Every day that has a head, the oldest first."""
        query: dict[str, Any] = {} if since is None else {"_id": {"$gte": since}}
        return self.head_codec.decode_all(await self._heads.find(query).sort("_id", 1).to_list(None))

    async def append(self, tx: Tx, before: DayHead | None, after: DayHead, linked: Sequence[AuditEntry]) -> None:
        """Moves the day's head on and writes each entry's place, once. Raises Outdated, AlreadyThere for a race."""
        document = self.head_codec.encode(after)
        if before is None:
            await write(self._heads.insert_one(document, session=tx))
        else:
            moved = await self._heads.replace_one({"_id": before.id, "number": before.number}, document, session=tx)
            if moved.matched_count != 1:
                raise Outdated
        writes: list[Any] = [
            UpdateOne(
                {"_id": entry.id, "day": None},
                {"$set": {"day": entry.day, "number": entry.number, "chain": entry.chain}},
            )
            for entry in linked
        ]
        result = await self._collection.bulk_write(writes, ordered=False, session=tx)
        if result.matched_count != len(writes):
            raise Outdated

    async def entries_of_day(self, day: str) -> AsyncIterator[AuditEntry | Unreadable]:
        """In the order of their numbers."""
        cursor = self._collection.find({"day": day}).sort([("number", 1), ("_id", 1)]).batch_size(_BATCH)
        while batch := await cursor.to_list(_BATCH):
            for entry in self._read(batch):
                yield entry

    async def list_days(self) -> list[str]:
        """Every day that has chained entries or a head."""
        found: set[str] = {head.id for head in await self.list_heads()}
        last = ""
        while True:  # one indexed query for each day instead of a scan of five years
            row = (
                await self._collection.find({"day": {"$gt": last, "$lt": ASIDE}}, {"day": 1})
                .sort("day", 1)
                .limit(1)
                .to_list(1)
            )
            if not row:
                return sorted(found)
            last = row[0]["day"]
            found.add(last)

    async def page(self, query: dict[str, Any], cursor: str | None, limit: int) -> Page[AuditEntry]:
        """Newest first, past what cannot be read, which `verify` names. `query` is on `subject` or `action`, on `place`, and on `at`."""
        key = decode_cursor(cursor, datetime, str)
        if key is not None:
            at, last = key
            later = {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last}}]}
            # with a bound that the index can begin at: without it a page goes through all before it
            query = {"$and": [query, {"at": {"$lte": at}}, later]}
        found = self._collection.find(query).sort([("at", -1), ("_id", -1)]).batch_size(limit + 1)
        read: list[AuditEntry] = []
        while len(read) <= limit and (documents := await found.to_list(limit + 1)):
            read += [entry for entry in self._read(documents) if isinstance(entry, AuditEntry)]
        await found.close()
        items = tuple(read[:limit])
        more = len(read) > limit
        return Page(items=items, next_cursor=encode_cursor(items[-1].at.isoformat(), items[-1].id) if more else None)

    async def has_days_before(self, day: str) -> bool:
        entry = await self._collection.find_one({"day": {"$gt": "", "$lt": day}}, {"_id": 1})
        return entry is not None or await self._heads.find_one({"_id": {"$lt": day}}, {"_id": 1}) is not None

    async def newest_of(self, action: str, limit: int) -> list[AuditEntry | Unreadable]:
        """Of those that concern no place."""
        newest = self._collection.find({"action": action, "place": None}).sort("at", -1)
        return self._read(await newest.limit(limit).to_list(limit))

    async def delete_days_before(self, day: str) -> int:
        """Entries and heads of days before `day`; how many entries went."""
        result = await self._collection.delete_many({"day": {"$gt": "", "$lt": day}})
        await self._heads.delete_many({"_id": {"$lt": day}})
        return int(result.deleted_count)


def _unreadable(document: dict[str, Any]) -> Unreadable:
    """What is known of a document, should it be no entry."""
    number, chain = document.get("number"), document.get("chain")
    return Unreadable(
        id=str(document.get("_id")),
        number=number if isinstance(number, int) else None,
        chain=chain if isinstance(chain, str) else None,
    )
