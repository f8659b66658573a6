"""The working-day calendar: weekdays, the yearly notices on days off, and the weekends they make working
days.
"""

from calendar import SATURDAY, SUNDAY
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise

import msgspec
from msgspec import Struct

from knowledge.errors import CalendarUnknown
from knowledge.models import CalendarYear
from knowledge.packaged import Faults

_DAY = timedelta(days=1)
_WEEKEND = {int(SATURDAY): "星期六", int(SUNDAY): "星期日"}


class WorkingDays(Struct, frozen=True):
    """Why each known day is off; a working day has the empty reason. `published_until` ends the last
    noticed year, `digest` tells these years from others.
    """

    reasons: dict[date, str]
    years: tuple[CalendarYear, ...]
    published_until: date
    digest: str

    @classmethod
    def of(cls, years: Iterable[CalendarYear], faults: Faults) -> "WorkingDays":
        by_year: dict[int, CalendarYear] = {}
        for year in years:
            _check(year, faults)
            if year.year in by_year:
                faults.add(f"calendar {year.year}", "stands twice")
            by_year[year.year] = year
        ordered = [by_year[number] for number in sorted(by_year)]
        for earlier, later in pairwise(ordered):
            if later.year != earlier.year + 1:
                faults.add(f"calendar {later.year}", f"the year before it is {earlier.year}")
            if later.is_published and not earlier.is_published:
                faults.add(f"calendar {later.year}", f"is published, but {earlier.year} is not")
        reasons: dict[date, str] = {}
        for year in ordered:
            reasons.update(_reasons(year))
        published = [year.year for year in ordered if year.is_published]
        last = date(published[-1] + 1, 1, 1) - _DAY if published else date.min
        return cls(reasons, tuple(ordered), last, sha256(msgspec.json.encode(ordered)).hexdigest())

    def why_off(self, day: date) -> str:
        """星期六, 春节假期 … or the empty string for a working day; raises CalendarUnknown outside the
        packaged years.
        """
        try:
            return self.reasons[day]
        except KeyError:
            known = f"{self.years[0].year}–{self.years[-1].year}" if self.years else "none"
            raise CalendarUnknown(f"no calendar for {day.year}; packaged years: {known}") from None

    def is_working(self, day: date) -> bool:
        return not self.why_off(day)

    def is_estimated(self, day: date) -> bool:
        """Past the last year with a published notice, the yearly exchange of days is not known."""
        return day > self.published_until

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day if it is off."""
        while self.why_off(day):
            day += _DAY
        return day


def _check(year: CalendarYear, faults: Faults) -> None:
    """A year without days off is not a year without holidays: it is a notice that nobody has entered."""
    where = f"calendar {year.year}"
    if not year.holidays:
        faults.add(where, "has no days off")
    if not year.notice:
        faults.add(where, "names no notice")
    for holiday in year.holidays:
        if not holiday.first <= holiday.last or {holiday.first.year, holiday.last.year} != {year.year}:
            faults.add(where, f"{holiday.title}: {holiday.first} to {holiday.last} is no run of days of the year")
    off = {day for holiday in year.holidays for day in _days(holiday.first, holiday.last)}
    for day in year.working_weekends:
        if day.year != year.year or day.weekday() not in _WEEKEND or day in off:
            faults.add(where, f"{day} is no weekend of the year that could be a working day")


def _reasons(year: CalendarYear) -> dict[date, str]:
    first, last = date(year.year, 1, 1), date(year.year + 1, 1, 1) - _DAY
    reasons = {day: _WEEKEND.get(day.weekday(), "") for day in _days(first, last)}
    reasons.update(dict.fromkeys(year.working_weekends, ""))
    for holiday in year.holidays:
        reasons.update(dict.fromkeys(_days(holiday.first, holiday.last), f"{holiday.title}假期"))
    return reasons


def _days(first: date, last: date) -> list[date]:
    return [first + _DAY * offset for offset in range((last - first).days + 1)]
