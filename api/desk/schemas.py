"""Requests and replies of the desk."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from api.desk.models import Breach, Docket
from api.infra.sources import DueView, SourceView
from api.infra.steps import Examination, Step
from knowledge.citations import Certainty

Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=500, pattern=r"\S")]


class StepView(msgspec.Struct, frozen=True, rename="camel"):
    """A running or finished clock. `elapsed` counts the working days that count, `elapsedInAll` also those left out."""

    clock: str
    title: str
    owed_by: str
    started_on: date
    due: DueView
    elapsed: int
    elapsed_in_all: int
    is_late: bool
    done_at: datetime | None
    paused: tuple[Examination, ...]

    @classmethod
    def of(cls, step: Step, today: date) -> "StepView":
        due = step.due
        elapsed, in_all = step.elapsed(today)
        return cls(
            clock=step.clock,
            title=due.title,
            owed_by=step.owed_by,
            started_on=step.started_on,
            due=DueView.of(due),
            elapsed=elapsed,
            elapsed_in_all=in_all,
            is_late=step.is_late(today),
            done_at=step.done_at,
            paused=step.paused,
        )


class DocketView(msgspec.Struct, frozen=True, rename="camel"):
    """A line of the queue; `next` is the step that is due first."""

    case_ref: str
    errand: str
    number: str
    status: str
    assignee: str | None
    is_late: bool
    next: StepView

    @classmethod
    def of(cls, docket: Docket, today: date) -> "DocketView":
        return cls(
            case_ref=docket.id,
            errand=docket.errand,
            number=docket.number,
            status=docket.status,
            assignee=docket.assignee,
            is_late=docket.due_on < today,
            next=StepView.of(docket.steps[0], today),
        )


class Assign(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`assignee` is a staff id; null puts the case back."""

    assignee: Annotated[str, msgspec.Meta(pattern=r"^stf_[0-9a-z_]{1,60}$")] | None
    reason: Reason


class BreachView(msgspec.Struct, frozen=True, rename="camel"):
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
        return cls(
            case_ref=breach.case,
            errand=breach.errand,
            number=breach.number,
            clock=breach.clock,
            title=breach.title,
            owed_by=breach.owed_by,
            started_on=breach.started_on,
            due_on=breach.due_on,
            is_statutory=breach.is_statutory,
            citation=SourceView.of(breach.citation),
            certainty=breach.certainty,
            reason=breach.reason,
            recorded_at=breach.recorded_at,
            done_at=breach.done_at,
        )


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


def csv_row(breach: Breach) -> list[str]:
    """A cell that a spreadsheet would run as a formula is quoted."""
    cells = [
        breach.number,
        breach.errand,
        breach.jurisdiction,
        breach.title,
        breach.owed_by,
        breach.started_on.isoformat(),
        breach.due_on.isoformat(),
        "是" if breach.is_statutory else "否",
        breach.citation.label,
        breach.recorded_at.isoformat(),
        breach.done_at.isoformat() if breach.done_at else "",
        breach.reason,
    ]
    return [f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell for cell in cells]
