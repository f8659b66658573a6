"""Statutory clocks: from the event that starts one to the day it ends, with the reason.

The day of the event is not counted (civil code 201). Working days are those of the published calendar. A
count of months ends on the same day of the last month, or on its last day (202). A last day that is off moves
to the next working day (203).
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, date, timedelta
from itertools import groupby

from msgspec import Struct

from knowledge.citations import Certainty, Citation
from knowledge.errors import ImpossibleDates, NoRuleInForce, PauseNotAllowed, UnknownClock
from knowledge.loading import library
from knowledge.models import DatedRule, Unit
from knowledge.remembering import remembered
from knowledge.rules import NATIONAL, check_jurisdiction, in_force
from knowledge.working_days import WorkingDays

__all__ = ["DueDate", "Pause", "SkippedDay", "add_months", "clocks", "due", "pause_kinds"]

_DAY = timedelta(days=1)
_MONTHS = 12  # of a year
_SERVICE = "service"  # the instrument of what the product promises itself
_UNITS = {
    "working_days": "个工作日",
    "calendar_days": "日",
    "months": "个月",
    "years": "年",
}


class Pause(Struct, frozen=True):
    """Time the law leaves out of a clock, both days included. `kind` is one of `pause_kinds(...)`."""

    kind: str
    from_on: date
    until_on: date


class SkippedDay(Struct, frozen=True):
    """A day that did not count, and why, in Chinese."""

    on: date
    why: str


class DueDate(Struct, frozen=True):
    """The last day of a clock. `counted` are the working days that counted; a clock in months or calendar
    days has none.
    `is_estimated` says that the count reached a year without a published notice on working days."""

    clock: str
    title: str
    jurisdiction: str
    received_on: date
    on: date
    is_estimated: bool
    is_statutory: bool
    citation: Citation
    certainty: Certainty
    length: int
    unit: Unit
    counted: tuple[date, ...]
    skipped: tuple[SkippedDay, ...]
    reason: str


def clocks(jurisdiction: str | None = None) -> tuple[str, ...]:
    """The names of all clocks, or of those a jurisdiction has, national ones included."""
    places = None if jurisdiction is None else {check_jurisdiction(jurisdiction), NATIONAL}
    return tuple(
        name
        for name, by_place in library().rules.items()
        if any(v[0].starts and (places is None or place in places) for place, v in by_place.items())
    )


def pause_kinds(clock: str, jurisdiction: str) -> tuple[str, ...]:
    """The steps whose time is left out of this clock; empty where the law lets it run on."""
    return tuple(k.id for k in library().pause_kinds if k.jurisdiction == jurisdiction and clock in k.clocks)


def due(
    clock: str, jurisdiction: str, received_on: date, pauses: Sequence[Pause] = (), days: WorkingDays | None = None
) -> DueDate:
    """The day by which the clock that began on `received_on` ends; by other working days than those that are known where
    `days` are given.

    Raises UnknownClock, UnknownJurisdiction, NoRuleInForce, PauseNotAllowed, ImpossibleDates or
    CalendarUnknown.
    """
    if not pauses and days is None:
        return _due_by_the_law(clock, jurisdiction, received_on)
    return _due(clock, jurisdiction, received_on, pauses, days)


@remembered(4096)
def _due_by_the_law(clock: str, jurisdiction: str, received_on: date) -> DueDate:
    """Without pauses and by the known working days: every case that begins on a day asks for the same."""
    return _due(clock, jurisdiction, received_on, (), None)


def _due(
    clock: str, jurisdiction: str, received_on: date, pauses: Sequence[Pause], days: WorkingDays | None
) -> DueDate:
    rule = _clock(clock, jurisdiction, received_on)
    paused = _paused(rule, jurisdiction, pauses)
    assert isinstance(rule.value, int)
    days = days or library().working_days
    if rule.unit == "working_days":
        counted, skipped, on = count_working_days(days, received_on, rule.value, paused)
    else:
        counted = ()
        on, skipped = end_of(rule, received_on, days)
    last_seen = max(on, skipped[-1].on) if skipped else on
    is_estimated = rule.unit != "at_once" and days.is_estimated(last_seen)
    return DueDate(
        clock=clock,
        title=rule.title,
        jurisdiction=rule.jurisdiction,
        received_on=received_on,
        on=on,
        is_estimated=is_estimated,
        is_statutory=rule.is_statutory,
        citation=rule.citation,
        certainty=rule.certainty,
        length=rule.value,
        unit=rule.unit,
        counted=counted,
        skipped=skipped,
        reason=_reason(rule, received_on, on, skipped, is_estimated),
    )


def end_of(rule: DatedRule, begins_on: date, days: WorkingDays | None = None) -> tuple[date, tuple[SkippedDay, ...]]:
    """The last day of a rule in calendar units, with the days off over which it moved."""
    assert isinstance(rule.value, int)
    if rule.unit == "at_once":
        return begins_on, ()
    if rule.unit == "calendar_days":
        nominal = begins_on + _DAY * rule.value
    else:
        nominal = add_months(begins_on, rule.value * _MONTHS if rule.unit == "years" else rule.value)
    if not rule.moves_to_working_day:
        return nominal, ()
    days = days or library().working_days
    on = days.on_or_after(nominal)
    return on, tuple(
        SkippedDay(day, days.why_off(day)) for day in (nominal + _DAY * n for n in range((on - nominal).days))
    )


def count_working_days(
    days: WorkingDays, received_on: date, length: int, paused: dict[date, str]
) -> tuple[tuple[date, ...], tuple[SkippedDay, ...], date]:
    """The days that count, the days that do not and why, and the last day; the day of receipt is neither."""
    counted: list[date] = []
    skipped: list[SkippedDay] = []
    day = received_on
    while len(counted) < length:
        day += _DAY
        why = days.why_off(day) or paused.get(day, "")
        if why:
            skipped.append(SkippedDay(day, why))
        else:
            counted.append(day)
    return tuple(counted), tuple(skipped), day


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month if it is shorter (civil code 202).

    Raises ImpossibleDates beyond the years that a date can have.
    """
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    if not MINYEAR <= year <= MAXYEAR:
        raise ImpossibleDates(f"no calendar goes {months} months from {day}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def chinese_date(day: date) -> str:
    """2026年2月14日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _clock(clock: str, jurisdiction: str, on: date) -> DatedRule:
    by_place = library().rules.get(clock, {})
    if not any(versions[0].starts for versions in by_place.values()):
        raise UnknownClock(f"unknown clock {clock!r}; known: {', '.join(clocks())}")
    check_jurisdiction(jurisdiction)
    if jurisdiction not in by_place and NATIONAL not in by_place:
        raise NoRuleInForce(
            f"clock {clock} does not exist in {jurisdiction}; it has: {', '.join(clocks(jurisdiction))}"
        )
    return in_force(clock, jurisdiction, on)


def _paused(rule: DatedRule, jurisdiction: str, pauses: Sequence[Pause]) -> dict[date, str]:
    if not pauses:
        return {}
    kinds = {k.id: k.title for k in library().pause_kinds if k.jurisdiction == jurisdiction and rule.id in k.clocks}
    if not kinds:
        raise PauseNotAllowed(f"clock {rule.id} cannot be paused in {jurisdiction}: {rule.citation.label}")
    paused: dict[date, str] = {}
    for pause in pauses:
        if pause.kind not in kinds:
            raise PauseNotAllowed(f"unknown pause {pause.kind!r} of {rule.id}; known: {', '.join(kinds)}")
        if pause.until_on < pause.from_on:
            raise ImpossibleDates(f"a pause from {pause.from_on} cannot end on {pause.until_on}")
        for offset in range((pause.until_on - pause.from_on).days + 1):
            paused.setdefault(pause.from_on + _DAY * offset, f"{kinds[pause.kind]}所需时间不计入")
    return paused


def _reason(rule: DatedRule, received_on: date, on: date, skipped: tuple[SkippedDay, ...], is_estimated: bool) -> str:
    if rule.unit == "at_once":
        parts = [f"{rule.title}：{chinese_date(received_on)}{rule.starts}，应当立即办理"]
    else:
        parts = [
            f"{rule.title}：{chinese_date(received_on)}{rule.starts}，当日不计入，"
            f"{rule.value}{_UNITS[rule.unit]}至{chinese_date(on)}届满"
        ]
    if skipped:
        moved = "其间不计" if rule.unit == "working_days" else "届满日逢休息日顺延，其间不计"
        parts.append(moved + "、".join(_runs(skipped)))
    if rule.is_statutory:
        parts.append(f"依据{rule.citation.label}（{rule.certainty.label}）")
    elif rule.citation.regulation == _SERVICE:
        parts.append(f"依据{rule.citation.label}，这是服务约定，不是法定期限")
    else:
        parts.append(f"参照{rule.citation.label}，天数{rule.certainty.label}，不作为法定期限")
    if is_estimated:
        parts.append("涉及的年份尚未公布放假安排，日期为估算")
    return "；".join(parts) + "。"


def _runs(skipped: tuple[SkippedDay, ...]) -> list[str]:
    runs = []
    for why, days in groupby(skipped, key=lambda day: day.why):
        run = [f"{day.on.month}月{day.on.day}日" for day in days]
        runs.append(f"{run[0]}（{why}）" if len(run) == 1 else f"{run[0]}至{run[-1]}（{why}）")
    return runs
