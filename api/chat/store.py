"""Queries on feedback."""

from collections.abc import AsyncIterator, Sequence

from pymongo import ASCENDING, IndexModel

from api.chat.models import Feedback, FeedbackPage
from api.infra.documents import Codec
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing

COLLECTION = "feedback_pages"
INDEXES: Sequence[IndexModel] = (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),)


class FeedbackStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[FeedbackPage] = Codec(FeedbackPage, COLLECTION, keys)
        self._collection = database.collection(COLLECTION)

    async def insert(self, tx: Tx, page: FeedbackPage) -> None:
        await self._collection.insert_one(self.codec.encode(page), session=tx)

    async def each(self) -> AsyncIterator[Feedback]:
        """All that is kept, newest first."""
        async for document in self._collection.find().sort("_id", -1):
            for entry in reversed(self.codec.decode(document).entries):
                yield entry
