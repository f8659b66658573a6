"""Feedback as stored: without account, session, address or identity number."""

from datetime import datetime

import msgspec

from api.infra.documents import Kept, Secret, Stored


class Feedback(msgspec.Struct, frozen=True):
    """`verdict`: `up`, `down`, `unanswered`, or `again` where the answer was the one before. The question has identity numbers masked before it is kept,
    and is empty where the person who rated the answer has not agreed that it is.
    """

    verdict: str
    question: str
    articles: tuple[str, ...]
    kind: str
    place: str | None
    at: datetime


class FeedbackPage(Stored):
    """Of what one process was asked in half a second: sealed and written as one, so that a flood costs the database little."""

    KEPT = Kept(ours="id", when="expires_at")

    id: str
    entries: Secret[tuple[Feedback, ...]]
    expires_at: datetime
