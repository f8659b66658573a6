"""Incentives and penalty measures by list code. What is not listed must not be shown as applicable (Dalian
28, Yunnan 27).
"""

from datetime import date

from knowledge.errors import UnknownMeasure
from knowledge.loading import library
from knowledge.models import Measure
from knowledge.rules import NATIONAL, check_date, check_jurisdiction, in_force_among, version_on

__all__ = ["Measure", "edition", "measure", "measures"]


def measures(jurisdiction: str, on: date) -> tuple[Measure, ...]:
    """The place's own measures and the national ones on a date; see `certainty` for what has been checked."""
    check_jurisdiction(jurisdiction)
    check_date(on)
    return in_force_among(library().measures, jurisdiction, on)


def edition(on: date) -> str:
    """Which edition of the national base list is known on a date; empty before the first that was found."""
    check_date(on)
    found = version_on(library().rules["measures.edition"][NATIONAL], on)
    return str(found.value) if found else ""


def measure(jurisdiction: str, code: str, on: date) -> Measure:
    """Raises UnknownMeasure with the codes that are listed."""
    listed = measures(jurisdiction, on)
    for row in listed:
        if row.code == code:
            return row
    known = ", ".join(row.code for row in listed) or "none"
    raise UnknownMeasure(f"{code!r} is not on the lists of {jurisdiction} on {on}; listed: {known}")
