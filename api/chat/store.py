"""Queries on feedback."""

from collections.abc import AsyncIterator

from api.chat.answers import ANSWERS
from api.chat.models import Feedback, FeedbackPage
from api.infra.collections import Collection, Store, index

FEEDBACK = Collection(
    name="feedback_pages",
    struct=FeedbackPage,
    indexes=(index("expiry", "expires_at", expireAfterSeconds=0),),
    why="lives for months, and there are few",
)
COLLECTIONS = (FEEDBACK, ANSWERS)


class FeedbackStore(Store[FeedbackPage]):
    declared = FEEDBACK

    async def each(self) -> AsyncIterator[Feedback]:
        """All that is kept, newest first."""
        async for document in self._collection.find().sort("_id", -1):
            for entry in reversed(self.codec.decode(document).entries):
                yield entry
