"""The packaged calendar against the `holidays` library, day by day."""

from datetime import date, timedelta
from typing import Any

import holidays
import pytest

from knowledge.errors import CalendarUnknown
from knowledge.loading import library
from knowledge.models import CalendarYear, Holiday
from knowledge.packaged import Faults
from knowledge.working_days import WorkingDays

DAY = timedelta(days=1)


def days_of(*years: int) -> list[date]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [first + DAY * offset for offset in range((last - first).days + 1)]


def test_every_published_day_agrees_with_a_second_source() -> None:
    calendar = library().working_days
    china = holidays.country_holidays("CN", years=range(2020, 2028))
    assert calendar.published_until == date(2026, 12, 31)
    assert [d for d in days_of(2021, 2026) if calendar.is_working(d) != china.is_working_day(d)] == []


def test_2026_is_the_notice_of_the_state_council() -> None:
    calendar = library().working_days
    working_weekends = {d for d in days_of(2026) if d.isoweekday() > 5 and calendar.is_working(d)}
    assert working_weekends == {
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    }
    off = {d for d in days_of(2026) if "假期" in calendar.why_off(d)}
    assert len(off) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    assert calendar.why_off(date(2026, 2, 23)) == "春节假期"
    year = next(y for y in calendar.years if y.year == 2026)
    assert year.notice == "国务院办公厅关于2026年部分节假日安排的通知"
    assert year.certainty.is_verified


def test_a_year_without_a_notice_is_an_estimate_and_still_has_its_statutory_holidays() -> None:
    calendar = library().working_days
    assert calendar.is_estimated(date(2027, 1, 1))
    assert not calendar.is_estimated(date(2026, 12, 31))
    assert calendar.why_off(date(2027, 2, 8)) == "春节假期"
    assert all(not y.working_weekends for y in calendar.years if not y.is_published)


def test_outside_the_packaged_years_no_day_is_called_working_or_off() -> None:
    for day in (date(2020, 12, 31), date(2032, 1, 1)):
        with pytest.raises(CalendarUnknown):
            library().working_days.is_working(day)


def year(number: int, **changes: object) -> CalendarYear:
    values: dict[str, Any] = {
        "year": number,
        "is_published": True,
        "notice": "通知",
        "certainty": "seen",
        "holidays": (Holiday("元旦", date(number, 1, 1), date(number, 1, 1)),),
    }
    return CalendarYear(**(values | changes))


@pytest.mark.parametrize(
    ("years", "fault"),
    [
        ([year(2026, holidays=())], "calendar 2026: has no days off"),
        ([year(2026, notice="")], "calendar 2026: names no notice"),
        ([year(2026), year(2026)], "calendar 2026: stands twice"),
        ([year(2024), year(2026)], "calendar 2026: the year before it is 2024"),
        ([year(2025, is_published=False), year(2026)], "calendar 2026: is published, but 2025 is not"),
        ([year(2026, working_weekends=(date(2026, 3, 2),))], "2026-03-02 is no weekend"),
        ([year(2026, working_weekends=(date(2025, 3, 1),))], "2025-03-01 is no weekend of the year"),
        (
            [year(2026, holidays=(Holiday("春节", date(2026, 2, 8), date(2026, 2, 7)),))],
            "2026-02-08 to 2026-02-07 is no run of days",
        ),
        (
            [year(2026, holidays=(Holiday("元旦", date(2025, 12, 31), date(2026, 1, 1)),))],
            "2025-12-31 to 2026-01-01 is no run of days of the year",
        ),
        (
            [
                year(
                    2026,
                    holidays=(Holiday("清明节", date(2026, 4, 4), date(2026, 4, 6)),),
                    working_weekends=(date(2026, 4, 4),),
                )
            ],
            "2026-04-04 is no weekend of the year that could be a working day",
        ),
    ],
)
def test_a_calendar_that_cannot_be_right_is_a_fault(years: list[Any], fault: str) -> None:
    faults = Faults()
    WorkingDays.of(years, faults)
    assert any(fault in line for line in faults.lines), faults.lines


def test_without_any_year_nothing_is_known() -> None:
    empty = WorkingDays.of([], Faults())
    with pytest.raises(CalendarUnknown, match="packaged years: none"):
        empty.why_off(date(2026, 1, 1))
