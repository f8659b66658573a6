"""Records as stored. Whatever says who a person is or what they did is in `particulars`, sealed."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from api.infra.documents import Kept, Secret, Stored
from api.records.files.survey import Survey
from knowledge.citations import Citation

OWN = "self"
"""The provider id of residents' own declarations and pledges."""


class Section(StrEnum):
    BASIC = "basic"
    DISHONESTY = "dishonesty"
    COMMENDATION = "commendation"
    OTHER = "other"
    DECLARATION = "declaration"
    PLEDGE = "pledge"


class Standing(StrEnum):
    STANDING = "standing"
    REPAIRED = "repaired"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REMOVED = "removed"


class Particulars(msgspec.Struct, frozen=True):
    """The provider's report, unchanged: `items` are the catalogue's labelled fields in order."""

    name: str
    document_kind: str
    document_number: str
    items: dict[str, str] = {}


class Disclosure(Stored):
    """The ways in which others can learn of the record (Dalian 19, Yunnan 15)."""

    KEPT = Kept(word="is_published is_shared is_queryable")

    is_published: bool
    is_shared: bool
    is_queryable: bool


NOT_DISCLOSED = Disclosure(is_published=False, is_shared=False, is_queryable=False)


class Mark(Stored):
    """`kind`: `objection`, `reconsideration`, … `law` is empty if the mark is a service, not a duty."""

    KEPT = Kept(word="kind", ours="case_id", when="since", law="law")

    kind: str
    case_id: str
    since: datetime
    law: tuple[str, ...] = ()


WITHDRAWN, RESTORED = "withdrawn", "restored"
"""Kinds of change: withdrawal from disclosure, and its reversal."""
ASKED, BARRED = "withdrawal-asked", "repair.barred"
"""Kinds of change that are between the person and the unit: nothing changes in what systems with a copy hold."""
STILL_WRONG = "copy.still-wrong"
"""A system had not followed after all."""
_CORRECTIONS = ("corrected", "act-", "objection.", "copy.")


class Change(Stored):
    """Why the record changed. `fields` are names shown to the resident; the reason is sealed."""

    KEPT = Kept(when="at", word="kind fields", unit="unit", ours="case_id", law="law")

    at: datetime
    kind: str
    unit: str
    reason: Secret[str]
    fields: tuple[str, ...] = ()
    case_id: str | None = None
    law: tuple[str, ...] = ()

    @property
    def is_correction(self) -> bool:
        """Whether the item was wrong. The law's days for systems with a copy (Yunnan 36) are for corrections; after a repair or a
        withdrawal the service sets the day.
        """
        return self.kind.startswith(_CORRECTIONS)

    @property
    def is_passed_on(self) -> bool:
        """Whether systems with a copy are told of it."""
        return self.kind not in (ASKED, BARRED)


class Amended(msgspec.Struct, frozen=True):
    """One corrected value in words: `before` is None if it is new, `after` if it is removed."""

    name: str
    before: str | None
    after: str | None


class Copy(Stored):
    """Another system that received the record. `told_at` is the newest change of which it was told, `owed_since` the first of
    those that it has not followed; None where that is the newest. `due_on` is the day by which it follows the first correction
    among them (Yunnan 36).
    """

    KEPT = Kept(unit="system", when="shared_at told_at owed_since due_on acknowledged_at")

    system: str
    shared_at: datetime
    told_at: datetime | None = None
    due_on: date | None = None
    acknowledged_at: datetime | None = None
    owed_since: datetime | None = None

    @property
    def owes(self) -> bool:
        return self.told_at is not None and self.acknowledged_at is None


class AppliedMeasure(Stored):
    """A measure from the published list that is applied because of the record, by list code."""

    KEPT = Kept(law="code", unit="unit", when="since lifted_at")

    code: str
    unit: str
    since: date
    lifted_at: datetime | None = None


class Record(Stored):
    """`subject` is the blind index of the person's document; `natural_key` the digest by which intake is once-only.

    Dates are civil dates in Shanghai. `decided_on` is the date of the document that determined the conduct, `ended_on`
    the end of the conduct itself: two clocks run from them. `authority_until` is the last day of publicity that the unit
    named itself, `unperformed` its statement with the ground that duties are not performed: that alone keeps publicity going.
    `barred_until` is what the determining unit stated, never computed. `content_key` is the blind index of what intake was given,
    `act_key` that of the document's number, `said` what was given where that alone makes the natural key or knows the record again:
    where the number was corrected (`is_renumbered`), so that the row under the wrong one is no second record. `disclosed_until` is the
    last day of the local disclosure period and `published_until` of national publicity, where they end by themselves. `consented_on` and what follows are the unit's proof that
    the person agreed to market information.
    """

    KEPT = Kept(
        ours="id is_serving is_market is_warned awaits_birth_date has_failed_objection is_renumbered version",
        keyed="natural_key subject content_key act_key",
        place="jurisdiction",
        word="section standing document_type record_class severe_list",
        law="code title",
        unit="provider source_unit",
        when="received_at standing_since decided_on ended_on sentence_completed_on duty_performed_on corrected_on removed_on authority_until barred_until due_on disclosed_until published_until consented_on",
    )
    IS_SPARSE = True

    id: str
    natural_key: str
    jurisdiction: str
    section: Section
    code: str
    title: str
    subject: str
    provider: str
    source_unit: str
    received_at: datetime
    particulars: Secret[Particulars]
    standing: Standing = Standing.STANDING
    standing_since: datetime | None = None
    disclosure: Disclosure = Disclosure(is_published=True, is_shared=True, is_queryable=True)
    is_market: bool = False
    awaits_birth_date: bool = False  # held: it is not known whether the person was of age; nobody else sees the record
    document_type: str | None = None
    record_class: str | None = None
    decided_on: date | None = None
    ended_on: date | None = None
    sentence_completed_on: date | None = None  # may lie ahead
    is_serving: bool = False
    duty_performed_on: date | None = None
    corrected_on: date | None = None
    severe_list: str | None = None  # "listed" or "removed"
    removed_on: date | None = None
    authority_until: date | None = None
    unperformed: Secret[str] | None = None
    barred_until: date | None = None
    non_repairable_basis: Secret[str] | None = None
    derived_from: Secret[str] | None = None
    due_on: date | None = None  # of a pledge
    consented_on: date | None = None
    consent_proof: Secret[str] | None = None
    consent_purpose: Secret[str] | None = None
    consent_exempt_by: Secret[str] | None = None
    is_warned: bool = False
    measures: tuple[AppliedMeasure, ...] = ()
    marks: tuple[Mark, ...] = ()
    changes: tuple[Change, ...] = ()
    copies: tuple[Copy, ...] = ()
    statement: Secret[str] | None = None
    has_failed_objection: bool = False
    content_key: str | None = None
    act_key: str | None = None
    said: Secret[str] | None = None
    is_renumbered: bool = False
    disclosed_until: date | None = None
    published_until: date | None = None
    version: int = 1

    @property
    def is_disclosed(self) -> bool:
        return self.standing is Standing.STANDING

    def told_to(self, copy: Copy) -> tuple[Change, ...]:
        """The changes that a system followed last or has to follow now, oldest first."""
        if copy.told_at is None:
            return ()
        since = copy.owed_since or copy.told_at
        return tuple(
            change
            for change in self.changes
            if since <= change.at <= copy.told_at and (change.kind != STILL_WRONG or change.at == since)
        )

    def correction_owed_by(self, copy: Copy) -> Change | None:
        """The first correction that a system has not followed."""
        return next((change for change in self.told_to(copy) if copy.owes and change.is_correction), None)


class FeedEntry(Stored):
    """One alteration of a provider's record, for the provider and the systems that hold copies to follow and acknowledge.

    `fields` are names of fields, never their content; `due_on` is the day by which the copies follow, where law names one.
    """

    KEPT = Kept(ours="id record", unit="provider systems", word="kind fields", when="at due_on acknowledged_at")

    id: str
    provider: str
    record: str
    at: datetime
    kind: str
    fields: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    due_on: date | None = None
    acknowledged_at: datetime | None = None


class RowFault(msgspec.Struct, frozen=True):
    """Why a row of a file was refused, and what to do, in Chinese. `reason` contains no value of the row.

    `line` is the row that Excel shows, or the line of a JSON file; `value` is what was given, of people's names and numbers a part.
    `record` is the record that stands in the way.
    """

    line: int
    column: str
    code: str
    reason: str
    cure: str
    citation: Citation | None = None
    sheet: str = ""
    act_number: str | None = None
    value: str | None = None
    record: str | None = None


class Taken(msgspec.Struct, frozen=True):
    """An accepted row: a new record, or one that already existed."""

    line: int
    record: str
    is_new: bool
    sheet: str = ""


class RefusedRow(msgspec.Struct, frozen=True):
    """A refused row as written, for the workbook that goes back."""

    line: int
    sheet: str
    cells: tuple[str, ...]


class IntakeReport(msgspec.Struct, frozen=True):
    """The outcome of a file. `refused` are the first faults, all of a row together; `refused_count` is the number of rows.

    `is_dry`: everything was checked and nothing stored. `misnamed` are the lines of rows that were taken though another record with
    the same document names somebody else.
    """

    accepted: int
    unchanged: int
    refused: tuple[RowFault, ...]
    refused_count: int
    ignored_columns: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()
    refused_rows: tuple[RefusedRow, ...] = ()
    survey: Survey | None = None
    is_dry: bool = False
    without_class: int = 0
    misnamed: tuple[int, ...] = ()
