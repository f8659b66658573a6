"""Requests and replies of the desk."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Protocol, Self

import msgspec

from api.desk.models import Breach, Docket, Remedy
from api.evidence.models import Evidence
from api.evidence.schemas import EvidenceView
from api.infra.actors import Role
from api.infra.cases import Followed
from api.infra.clock import SHANGHAI
from api.infra.errands import Errand, Errands
from api.infra.privacy import mask_name, mask_number
from api.infra.sheets import without_formula
from api.infra.sources import DueView, SourceView
from api.infra.steps import Examination, Step, next_due
from api.infra.transitions import HistoryEntry, Row, Table
from api.infra.wire import In, Out
from api.records.models import Record
from knowledge.citations import Certainty
from knowledge.loading import library
from knowledge.places import place
from knowledge.remedies import remedy as way

Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=500, pattern=r"\S")]


class DayView(Out):
    on: date
    is_working: bool


_PAUSES = {kind.id: kind.title for kind in library().pause_kinds}


class ExaminationView(Out):
    """Time that does not count, both days included: what for, by whom, and until when (expected until it is over)."""

    kind: str
    title: str
    by: str
    ordered_on: date | None
    from_on: date
    until_on: date
    is_over: bool

    @classmethod
    def of(cls, one: Examination) -> "ExaminationView":
        return cls.showing(one, title=_PAUSES.get(one.kind, one.kind))


class PartyView(Out):
    """The person of a case, masked: enough to tell two people apart, not to identify either."""

    name: str
    document_number: str

    @classmethod
    def of(cls, record: Record) -> "PartyView":
        who = record.particulars
        return cls(name=mask_name(who.name), document_number=mask_number(who.document_number))


class StepView(Out):
    """A running or finished clock. `elapsed` is the working days that count, `elapsedInAll` includes those that do not.

    `left`: working days until it is due, below zero when late. `week`: eight days to draw. Both only while it runs.
    """

    clock: str
    title: str
    owed_by: str
    started_on: date
    due: DueView
    elapsed: int
    elapsed_in_all: int
    left: int | None
    week: tuple[DayView, ...]
    is_late: bool
    done_at: datetime | None
    paused: tuple[ExaminationView, ...]

    @classmethod
    def of(cls, step: Step, today: date) -> "StepView":
        due = step.due
        elapsed, in_all = step.elapsed(today)
        return cls.showing(
            step,
            title=due.title,
            due=DueView.of(due),
            elapsed=elapsed,
            elapsed_in_all=in_all,
            left=step.left(today) if step.is_open else None,
            week=tuple(DayView(*day) for day in step.week(today)) if step.is_open else (),
            is_late=step.is_late(today),
            paused=tuple(map(ExaminationView.of, step.paused)),
        )

    @classmethod
    def next_of(cls, steps: Iterable[Step], today: date) -> "StepView | None":
        """The running clock that is due first."""
        first = next_due(steps)
        return cls.of(first, today) if first else None


class StaffStep(In, kw_only=True):
    """`reason` is the officer's own note, never shown to others. `version`: what the officer saw; another is refused."""

    reason: Reason
    version: int | None = None


class UnitStep(In, kw_only=True):
    """What the determining unit does with its own key. `version`: what it saw; another is refused."""

    version: int | None = None


class Nothing(In):
    """An empty object: the path says what to do."""


class AllowedView(Out):
    """Something that can be done now."""

    action: str
    label: str


class ActionView(AllowedView):
    """Something that can be done now. `law` are the articles of the case's place; empty if it is a service there."""

    law: tuple[str, ...]

    @classmethod
    def of(cls, row: Row, place: str) -> "ActionView":
        return cls(action=row.action.replace("_", "-"), label=row.label, law=row.law_in(place))


class HappenedView(Out, omit_defaults=True):
    """A line of the history. Only officers see `by` and `note`."""

    at: datetime
    action: str
    label: str
    role: Role
    unit: str | None
    law: tuple[str, ...]
    by: str | None = None
    note: str | None = None

    @classmethod
    def of(cls, entry: HistoryEntry, table: Table, viewer: Role, place: str) -> "HappenedView":
        row = table.row_of(entry)
        is_staff = viewer is Role.OFFICER
        return cls(
            at=entry.at,
            action=entry.action.replace("_", "-"),
            label=row.label,
            role=entry.role,
            unit=entry.unit or ("本人" if entry.role is Role.RESIDENT else None),
            law=row.law_in(place),
            by=entry.by if is_staff else None,
            note=entry.note if is_staff else None,
        )


class Handled(Followed, Protocol):
    """A case with clocks and history, of whichever errand."""

    @property
    def history(self) -> tuple[HistoryEntry, ...]: ...


class LineView(Out):
    """Base of the lines of lists of cases. `next` is the step that is due first."""

    id: str
    number: str
    status: str
    status_label: str
    is_open: bool
    next: StepView | None

    @classmethod
    def of_case(cls, case: Followed, table: Table, today: date, **rest: Any) -> Self:
        return cls.showing(
            case, status_label=table.label(case.status), next=StepView.next_of(case.steps, today), **rest
        )


class CaseView(Out):
    """Base of the views of a handled case with its files."""

    id: str
    number: str
    jurisdiction: str
    status: str
    status_label: str
    clocks: tuple[StepView, ...]
    evidence: tuple[EvidenceView, ...]
    history: tuple[HappenedView, ...]
    actions: tuple[ActionView, ...]
    version: int

    @classmethod
    def of_case(
        cls,
        case: Handled,
        table: Table,
        viewer: Role,
        today: date,
        evidence: Iterable[Evidence] = (),
        *,
        applies: Callable[[str], bool] = lambda _: True,
        **rest: Any,
    ) -> Self:
        """`applies` says of an action that the table allows whether there is something to do it to."""
        place = case.jurisdiction
        return cls.showing(
            case,
            status_label=table.label(case.status),
            clocks=tuple(StepView.of(step, today) for step in case.steps),
            evidence=tuple(map(EvidenceView.of, evidence)),
            history=tuple(HappenedView.of(entry, table, viewer, place) for entry in case.history),
            actions=tuple(
                ActionView.of(row, place) for row in table.allowed(case.status, viewer) if applies(row.action)
            ),
            **rest,
        )


class RemedyView(Out):
    """Where to go next, to whom, and by which day if the law sets one. `note` says which part is not verified."""

    title: str
    body: str
    due: DueView | None
    citation: SourceView
    certainty: Certainty
    note: str

    @classmethod
    def all_of(cls, remedies: Iterable[Remedy], jurisdiction: str) -> "tuple[RemedyView, ...]":
        found = (way(one.clock, jurisdiction, one.starts_on) for one in remedies)
        return tuple(cls.showing(one) for one in found if one is not None)


class CopyView(Out):
    """Another system with a copy of the record: when it was told of the change, by when it has to follow, and when it confirmed."""

    system: str
    told_at: datetime | None
    due: DueView | None
    acknowledged_at: datetime | None
    is_late: bool


def copies_told(record: Record, since: datetime, steps: dict[str, Step], today: date) -> tuple[CopyView, ...]:
    """The systems told of a change at `since` or later; `steps` are theirs, if the law sets days."""
    return tuple(
        CopyView.showing(
            copy,
            due=DueView.of(steps[copy.system].due) if copy.system in steps else None,
            is_late=copy.acknowledged_at is None and copy.system in steps and steps[copy.system].is_late(today),
        )
        for copy in record.copies
        if copy.told_at is not None and copy.told_at >= since
    )


class DocketView(Out):
    """A line of the queue. `next` is the step that is due first, `assigneeName` the name that colleagues see, `about` the deed or
    the kind of the record, `party` the person's name, masked, `urgedOn` the last day on which they urged.
    """

    case_ref: str
    errand: str
    number: str
    status: str
    status_label: str
    assignee: str | None
    assignee_name: str | None
    is_late: bool
    next: StepView
    about: str
    party: str | None
    urged_on: date | None

    @classmethod
    def of(
        cls,
        docket: Docket,
        errand: Errand,
        today: date,
        names: Mapping[str, str],
        about: str = "",
        party: str | None = None,
    ) -> "DocketView":
        return cls.showing(
            docket,
            case_ref=docket.id,
            status_label=errand.label(docket.status),
            assignee_name=names.get(docket.assignee or ""),
            is_late=docket.due_on < today,
            next=StepView.of(docket.steps[0], today),
            about=about or errand.title,
            party=party,
        )


class Assign(In):
    """`assignee` is a staff id; null puts the case back."""

    assignee: Annotated[str, msgspec.Meta(pattern=r"^stf_[0-9a-z_]{1,60}$")] | None
    reason: Reason


class BreachView(Out):
    """A step that was late, with how its day was counted."""

    case_ref: str
    errand: str
    number: str
    clock: str
    title: str
    owed_by: str
    started_on: date
    due_on: date
    is_statutory: bool
    citation: SourceView
    certainty: Certainty
    reason: str
    recorded_at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, breach: Breach) -> "BreachView":
        return cls.showing(breach, case_ref=breach.case)


_COLUMNS = (
    "编号",
    "事项",
    "地区",
    "步骤",
    "责任单位",
    "起算日",
    "到期日",
    "是否法定",
    "依据",
    "发现时间",
    "完成时间",
    "计算说明",
)


def csv_header() -> list[str]:
    return list(_COLUMNS)


def _stamp(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def csv_row(breach: Breach, errands: Errands) -> list[str]:
    """Times are Shanghai's. A cell that a spreadsheet would run as a formula is quoted."""
    cells = [
        breach.number,
        errands[breach.errand].title,
        place(breach.jurisdiction).name,
        breach.title,
        breach.owed_by,
        breach.started_on.isoformat(),
        breach.due_on.isoformat(),
        "是" if breach.is_statutory else "否",
        breach.citation.label,
        _stamp(breach.recorded_at),
        _stamp(breach.done_at) if breach.done_at else "",
        breach.reason,
    ]
    return [without_formula(cell) for cell in cells]
