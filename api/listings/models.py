"""Listings as stored."""

from datetime import date, datetime

import msgspec

from api.infra.cases import HandledCase
from api.infra.documents import Kept, Secret, Stored


class Told(msgspec.Struct, frozen=True):
    """The notice before the decision, in the authority's words."""

    grounds: str
    basis: str
    rights: str
    remedies: str


class Said(Stored):
    """An answer of the resident, or the authority's reply. `is_late`: after the day set in the notice."""

    KEPT = Kept(when="at", ours="evidence is_late")

    at: datetime
    text: Secret[str]
    evidence: tuple[str, ...] = ()
    is_late: bool = False


class Condition(Stored):
    """One condition for removal. `met` says how it was met."""

    KEPT = Kept(ours="key")

    key: str
    text: Secret[str]
    met: Secret[str] | None = None


class Decision(Stored):
    """The decision document. `content` is its whole text, `digest` the SM3 of it; measures are list codes."""

    KEPT = Kept(when="at decided_on", law="measures")

    at: datetime
    decided_on: date
    number: Secret[str]
    measures: tuple[str, ...]
    content: Secret[str]
    digest: Secret[str]


class Service(Stored):
    """How the decision was served: opened with consent to electronic service (`consented_at` and the `version` that was read
    are its proof), or on paper, where `proof` is the receipt or the number of the letter. `on` is a civil date in Shanghai. `why` says
    what was wrong in what had been recorded before, where this puts it right.
    """

    KEPT = Kept(word="way version", when="on recorded_at consented_at", unit="by")

    on: date
    way: str  # electronic, handed, left, post or notice
    recorded_at: datetime
    by: str
    proof: Secret[str] | None = None
    consented_at: datetime | None = None
    version: str | None = None
    why: Secret[str] | None = None


class Listing(HandledCase, kw_only=True):
    """`owner` is the provider that decides; `open_record` is the record while the case is open, so that there is one.

    `answer_by` and `reply_by` are civil dates in Shanghai that the authority set in its notice. `seen_at` is when the decision was
    looked at without being served, `served_at` when it was served by opening; a case served before consent was asked has no `service`.
    `reply` is the last one; those to earlier answers are `earlier_replies`. `earlier_services` were put right since.
    """

    KEPT = Kept(
        ours="record open_record",
        unit="unit",
        law="list_title",
        when="noticed_at answer_by reply_by opened_at seen_at served_at closed_at",
    )

    record: str
    record_title: Secret[str]
    unit: str
    list_title: str
    told: Secret[Told]
    noticed_at: datetime
    answer_by: date
    reply_by: date
    open_record: str | None = None
    opened_at: datetime | None = None
    answers: tuple[Said, ...] = ()
    reply: Said | None = None
    earlier_replies: tuple[Said, ...] = ()
    decision: Decision | None = None
    conditions: tuple[Condition, ...] = ()
    seen_at: datetime | None = None
    served_at: datetime | None = None
    service: Service | None = None
    earlier_services: tuple[Service, ...] = ()
    closed_at: datetime | None = None
    closing_reason: Secret[str] | None = None
