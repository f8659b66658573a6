"""Where someone can go who does not accept a decision: by who decided, with the competent body and, where law counts one,
the last day.

An authority's decision can be reviewed and sued; a company's cannot: there is complaint and civil suit; a court has ways of
its own.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from knowledge.citations import Certainty, Citation
from knowledge.clocks import DueDate, due
from knowledge.loading import library
from knowledge.models import RemedyRow
from knowledge.rules import NATIONAL, check_date, check_jurisdiction

__all__ = ["DECIDERS", "Decider", "Remedy", "remedies", "remedy"]

Decider = Literal["authority", "centre", "company", "court"]
DECIDERS: tuple[Decider, ...] = ("authority", "centre", "company", "court")


class Remedy(Struct, frozen=True):
    """One way. `due` is the last day where law counts one from the day on which the decision was told; `certainty` is that
    of the way itself, `note` what is not verified of it.
    """

    id: str
    title: str
    body: str
    due: DueDate | None
    citation: Citation
    certainty: Certainty
    note: str


def remedies(decided_by: Decider, jurisdiction: str, told_on: date) -> tuple[Remedy, ...]:
    """Every way against who decided, in the order in which a resident would look at them."""
    check_jurisdiction(jurisdiction)
    check_date(told_on)
    return tuple(
        _dated(row, jurisdiction, told_on)
        for row in library().remedies
        if decided_by in row.decided_by and row.jurisdiction in (jurisdiction, NATIONAL)
    )


def remedy(remedy_id: str, jurisdiction: str, told_on: date) -> Remedy | None:
    """The way of this id in the place, as on the day that it was told; None where the data no longer has it."""
    for row in library().remedies:
        if row.id == remedy_id and row.jurisdiction in (jurisdiction, NATIONAL):
            return _dated(row, jurisdiction, told_on)
    return None


def _dated(row: RemedyRow, jurisdiction: str, told_on: date) -> Remedy:
    day = due(row.clock, jurisdiction, told_on) if row.clock else None
    return Remedy(row.id, row.title, row.body, day, row.citation, row.certainty, row.note)
