"""Queries on the queue and on breaches."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument, UpdateOne

from api.desk.models import Breach, Docket, Load
from api.infra.collections import Collection
from api.infra.documents import Codec
from api.infra.errors import NotFound, Outdated
from api.infra.mongo import Database, Tx
from api.infra.paging import Page, decode_cursor, encode_cursor
from api.infra.privacy import KeyRing


def _by_due(*fields: str) -> IndexModel:
    keys = [(field, ASCENDING) for field in (*fields, "due_on", "_id")]
    return IndexModel(keys, name="_".join((*fields, "due")))


QUEUE = Collection(
    "queue",
    Docket,
    indexes=(
        _by_due("jurisdiction"),
        _by_due("jurisdiction", "errand"),
        _by_due("jurisdiction", "errand", "status"),
        _by_due("jurisdiction", "assignee"),
        _by_due("jurisdiction", "errand", "status", "steps.owed_by"),
        _by_due("subject"),
    ),
    why="what is open, by place; a closed case leaves it",
)
"""As few indexes as possible: every case that is filed or moves pays for each."""
BREACHES = Collection("breaches", Breach, indexes=(_by_due("jurisdiction"), _by_due()), why="what was late, by place")
_BATCH = 500
_MOST_OF_ONE = 1000


class DeskStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self._dockets: Codec[Docket] = Codec(Docket, QUEUE.name, keys)
        self._breaches: Codec[Breach] = Codec(Breach, BREACHES.name, keys)
        self._database = database
        self._queue = database.collection(QUEUE.name)
        self._late = database.collection(BREACHES.name)

    async def insert(self, tx: Tx, docket: Docket) -> None:
        """Inserts a new case, unassigned."""
        document = self._dockets.encode(docket)
        self._database.hold(tx, {"insert": QUEUE.name, "documents": [document]})

    async def put(self, tx: Tx, docket: Docket) -> None:
        """Replaces the entry but keeps its assignee."""
        document = self._dockets.encode(docket)
        key = document.pop("_id")
        assignee = document.pop("assignee")
        kept = {"$set": document, "$setOnInsert": {"assignee": assignee}}
        if tx is None:
            await self._queue.update_one({"_id": key}, kept, upsert=True)
        else:
            put = {"q": {"_id": key}, "u": kept, "upsert": True}
            self._database.hold(tx, {"update": QUEUE.name, "updates": [put]})

    async def remove(self, tx: Tx, case: str) -> None:
        if tx is None:
            await self._queue.delete_one({"_id": case})
        else:
            self._database.hold(tx, {"delete": QUEUE.name, "deletes": [{"q": {"_id": case}, "limit": 1}]})

    async def get(self, case: str, jurisdiction: str) -> Docket:
        """Raises NotFound, also for another jurisdiction's case."""
        document = await self._queue.find_one({"_id": case, "jurisdiction": jurisdiction})
        if document is None:
            raise NotFound
        return self._dockets.decode(document)

    async def assign(self, tx: Tx, seen: Docket, assignee: str | None) -> Docket:
        """Raises Outdated if the assignee changed meanwhile or the case was closed."""
        stands = {"_id": seen.id, "assignee": seen.assignee}
        now = {"$set": {"assignee": assignee}}
        document = await self._queue.find_one_and_update(stands, now, return_document=ReturnDocument.AFTER, session=tx)
        if document is None:
            raise Outdated
        return self._dockets.decode(document)

    async def page(
        self, query: dict[str, Any], cursor: str | None, limit: int, *, last_first: bool = False
    ) -> Page[Docket]:
        """In the order of due dates, or reversed."""
        found = await self._sorted(self._queue, query, cursor, limit, last_first=last_first)
        items = self._dockets.decode_all(found[:limit])
        return _paged(items, len(found) > limit)

    async def loads(self, jurisdiction: str, today: date, soon: date) -> list[Load]:
        """Counts of a place's open cases by assignee."""
        on = today.isoformat()
        counted = {
            "total": {"$sum": 1},
            "late": {"$sum": {"$cond": [{"$lt": ["$due_on", on]}, 1, 0]}},
            "today": {"$sum": {"$cond": [{"$eq": ["$due_on", on]}, 1, 0]}},
            "soon": {
                "$sum": {"$cond": [{"$and": [{"$gt": ["$due_on", on]}, {"$lte": ["$due_on", soon.isoformat()]}]}, 1, 0]}
            },
        }
        steps = [{"$match": {"jurisdiction": jurisdiction}}, {"$group": {"_id": "$assignee", **counted}}]
        cursor = self._queue.aggregate(steps)
        return [
            Load(one["_id"], one["total"], one["late"], one["today"], one["soon"]) for one in await cursor.to_list(1000)
        ]

    async def due(self, jurisdiction: str, before: date, limit: int) -> list[Docket]:
        """A place's cases due before a day, the longest overdue first."""
        query = {"jurisdiction": jurisdiction, "due_on": {"$lt": before.isoformat()}}
        found = await self._queue.find(query).sort([("due_on", 1), ("_id", 1)]).limit(limit).to_list(limit)
        return self._dockets.decode_all(found)

    async def count_due(self, jurisdiction: str, before: date) -> int:
        query = {"jurisdiction": jurisdiction, "due_on": {"$lt": before.isoformat()}}
        count: int = await self._queue.count_documents(query)
        return count

    async def count_after(self, jurisdiction: str, day: date) -> int:
        """How many of a place's cases are due after a day."""
        count: int = await self._queue.count_documents(
            {"jurisdiction": jurisdiction, "due_on": {"$gt": day.isoformat()}}
        )
        return count

    async def each(self) -> AsyncIterator[Docket]:
        """Every open case of every place."""
        async for document in self._queue.find({}).batch_size(_BATCH):
            yield self._dockets.decode(document)

    async def open_of(self, subject: str, place: str | None = None) -> list[Docket]:
        """A resident's open cases, or those in a place, the next due first: all of them, up to a thousand."""
        query = {"subject": subject} if place is None else {"subject": subject, "jurisdiction": place}
        found = self._queue.find(query).sort([("due_on", 1), ("_id", 1)]).limit(_MOST_OF_ONE)
        return self._dockets.decode_all(await found.to_list(_MOST_OF_ONE))

    async def find_open(self, subject: str, case: str) -> Docket | None:
        """One of a resident's open cases; None for a closed one, and for another's."""
        document = await self._queue.find_one({"_id": case, "subject": subject})
        return None if document is None else self._dockets.decode(document)

    async def page_of_breaches(self, jurisdiction: str | None, cursor: str | None, limit: int) -> Page[Breach]:
        query: dict[str, Any] = {"jurisdiction": jurisdiction} if jurisdiction else {}
        found = await self._sorted(self._late, query, cursor, limit)
        items = self._breaches.decode_all(found[:limit])
        return _paged(items, len(found) > limit)

    async def overdue(self, jurisdiction: str, today: date) -> AsyncIterator[list[Docket]]:
        """All cases of a place with a step due before today, in batches."""
        cursor: str | None = None
        query = {"jurisdiction": jurisdiction, "due_on": {"$lt": today.isoformat()}}
        while True:
            page = await self.page(query, cursor, _BATCH)
            if page.items:
                yield list(page.items)
            if page.next_cursor is None:
                return
            cursor = page.next_cursor

    async def record(self, tx: Tx, breaches: Sequence[Breach]) -> int:
        """Records new breaches, and when a recorded one was done after all. Returns how many were new."""
        writes: list[Any] = []
        for breach in breaches:
            document = self._breaches.encode(breach)
            key = document.pop("_id")
            done_at = document.pop("done_at")
            write: dict[str, Any] = {"$setOnInsert": document}
            if done_at is None:
                document["done_at"] = None
            else:
                write["$set"] = {"done_at": done_at}
            writes.append(UpdateOne({"_id": key}, write, upsert=True))
        if not writes:
            return 0
        result = await self._late.bulk_write(writes, ordered=False, session=tx)
        count: int = result.upserted_count
        return count

    @staticmethod
    async def _sorted(
        collection: Any, query: dict[str, Any], cursor: str | None, limit: int, *, last_first: bool = False
    ) -> list[Any]:
        beyond, on_or_beyond, way = ("$lt", "$lte", -1) if last_first else ("$gt", "$gte", 1)
        key = decode_cursor(cursor, str, str)
        if key is not None:
            due_on, last = key
            after = {"$or": [{"due_on": {beyond: due_on}}, {"due_on": due_on, "_id": {beyond: last}}]}
            query = {"$and": [query, {"due_on": {on_or_beyond: due_on}}, after]}
        found = collection.find(query).sort([("due_on", way), ("_id", way)]).limit(limit + 1)
        documents: list[Any] = await found.to_list(limit + 1)
        return documents


def _paged(items: Sequence[Any], more: bool) -> Page[Any]:
    last = items[-1] if items else None
    return Page(
        items=tuple(items), next_cursor=encode_cursor(last.due_on.isoformat(), last.id) if more and last else None
    )


def breach_id(case: str, step: str) -> str:
    return f"{case}:{step}"
