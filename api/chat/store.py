"""Queries on feedback."""

from collections.abc import AsyncIterator

from pymongo import ASCENDING, IndexModel

from api.chat.answers import ANSWERS
from api.chat.models import Feedback, FeedbackPage
from api.infra.collections import Collection
from api.infra.documents import Codec
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing

FEEDBACK = Collection(
    name="feedback_pages",
    struct=FeedbackPage,
    indexes=(IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    why="lives for months, and there are few",
)
COLLECTIONS = (FEEDBACK, ANSWERS)


class FeedbackStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[FeedbackPage] = Codec(FeedbackPage, FEEDBACK.name, keys)
        self._collection = database.collection(FEEDBACK.name)

    async def insert(self, tx: Tx, page: FeedbackPage) -> None:
        await self._collection.insert_one(self.codec.encode(page), session=tx)

    async def each(self) -> AsyncIterator[Feedback]:
        """All that is kept, newest first."""
        async for document in self._collection.find().sort("_id", -1):
            for entry in reversed(self.codec.decode(document).entries):
                yield entry
