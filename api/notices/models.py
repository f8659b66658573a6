"""Notices as stored."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class Draft(msgspec.Struct, frozen=True):
    """What to tell whom. `kind` names a text in `texts/`; `params` fill it (dates in words, unit names).

    `ref` is the record or case; `on` the civil date it is about: a booked notice comes on the morning of that date, and
    the same kind, subject, ref and date is told once. `occasion` tells apart notices of one kind on one day.
    """

    kind: str
    subject: str
    ref: str
    on: date
    params: dict[str, str] = {}
    occasion: str = ""


class NoticeState(StrEnum):
    BOOKED = "booked"
    TOLD = "told"
    CANCELLED = "cancelled"


class PushState(StrEnum):
    NONE = "none"  # no push wanted or possible: the inbox alone
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"  # the resident took the permission back: not a failure, not retried
    FAILED = "failed"
    UNKNOWN = "unknown"  # handed to WeChat, and we died before writing the outcome


class Notice(msgspec.Struct, frozen=True):
    """`due_at` is the UTC instant from which it may be told."""

    id: str
    subject: str
    kind: str
    ref: str
    on: date
    due_at: datetime
    state: NoticeState
    title: str
    text: str
    flow: str | None
    created_at: datetime
    push: PushState = PushState.NONE
    told_at: datetime | None = None
    read_at: datetime | None = None
