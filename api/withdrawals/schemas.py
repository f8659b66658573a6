"""Requests and replies about withdrawals."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from api.desk.schemas import AllowedView, CopyView, StaffStep, UnitStep
from api.desk.schemas import StepView as ClockView
from api.infra.actors import Role
from api.infra.sources import SourceView, WordingView
from api.infra.transitions import HistoryEntry
from api.infra.wire import Id, In, Out
from api.records.models import Record
from api.records.views import DisclosedView
from api.withdrawals.models import Kind, Withdrawal
from api.withdrawals.service import is_to_pass_on
from api.withdrawals.states import table_of

Note = Annotated[str, msgspec.Meta(min_length=2, max_length=500, pattern=r"\S")]


class Withdraw(In):
    """`asCourtesy`: if there is no right, pass the request on to the provider."""

    record_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=50)]
    as_courtesy: bool = False


class Undo(In):
    """`consentVersion` is the version of the consent text that the resident has read."""

    consent_version: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class AnswerCourtesy(UnitStep):
    """A refusal needs a reason."""

    is_agreed: bool
    reason: Note | None = None


class PassOn(StaffStep):
    """The day on which it went to the unit on paper."""

    on: date


class DeclineOnPaper(StaffStep):
    """`reasons` are the unit's, which the resident reads; `reason` is the officer's own note."""

    reasons: Note


class LineView(Out):
    """One line of the report as others can see it."""

    record_id: str
    title: str
    section: str
    source_unit: str
    disclosure: DisclosedView

    @classmethod
    def of(cls, record: Record) -> "LineView":
        return cls(
            record_id=record.id,
            title=record.title,
            section=record.section.value,
            source_unit=record.source_unit,
            disclosure=DisclosedView.showing(record.disclosure),
        )


class ObstacleView(Out):
    """Why it is not possible here, and what is possible instead."""

    code: str
    title: str
    detail: str
    instead: str
    can_ask_as_courtesy: bool
    citation: SourceView | None = None


class PreviewView(Out):
    """What others can see of the person before and after. `obstacle` is null if the withdrawal is possible."""

    record_id: str
    before: tuple[LineView, ...]
    after: tuple[LineView, ...]
    effects: tuple[str, ...]
    citation: SourceView | None
    obstacle: ObstacleView | None = None


class ConsentTextView(WordingView):
    since: date


class StepView(Out):
    at: datetime
    action: str
    label: str
    by: str
    note: str | None


class WithdrawalView(Out):
    """`receipt` is the exact text whose SM3 is `digest`. The `kind` courtesy is a service, not a right under the regulation: its
    clocks are promises, and `passedOn` is when the centre sent it to the unit on paper, where it cannot read it here.
    """

    id: str
    kind: Kind
    status: str
    status_label: str
    is_statutory: bool
    note: str
    number: str
    record_id: str
    title: str
    code: str
    jurisdiction: str
    source_unit: str
    asked_at: datetime
    stopped_at: datetime | None
    passed_on: date | None
    version: int
    clocks: tuple[ClockView, ...]
    receipt: str | None
    digest: str | None
    restored_at: datetime | None
    actions: tuple[AllowedView, ...]
    history: tuple[StepView, ...]
    follow_through: tuple[CopyView, ...] = ()

    @classmethod
    def of(
        cls, case: Withdrawal, today: date, role: Role = Role.RESIDENT, copies: tuple[CopyView, ...] = ()
    ) -> "WithdrawalView":
        """`copies`: the systems that were told, where one withdrawal is looked at."""
        is_right, table = case.kind is Kind.RIGHT, table_of(case.kind)
        return cls.showing(
            case,
            status_label=table.label(case.status),
            is_statutory=is_right,
            note="依条例提出，即时生效。" if is_right else "这是转达请求的服务，不是条例规定的权利，由提供单位决定。",
            record_id=case.record,
            receipt=case.content,
            restored_at=case.consent.at if case.consent else None,
            clocks=tuple(ClockView.of(step, today) for step in case.steps),
            actions=[row for row in table.allowed(case.status, role) if row.action != "pass_on" or is_to_pass_on(case)],
            history=tuple(
                StepView.showing(
                    entry, label=table.row_of(entry).label, by=entry.unit or "本人", note=_note(case, entry, role)
                )
                for entry in case.history
            ),
            follow_through=copies,
        )


def _note(case: Withdrawal, entry: HistoryEntry, viewer: Role) -> str | None:
    """What whoever took the step wrote; of an officer's entry the others read what the unit said."""
    if entry.role is not Role.OFFICER or viewer is Role.OFFICER:
        return entry.note
    return case.said if entry.action == "decline" else None


class ReceiptView(Out):
    """The answer to one request: a number to read out, what was stopped, and the digest of the receipt."""

    number: str
    at: datetime
    digest: str | None
    receipt: str | None
    note: str
    withdrawals: tuple[WithdrawalView, ...]
