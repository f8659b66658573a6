"""Objections as stored."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from api.desk.models import RecordCase
from api.infra.documents import Kept, Secret, Stored
from api.records.models import Amended


class Addressee(StrEnum):
    CENTRE = "centre"
    PROVIDER = "provider"


class Outcome(StrEnum):
    """What an upheld objection did to the record."""

    CORRECTED = "corrected"
    SUPPLEMENTED = "supplemented"
    DELETED = "deleted"
    STOPPED = "stopped"  # disclosure ended, the record kept
    UNLISTED = "unlisted"  # off the severe list
    EXPLAINED = "explained"  # the record was right, but a query or use of it was wrong and has been dealt with


DATES = ("decided_on", "ended_on", "sentence_completed_on", "duty_performed_on")
TYPED = (*DATES, "record_class")


class Correction(msgspec.Struct, frozen=True):
    """How the record should read: labelled items of its particulars (None takes one away), and the dates and class its clocks
    run from. `changes` is what that means for the record as it stood when this was said: what was there, and what takes its place.
    """

    outcome: Outcome
    items: dict[str, str | None] = {}
    decided_on: date | None = None
    ended_on: date | None = None
    sentence_completed_on: date | None = None
    duty_performed_on: date | None = None
    record_class: str | None = None
    changes: tuple[Amended, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The fields to write, by our names, for `Amending.changes`; empty if there is none."""
        given = {name: value for name in TYPED if (value := getattr(self, name)) is not None}
        return {**given, "items": self.items} if self.items else given


class Finding(Stored):
    """The result of a verification. `correction` is set if and only if the objection is founded."""

    KEPT = Kept(word="is_founded", unit="by", when="at")

    is_founded: bool
    by: str
    at: datetime
    reasons: Secret[str]
    correction: Secret[Correction] | None = None


class StillWrong(Stored):
    """A resident's report that a system still shows the wrong content although it said that it had followed the correction."""

    KEPT = Kept(unit="system", when="at")

    system: str
    at: datetime
    text: Secret[str] | None = None


class Missing(Stored):
    """What should be in the report and is not: by kind, and in the resident's words."""

    KEPT = Kept(word="code")

    what: Secret[str]
    code: str | None = None


class Objection(RecordCase, kw_only=True):
    """`reply` is what a provider told the centre; `finding` is the decision. Where something is `missing` there is no record, and
    `record_id` is the case's own id.
    """

    KEPT = Kept(ours="footprint_id is_market", word="addressee reasons", when="centre_told_at")

    addressee: Addressee
    reasons: tuple[str, ...]
    text: Secret[str] | None
    desired: Secret[str] | None
    footprint_id: str | None
    reply: Finding | None = None
    finding: Finding | None = None
    first_finding: Finding | None = None  # the finding that a review replaced
    centre_told_at: datetime | None = None
    review_text: Secret[str] | None = None
    still_wrong: tuple[StillWrong, ...] = ()
    missing: Missing | None = None
    is_market: bool = False  # the articles on objections cover public information only, so their clocks do not run

    @property
    def about(self) -> str | None:
        """The record that the objection is about; None if it is about something missing."""
        return None if self.missing else self.record_id

    @property
    def is_received(self) -> bool:
        """Whether the unit has said that it received the last notice it was sent."""
        of_notices = [entry.action for entry in self.history if entry.action in ("dispatch", "receipt")]
        return of_notices[-1:] == ["receipt"]
