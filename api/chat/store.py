"""Queries on feedback."""

from collections.abc import AsyncIterator

from api.chat.models import Feedback, FeedbackPage
from api.infra.collections import EXPIRY, Collection, Store

FEEDBACK = Collection("feedback_pages", FeedbackPage, indexes=(EXPIRY,), why="lives for months, and there are few")


class FeedbackStore(Store[FeedbackPage]):
    declared = FEEDBACK

    async def each(self) -> AsyncIterator[Feedback]:
        """All that is kept, newest first."""
        async for document in self._collection.find().sort("_id", -1):
            for entry in reversed(self.codec.decode(document).entries):
                yield entry
