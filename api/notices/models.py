"""Notices and the permissions to push, as stored."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from api.infra.clock import civil_date
from api.infra.documents import Kept, Stored


class Draft(msgspec.Struct, frozen=True):
    """What to tell whom. `kind` names a text in `texts/`; `params` fill it (dates in words, unit names).

    `ref` is the record or case; `on` the civil date it is about: a booked notice comes on the morning of that date, and
    the same kind, ref and date is told once. `occasion` tells apart notices of one kind on one day.
    """

    kind: str
    subject: str
    ref: str
    on: date
    params: dict[str, str] = msgspec.field(default_factory=dict)
    occasion: str = ""


class NoticeState(StrEnum):
    BOOKED = "booked"
    TOLD = "told"
    CANCELLED = "cancelled"


class PushState(StrEnum):
    NONE = "none"  # no push wanted or possible: only the inbox
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"  # the resident withdrew the permission: not a failure, and not retried
    FAILED = "failed"
    UNKNOWN = "unknown"  # handed to WeChat without a known outcome (yet): never sent again


class Notice(Stored):
    """`due_at` is the UTC instant from which it may be told; `wake_at` when a worker has to look at it next.

    `template` is our name of the WeChat template and `headline` the one line it shows. `rank`: of two notices that want
    the last banked push, the higher one gets it. `explanation` tells the resident why a booked notice was taken back.
    `claim` is the worker's hold on it. `pushed_at`: when it was sent; of unknown outcome, when its worker had claimed it.
    """

    KEPT = Kept(
        ours="id ref rank claim attempts",
        keyed="subject",
        word="kind state flow push template reason",
        law="title text headline hint explanation",
        when="on due_at created_at told_at read_at cancelled_at wake_at tried_at pushed_at",
    )

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
    template: str | None = None
    headline: str = ""
    hint: str = ""
    rank: int = 1
    explanation: str | None = None
    cancelled_at: datetime | None = None
    wake_at: datetime | None = None
    claim: str | None = None
    attempts: int = 0
    tried_at: datetime | None = None
    reason: str | None = None
    pushed_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was told after the day for which it was booked; the resident is then shown that day."""
        return (
            self.told_at is not None
            and self.created_at < self.due_at
            and civil_date(self.told_at) > civil_date(self.due_at)
        )


class Opened(msgspec.Struct, frozen=True):
    """That the opening of a record's repair was told. For the figures, without the person."""

    record: str
    told_at: datetime
    is_pushed: bool
    is_read: bool


class Finished(NamedTuple):
    """A notice with which nothing is left to do. For retention."""

    id: str
    kind: str
    ref: str


class Answer(StrEnum):
    """The answer to WeChat's permission question for one template. `FILTER`: WeChat did not ask, because a template with the same title was asked."""

    ACCEPT = "accept"
    REJECT = "reject"
    BAN = "ban"
    FILTER = "filter"


def read_answer(word: str | None) -> Answer:
    """Reads WeChat's word. There are several for an accept, such as `acceptWithAudio`; an unknown word counts as not asked."""
    if word is not None and word.startswith(Answer.ACCEPT):
        return Answer.ACCEPT
    return Answer(word) if word in set(Answer) else Answer.FILTER


class Bank(Stored):
    """Pushes that one account has allowed for one template.

    `confirmed` were reported by WeChat's own event. `claimed` were reported by the resident's device only: an event that comes
    first makes the number negative and the device's report then brings it back to zero, so that no accept counts twice. Each
    push spends a confirmed one where there is one, and the page never promises a push for claims.
    """

    KEPT = Kept(ours="confirmed claimed is_banned", when="refused_at")

    confirmed: int = 0
    claimed: int = 0
    refused_at: datetime | None = None
    is_banned: bool = False

    @property
    def usable(self) -> int:
        return max(0, self.confirmed) + max(0, self.claimed)


class Subscription(Stored):
    """One account's permissions, by our template names. `id` is the account. `is_off`: WeChat's main switch."""

    KEPT = Kept(ours="id is_off")

    id: str
    banks: dict[str, Bank] = msgspec.field(default_factory=dict)
    is_off: bool = False

    def bank(self, template: str) -> Bank:
        return self.banks.get(template, Bank())
