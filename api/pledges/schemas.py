"""Requests and replies about pledges."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from api.desk.schemas import AllowedView, PartyView, StepView, UnitStep
from api.infra.actors import Role
from api.infra.clock import civil_date
from api.infra.sources import DueView, SourceView
from api.infra.wire import Id, In, Jurisdiction, Out
from api.pledges.models import Outcome, Pledge
from api.pledges.states import TABLE
from api.pledges.texts import REPAIR, Text, text_of
from knowledge.citations import Certainty
from knowledge.rules import in_force

Words = Annotated[str, msgspec.Meta(min_length=2, max_length=1000, pattern=r"\S")]


class Sign(In):
    """`recipient` is a provider's id; without it the pledge is made to the centre."""

    jurisdiction: Jurisdiction
    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    text_version: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    content: Words
    due_on: date
    consequence_accepted: bool
    recipient: Id | None = None


class Perform(In):
    """`evidence` are ids of uploaded files."""

    note: Words
    evidence: Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)] = ()


class Find(UnitStep):
    outcome: Outcome
    reason: Words


class BarView(Out):
    """For how long a broken repair pledge bars another application, and how certain that is."""

    text: str
    citation: SourceView
    certainty: Certainty
    is_verified: bool


class TextView(Out):
    """`coolingOffHours` is a promise of this service, not law. `citation` is the reason why the outcome enters the record."""

    kind: str
    version: str
    title: str
    text: str
    consequence: str
    cooling_off_hours: int
    is_public: bool
    citation: SourceView
    bar: BarView | None

    @classmethod
    def of(cls, text: Text, jurisdiction: str, on: date) -> "TextView":
        return cls.showing(
            text,
            citation=SourceView.of(in_force("pledge.recorded", jurisdiction, on).citation),
            bar=_threat(jurisdiction, on) if text.kind == REPAIR else None,
        )


class RecipientView(Out):
    """A unit to which a pledge can be made; `id` goes into the pledge's `recipient`."""

    id: str
    name: str


class SaidView(Out):
    at: datetime
    note: str
    evidence: tuple[str, ...]


class FoundView(Out):
    at: datetime
    outcome: Outcome
    unit: str
    reason: str


class PledgeView(Out):
    """`bar` says until when a broken repair pledge bars another application, and how certain that number is."""

    id: str
    number: str
    version: int
    status: str
    status_label: str
    kind: str
    title: str
    jurisdiction: str
    text_version: str
    text: str
    consequence: str
    content: str
    recipient_unit: str
    signed_at: datetime
    effective_at: datetime
    due: DueView | None
    record_id: str | None
    repair_id: str | None
    performances: tuple[SaidView, ...]
    finding: FoundView | None
    bar: DueView | None
    clocks: tuple[StepView, ...]
    actions: tuple[AllowedView, ...]
    party: PartyView | None = None

    @classmethod
    def of(cls, case: Pledge, today: date, role: Role = Role.RESIDENT, party: PartyView | None = None) -> "PledgeView":
        text = text_of(case.text_version)
        return cls.showing(
            case,
            status_label=TABLE.label(case.status),
            text=text.text,
            consequence=text.consequence,
            due=DueView.agreed(case.due_on, "您在承诺中写明的履行期限。") if case.due_on else None,
            record_id=case.record,
            repair_id=case.repair,
            bar=_bar(case),
            clocks=tuple(StepView.of(step, today) for step in case.steps),
            actions=TABLE.allowed(case.status, role),
            party=party,
        )


def _threat(jurisdiction: str, on: date) -> BarView:
    rule = in_force("repair.breach_bar", jurisdiction, on)
    return BarView(
        text=f"{rule.title}：{rule.value}（{rule.certainty.label}）。{rule.note}",
        citation=SourceView.of(rule.citation),
        certainty=rule.certainty,
        is_verified=rule.certainty.is_verified,
    )


def _bar(case: Pledge) -> DueView | None:
    if case.barred_until is None or case.finding is None:
        return None
    rule = in_force("repair.breach_bar", case.jurisdiction, civil_date(case.finding.at))
    return DueView(
        on=case.barred_until,
        is_estimated=False,
        is_statutory=rule.is_statutory,
        reason=f"{rule.title}：{rule.value}（{rule.certainty.label}）。",
        citation=SourceView.of(rule.citation),
        certainty=rule.certainty,
    )
