"""Queries on feedback."""

from collections.abc import AsyncIterator, Sequence

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.chat.models import Feedback
from api.infra.documents import Codec
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing

COLLECTION = "feedback"
INDEXES: Sequence[IndexModel] = (
    IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    IndexModel([("verdict", ASCENDING), ("_id", DESCENDING)], name="verdict"),
)


class FeedbackStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Feedback] = Codec(Feedback, COLLECTION, keys)
        self._collection = database.collection(COLLECTION)

    async def insert(self, tx: Tx, entries: Sequence[Feedback]) -> None:
        if entries:
            await self._collection.insert_many([self.codec.encode(entry) for entry in entries], session=tx)

    async def each(self) -> AsyncIterator[Feedback]:
        """All that is kept, newest first."""
        async for document in self._collection.find().sort("_id", -1):
            yield self.codec.decode(document)
