"""Requests and replies of repairs: the resident's, the officer's and the unit's forms of each step side by side."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.desk.schemas import CaseView, CopyView, LineView, Reason, RemedyView, StaffStep, UnitStep, copies_told
from api.evidence.models import Evidence
from api.infra.actors import Role
from api.infra.clock import civil_date
from api.infra.sources import DueView, SourceView
from api.infra.steps import Step
from api.infra.wire import Id, Ids, In, Out, Text
from api.records.listed import measure_title
from api.records.models import Record
from api.repairs.applicable import FOLLOW, applies, asked
from api.repairs.errors import FEE_NOTICE
from api.repairs.models import Addressee, Bar, Element, Extension, Repair
from api.repairs.states import TABLE
from knowledge.citations import Certainty
from knowledge.clocks import due
from knowledge.repair import Condition
from knowledge.rules import in_force

Despite = Annotated[tuple[Annotated[str, msgspec.Meta(max_length=40)], ...], msgspec.Meta(max_length=20)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"\S")]


class FileRepair(In):
    """`performance`: how the duties were performed, in the resident's words; `pledgeVersion` the text they accept."""

    record_id: Id
    addressee: Addressee
    pledge_version: Annotated[str, msgspec.Meta(max_length=20)]
    performance: Text
    duty_performed_on: date | None = None
    evidence: Ids = ()


class RemindOfRepair(In):
    record_id: Id


class GiveMaterial(In):
    answer: Text
    evidence: Ids = ()


class UnitAsk(UnitStep):
    """Everything that is missing, in one list: a second is not possible."""

    items: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=20)]


class AskForMaterial(UnitAsk, kw_only=True):
    """Everything that is missing, in one list: a second is not possible. `reason` is the officer's own note."""

    reason: Reason


class UnitApprove(UnitStep):
    """`despite` names every condition that is not shown to be met; the decision says so."""

    reasons: Text = "符合信用修复条件。"
    despite: Despite = ()


class Approve(UnitApprove, kw_only=True):
    """As the unit's own. `reason` is the officer's own note."""

    reason: Reason


class DraftOfDecision(In):
    """An approval without `reasons` has a standard text; the others need reasons."""

    action: Literal["approve", "refuse", "decline"]
    reasons: Text | None = None
    despite: Despite = ()
    version: int | None = None


class UnitRefuse(UnitStep):
    """`reasons` are what the resident reads: for refusing, not accepting, extending and barring."""

    reasons: Text


class Refuse(UnitRefuse, kw_only=True):
    """As the unit's own. `reason` is the officer's own note, which the resident does not read."""

    reason: Reason


class BarFields(In):
    """What a unit has to say before it may bar: which element it found, by which facts and basis, until which day, where
    the resident can go, and until when they may answer. None of it is computed."""

    element: Element
    until: date
    facts: Text
    basis: Text
    remedies: Text
    reply_by: date


class UnitProposeBar(UnitStep):
    bar: BarFields


class ProposeBar(UnitProposeBar, kw_only=True):
    """As the unit's own. `reason` is the officer's own note."""

    reason: Reason


class AnswerBar(GiveMaterial):
    """The resident's answer to an intended bar."""


class AcknowledgeCopy(StaffStep):
    system: Name


class UnitLift(UnitStep):
    """`unit` is the unit in whose name it was applied; without it, the one that determined the conduct."""

    code: Name
    unit: Name | None = None


class OwnMeasureLifted(In):
    """`code` is one of the measures that the unit itself applied."""

    code: Name


class LiftMeasure(StaffStep):
    code: Name
    unit: Name


class ConditionView(Out):
    """`isMet` is null if it cannot be checked from what is known."""

    name: str
    title: str
    is_met: bool | None
    is_decisive: bool
    detail: str
    citation: SourceView
    certainty: Certainty


class MaterialsView(Out):
    """All the required materials at once."""

    items: tuple[str, ...]
    citation: SourceView
    certainty: Certainty


class PledgeTextView(Out):
    version: str
    text: str


class AddresseeView(Out):
    addressee: Addressee
    name: str
    explanation: str
    is_statutory: bool
    citation: SourceView


class EligibilityView(Out):
    """`state`: open, opens (on `opensOn`), unmet, unknown or closed. `clocks`: the days if it were filed today. `mayFile`:
    the place takes it in, also where a condition is not met by what is known here; `warning` then says which."""

    record_id: str
    state: str
    opens_on: date | None
    why: str
    regime: str
    conditions: tuple[ConditionView, ...]
    materials: MaterialsView
    pledge: PledgeTextView
    addressees: tuple[AddresseeView, ...]
    clocks: tuple[DueView, ...]
    may_file: bool
    warning: str | None
    fee_notice: str = FEE_NOTICE


class ReminderView(Out):
    """`state`: opens (only time is lacking) or unmet (something else too, and that morning's message says so)."""

    record_id: str
    on: date
    state: str
    why: str
    fee_notice: str = FEE_NOTICE


class MaterialListView(Out):
    """`answerBy` is the last day as it was told, a promise of the service: until then the application waits."""

    items: tuple[str, ...]
    by: str
    asked_at: datetime
    answer_by: date | None
    given_at: datetime | None
    answer: str | None


class ExtensionView(Out):
    """Who took more time and why. `due` is the new day with its article and how certain its number is."""

    by: str
    at: datetime
    reasons: str
    was_due_on: date
    due: DueView

    @classmethod
    def of(cls, extension: Extension, jurisdiction: str) -> "ExtensionView":
        day = due("repair.decide_extension", jurisdiction, extension.was_due_on)
        return cls.showing(extension, due=DueView.of(day))


class DecisionView(Out):
    kind: str
    by: str
    at: datetime
    reasons: str


class BarView(Out):
    """A bar as its unit stated it. `scope` says what is not known about its extent, `ways` until when its remedies are open."""

    element: Element
    element_label: str
    until: date
    facts: str
    basis: str
    remedies: str
    by: str
    told_at: datetime
    reply_by: date
    answer: str | None
    answered_at: datetime | None
    imposed_at: datetime | None
    dropped_at: datetime | None
    reasons: str | None
    scope: str
    ways: tuple[RemedyView, ...]

    @classmethod
    def of(cls, bar: Bar, jurisdiction: str) -> "BarView":
        rule = in_force("repair.breach_bar", jurisdiction, civil_date(bar.told_at))
        return cls.showing(
            bar,
            element_label=bar.element.label,
            ways=RemedyView.all_of(bar.ways, jurisdiction),
            scope=f"{rule.note}这里只记在这一条信息上；是否及于您的其他信息，条文没有看到，请认定单位说明。",
        )


class MeasureView(Out):
    """A measure that was applied because of the record, and when it was lifted."""

    code: str
    title: str
    unit: str
    since: date
    lifted_at: datetime | None


class MeasureToLift(Out):
    """What a unit has to lift because a record was repaired, with no more about the case than is needed for that."""

    repair_id: str
    number: str
    record_id: str
    record_title: str
    determined_by: str
    code: str
    title: str
    due: DueView
    is_late: bool
    lifted_at: datetime | None

    @classmethod
    def of(cls, case: Repair, step: Step, code: str, today: date) -> "MeasureToLift":
        return cls.showing(
            case,
            repair_id=case.id,
            determined_by=case.provider_unit,
            code=code,
            title=measure_title(case.jurisdiction, code, today),
            due=DueView.of(step.due),
            is_late=step.is_late(today),
            lifted_at=step.done_at,
        )


class PledgeView(Out):
    version: str
    digest: str
    accepted_at: datetime


class RepairView(CaseView):
    """A repair as its resident, its unit or an officer sees it. `conditions`, for the last two while it is open: each as it
    stands today, by the record and by what the resident stated. `ask`: what the resident is asked to do now."""

    record_id: str
    record_title: str
    addressee: Addressee
    provider_unit: str
    performance: str
    duty_performed_on: date | None
    pledge: PledgeView
    is_open: bool
    filed_at: datetime
    material: MaterialListView | None
    extension: ExtensionView | None
    decision: DecisionView | None
    barred_until: date | None
    bar: BarView | None
    warning: str | None
    remedies: tuple[RemedyView, ...]
    measures: tuple[MeasureView, ...]
    follow_through: tuple[CopyView, ...]
    ask: str | None
    conditions: tuple[ConditionView, ...] = ()
    fee_notice: str = FEE_NOTICE


class RepairLine(LineView):
    """A repair in a list. `ask`: what its resident is asked to do now."""

    record_id: str
    record_title: str
    jurisdiction: str
    addressee: Addressee
    filed_at: datetime
    ask: str | None

    @classmethod
    def of(cls, case: Repair, today: date) -> "RepairLine":
        return cls.of_case(case, TABLE, today, ask=asked(case))


def view(
    case: Repair,
    record: Record,
    evidence: Sequence[Evidence],
    viewer: Role,
    today: date,
    conditions: Sequence[Condition] = (),
) -> RepairView:
    """`viewer` decides what is left out: names of staff and their notes are for officers."""
    is_approved = case.status == "approved" and case.decided_at is not None
    steps: dict[str, Step] = {step.key.partition("/")[2]: step for step in case.steps if step.clock == FOLLOW}
    return RepairView.of_case(
        case,
        TABLE,
        viewer,
        today,
        evidence,
        applies=lambda action: applies(action, case, record, today),
        ask=asked(case),
        extension=ExtensionView.of(case.extension, case.jurisdiction) if case.extension else None,
        bar=BarView.of(case.bar, case.jurisdiction) if case.bar else None,
        remedies=RemedyView.all_of(case.remedies, case.jurisdiction),
        measures=tuple(
            MeasureView(m.code, measure_title(record.jurisdiction, m.code, today), m.unit, m.since, m.lifted_at)
            for m in record.measures
        )
        if is_approved
        else (),
        follow_through=copies_told(record, case.decided_at, steps, today) if is_approved and case.decided_at else (),
        conditions=tuple(map(ConditionView.showing, conditions)),
    )
