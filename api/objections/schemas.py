"""Requests and replies of objections."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.desk.schemas import CaseView, CopyView, LineView, Reason, RemedyView, StaffStep, copies_told
from api.evidence.models import Evidence
from api.infra.actors import Role
from api.infra.sources import DueView, SourceView
from api.infra.wire import Id, Ids, In, Jurisdiction, Out, Text
from api.objections.clockwork import COPY_CLOCKS, Milestone
from api.objections.models import Addressee, Correction, Finding, Objection, Outcome
from api.objections.outcomes import OUTCOMES, possible
from api.objections.reasons import reason_codes
from api.objections.states import TABLE
from api.records.amended import correctable
from api.records.models import Record

Code = Annotated[str, msgspec.Meta(max_length=32)]


class MissingData(In):
    """What should be in the report and is not. `provider` is the unit that should have sent it, `code` a catalogue code."""

    jurisdiction: Jurisdiction
    provider: Id
    what: Text
    code: Code | None = None


class FileObjection(In):
    """`reasons` are codes; `text` says why in the resident's words; `desired` how the record should read.

    Exactly one of `recordId` and `missing`.
    """

    addressee: Addressee
    reasons: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=8)]
    text: Text | None = None
    desired: Text | None = None
    evidence: Ids = ()
    footprint_id: Id | None = None
    record_id: Id | None = None
    missing: MissingData | None = None


class RequestReview(In):
    text: Text


class CorrectionData(In):
    """How the record should read. `items` are labelled fields of the record or its layout; null removes one."""

    outcome: Outcome
    items: Annotated[
        dict[
            Annotated[str, msgspec.Meta(min_length=1, max_length=60)],
            Annotated[str, msgspec.Meta(max_length=2000)] | None,
        ],
        msgspec.Meta(max_length=40),
    ] = msgspec.field(default_factory=dict)
    decided_on: date | None = None
    ended_on: date | None = None
    sentence_completed_on: date | None = None
    duty_performed_on: date | None = None
    record_class: Literal["minor", "general", "serious"] | None = None

    def correction(self) -> Correction:
        return msgspec.convert(self, Correction, from_attributes=True)


class Receipt(In):
    """`receivedOn` (civil date in Shanghai): when the unit received it on paper; today if not given."""

    received_on: date | None = None


class StaffReceipt(StaffStep):
    received_on: date | None = None


class Reply(In):
    """A unit's answer: founded with the correction, or unfounded; reasons either way, for the resident to read."""

    founded: bool
    reasons: Text
    correction: CorrectionData | None = None


class StaffReply(StaffStep):
    founded: bool
    reasons: Text
    correction: CorrectionData | None = None


class Uphold(StaffStep):
    """`reasons` are shown to the resident. Without a `correction` the unit's own is applied."""

    reasons: Text
    correction: CorrectionData | None = None


class Reject(StaffStep):
    reasons: Text


class DraftOfResult(In):
    """What is in the form. `version` is the one that the officer saw."""

    action: Literal["correct-own-error", "uphold", "reject"]
    reasons: Text
    correction: CorrectionData | None = None
    version: int | None = None


class UnitPause(In):
    """`kind` is one of the examinations that the law names, `laboratory` who does it, and `order` the id of the file that ordered it: a file
    of this case of the kind `examination_order`."""

    kind: Code
    laboratory: Annotated[str, msgspec.Meta(min_length=2, max_length=100, pattern=r"\S")]
    ordered_on: date
    expected_until: date
    order: Id


class PauseClock(UnitPause, kw_only=True):
    """As `UnitPause`, by an officer, with their own note in `reason`. `version`: what the officer saw; another is refused."""

    reason: Reason
    version: int | None = None


class AcknowledgeCopy(StaffStep):
    system: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class ReportStillWrong(In):
    """`system` is the one that said it had followed; `text` is what it still shows, in the resident's words."""

    system: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    text: Text | None = None
    evidence: Ids = ()


class StillWrongView(Out):
    """What the resident reported about a system that had said it had followed."""

    system: str
    at: datetime
    text: str | None


class ReasonView(Out):
    code: str
    title: str
    needs_text: bool = False
    needs_footprint: bool = False


class MilestoneView(Out):
    """`isLatest`: counted from the last day of the step before, so it may come earlier."""

    clock: str
    title: str
    owed_by: str
    is_latest: bool
    due: DueView

    @classmethod
    def of(cls, milestone: Milestone) -> "MilestoneView":
        return cls.showing(milestone, clock=milestone.due.clock, title=milestone.due.title)


class AdviceView(Out):
    """One body that an objection to this record can go to, whether it is advised and why, and when each step is due."""

    addressee: Addressee
    name: str
    is_advised: bool
    why: str
    citation: SourceView
    path: tuple[MilestoneView, ...]


class MissingAdvice(Out):
    """For something that is missing: there is no record to mark."""

    choices: "tuple[AdviceView, ...]"
    citation: SourceView


class ObjectionAdvice(Out):
    choices: tuple[AdviceView, ...]
    reasons: tuple[ReasonView, ...]
    needs_written_reasons: bool
    notes: tuple[str, ...]


class AmendedView(Out):
    name: str
    before: str | None
    after: str | None


class CellView(Out):
    """One thing that a correction may change. `name` is a label of `items` where `isItem`, else a field of the correction.

    `kind`: text, date, amount or class, as intake reads it. `value` is the current one, or null.
    """

    name: str
    label: str
    kind: str
    value: str | None
    is_item: bool


class FindingView(Out):
    """`changes` are the values before and after; `before` is null for a new field."""

    is_founded: bool
    outcome: Outcome | None
    outcome_title: str | None
    by: str
    at: datetime
    reasons: str
    changes: tuple[AmendedView, ...]

    @classmethod
    def of(cls, finding: Finding) -> "FindingView":
        correction = finding.correction
        return cls.showing(
            finding,
            outcome=correction.outcome if correction else None,
            outcome_title=OUTCOMES[correction.outcome] if correction else None,
            changes=correction.changes if correction else (),
        )


class ObjectionView(CaseView):
    """An objection as its resident, its provider or an officer sees it. `outcomes` and `cells`, for the last two while it is open:
    what a correction may come to, and what of the record it may change."""

    record_id: str | None
    record_title: str
    missing: str | None
    is_market: bool
    addressee: Addressee
    provider_unit: str
    reasons: tuple[ReasonView, ...]
    text: str | None
    desired: str | None
    footprint_id: str | None
    is_open: bool
    is_marked: bool
    filed_at: datetime
    path: tuple[MilestoneView, ...]
    finding: FindingView | None
    reply: FindingView | None
    decided_at: datetime | None
    centre_told_at: datetime | None
    remedies: tuple[RemedyView, ...]
    follow_through: tuple[CopyView, ...]
    still_wrong: tuple[StillWrongView, ...]
    outcomes: tuple[Outcome, ...] = ()
    cells: tuple[CellView, ...] = ()


class ObjectionLine(LineView):
    """An objection in a list."""

    record_id: str | None
    record_title: str
    jurisdiction: str
    addressee: Addressee
    filed_at: datetime

    @classmethod
    def of(cls, case: Objection, today: date) -> "ObjectionLine":
        return cls.of_case(case, TABLE, today, record_id=case.about)


def _copies(record: Record | None, case: Objection, today: date) -> tuple[CopyView, ...]:
    """The systems told of this objection's correction, and none that was told later of another change alone."""
    if record is None or case.finding is None or not case.finding.is_founded or case.decided_at is None:
        return ()
    steps = {step.owed_by: step for step in case.steps if step.clock in COPY_CLOCKS}  # the newest of each
    return tuple(copy for copy in copies_told(record, case.decided_at, steps, today) if copy.system in steps)


def view(
    case: Objection,
    record: Record | None,
    evidence: Sequence[Evidence],
    path: tuple[Milestone, ...],
    viewer: Role,
    today: date,
) -> ObjectionView:
    """`viewer` decides what is left out: names of staff and their notes are for officers."""
    codes = reason_codes()
    copies = _copies(record, case, today)
    is_correctable = case.is_open and viewer is not Role.RESIDENT
    there_is = {
        "report_still_wrong": any(copy.acknowledged_at for copy in copies),
        "receipt": not case.is_received,
        "request_review": case.review_text is None,
    }
    return ObjectionView.of_case(
        case,
        TABLE,
        viewer,
        today,
        evidence,
        applies=lambda action: there_is.get(action, True),
        record_id=case.about,
        missing=case.missing.what if case.missing else None,
        reasons=tuple(ReasonView(code=code, title=codes[code].title) for code in case.reasons),
        is_marked=record is not None and any(mark.case_id == case.id for mark in record.marks),
        path=tuple(MilestoneView.of(milestone) for milestone in path),
        finding=FindingView.of(case.finding) if case.finding else None,
        reply=FindingView.of(case.reply) if case.reply else None,
        remedies=RemedyView.all_of(case.remedies, case.jurisdiction),
        follow_through=copies,
        outcomes=possible(record) if is_correctable else (),
        cells=tuple(correctable(record)) if is_correctable and record else (),
    )
