"""Feedback as stored: without account, session, address or identity number."""

from datetime import datetime

import msgspec

from api.infra.documents import Secret


class Feedback(msgspec.Struct, frozen=True):
    """`verdict`: `up`, `down` or `unanswered`. The question has identity numbers masked before it is kept."""

    id: str
    verdict: str
    question: Secret[str]
    articles: tuple[str, ...]
    kind: str
    place: str | None
    at: datetime
    expires_at: datetime
