"""Queries on notices."""

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from api.infra.documents import Codec
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing
from api.notices.models import Notice

COLLECTION = "notices"
INDEXES: Sequence[IndexModel] = (
    IndexModel([("state", ASCENDING), ("due_at", ASCENDING)], name="state_due"),
    IndexModel([("subject", ASCENDING), ("state", ASCENDING), ("told_at", DESCENDING)], name="subject_told"),
    IndexModel([("ref", ASCENDING), ("state", ASCENDING)], name="ref_state"),
)


class NoticeStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Notice] = Codec(Notice, COLLECTION, keys)
        self._collection = database.collection(COLLECTION)

    async def put(self, tx: Tx, notices: Sequence[Notice]) -> None:
        """Inserts those that are not there yet; leaves the others as they are."""
        if not notices:
            return
        writes: list[Any] = []
        for notice in notices:
            document = self.codec.encode(notice)
            key = document.pop("_id")
            writes.append(UpdateOne({"_id": key}, {"$setOnInsert": document}, upsert=True))
        await self._collection.bulk_write(writes, ordered=False, session=tx)

    async def cancel_booked(self, tx: Tx, subject: str, ref: str, kinds: Sequence[str]) -> None:
        await self._collection.update_many(
            {"ref": ref, "state": "booked", "subject": subject, "kind": {"$in": list(kinds)}},
            {"$set": {"state": "cancelled"}},
            session=tx,
        )
