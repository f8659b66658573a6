"""Queries on records."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.documents import Codec
from api.infra.errors import NotFound, Outdated
from api.infra.mongo import Database, Tx, write
from api.infra.privacy import KeyRing
from api.records.models import Mark, Record

COLLECTION = "records"
INDEXES: Sequence[IndexModel] = (
    IndexModel([("natural_key", ASCENDING)], name="natural_key", unique=True),
    IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),
    IndexModel([("provider", ASCENDING), ("_id", DESCENDING)], name="provider"),
)


class RecordStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Record] = Codec(Record, COLLECTION, keys)
        self._collection = database.collection(COLLECTION)

    async def insert(self, tx: Tx, record: Record) -> None:
        """Raises AlreadyThere("natural_key") when intake saw it before."""
        await write(self._collection.insert_one(self.codec.encode(record), session=tx))

    async def get(self, record_id: str, tx: Tx = None) -> Record:
        """Raises NotFound."""
        document = await self._collection.find_one({"_id": record_id}, session=tx)
        if document is None:
            raise NotFound
        return self.codec.decode(document)

    async def get_of_subject(self, record_id: str, subject: str, tx: Tx = None) -> Record:
        """Raises NotFound, also for another person's record."""
        document = await self._collection.find_one({"_id": record_id, "subject": subject}, session=tx)
        if document is None:
            raise NotFound
        return self.codec.decode(document)

    async def list_of_subject(self, subject: str) -> list[Record]:
        """All of a person's records, newest first, in one batch."""
        documents = await self._collection.find({"subject": subject}).sort("_id", -1).batch_size(1000).to_list(1000)
        return [self.codec.decode(document) for document in documents]

    async def save(self, tx: Tx, before: Record, after: Record) -> Record:
        """Replaces `before` where its version still stands. Raises Outdated."""
        changed = msgspec.structs.replace(after, version=before.version + 1)
        result = await self._collection.replace_one(
            {"_id": before.id, "version": before.version}, self.codec.encode(changed), session=tx
        )
        if result.matched_count != 1:
            raise Outdated
        return changed

    async def add_mark(self, tx: Tx, record_id: str, subject: str, mark: Mark) -> Record:
        """Marks a person's standing record in one round trip and returns it. Raises NotFound."""
        document = await self._collection.find_one_and_update(
            {"_id": record_id, "subject": subject, "standing": "standing"},
            {
                "$push": {"marks": msgspec.to_builtins(mark, builtin_types=(datetime,))},
                "$inc": {"version": 1},
            },
            return_document=True,
            session=tx,
        )
        if document is None:
            raise NotFound
        return self.codec.decode(document)

    async def remove_marks(self, tx: Tx, record_id: str, case_id: str) -> None:
        await self._collection.update_one(
            {"_id": record_id},
            {"$pull": {"marks": {"case_id": case_id}}, "$inc": {"version": 1}},
            session=tx,
        )

    def explainable(self) -> dict[str, dict[str, Any]]:
        """The hot queries, for the test that asks the server how it runs them."""
        return {
            "list_of_subject": {"filter": {"subject": "s"}, "sort": {"_id": -1}},
            "get_of_subject": {"filter": {"_id": "r", "subject": "s"}},
        }
