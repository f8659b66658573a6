"""Monthly figures of a centre: cases in and decided, steps on time, working days for each step; of the residents whose repair
opened, how many were reached and how many applied; and what the bot could not answer.

Counted from the stored cases of the last months, by civil month in Shanghai. They name no person.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import msgspec

from api.desk.casework import Casework
from api.infra.cases import Timing
from api.infra.clock import civil_date, start_of
from api.infra.wire import Out
from api.notices.models import Opened
from knowledge.loading import library
from knowledge.remembering import remembered

COUNTED = ("objections", "repairs")
_WORKED_BY_UNITS = ("objections", "repairs", "letters", "withdrawals", "pledges", "listings")
_DAY = timedelta(days=1)
_AT_ONCE = 1000  # records in one query


class Month(Out):
    """Of one errand: cases that came in and that were decided in the month; steps that were
    settled in it: done in time, or late from their day on."""

    month: str
    errand: str
    incoming: int
    decided: int
    on_time: int
    late: int


class UnitMonth(Out):
    """Steps that one unit owed, by the month in which they were settled."""

    unit: str
    month: str
    on_time: int
    late: int


class StepTime(Out):
    """How many steps of one clock were finished, and the working days that they took, on average to one decimal."""

    clock: str
    title: str
    count: int
    working_days: float


class RepairMonth(Out):
    """Records whose repair opened in the month and whose person was told so; how many of these got a push on the phone, were
    read, and were asked to be repaired by now."""

    month: str
    opened: int
    pushed: int
    read: int
    used: int


class BotWeek(Out):
    """An ISO week (`2026-W47`) of the bot in the place: questions that it could not answer, answers that were voted down, and
    questions asked again."""

    week: str
    unanswered: int
    disliked: int
    again: int


class Figures(Out):
    """`open_late`: steps that are late today and not done. `bot` goes back as far as questions are kept."""

    since: date
    until: date
    months: tuple[Month, ...]
    units: tuple[UnitMonth, ...]
    steps: tuple[StepTime, ...]
    open_late: int
    repairs: tuple[RepairMonth, ...] = ()
    bot: tuple[BotWeek, ...] = ()


FLOOR = 20
"""How many settled steps a published rate needs: with fewer, somebody who knows one case could recognise it."""
_QUARTERS = 4


class PublicUnit(Out):
    """`rate`: of the steps that the unit owed and that were settled in the year, how many in a hundred were done in time; rounded.
    `steps` is rounded down to tens. Both are null where there were fewer than the floor."""

    unit: str
    rate: int | None
    steps: int | None


class PublicFigures(Out):
    """Of the last four whole quarters, so that nothing can be read out of what changes from day to day."""

    jurisdiction: str
    since: date
    until: date
    floor: int
    units: tuple[PublicUnit, ...]


class OwnMonth(Out):
    """Of one unit's own steps: those settled in the month, done in time or late from their day on."""

    month: str
    on_time: int
    late: int


class UnitFigures(Out):
    """What one unit owed: by month, and what is open today, `open_late` of it late."""

    unit: str
    since: date
    until: date
    months: tuple[OwnMonth, ...]
    on_time: int
    late: int
    open: int
    open_late: int


class Told(Protocol):
    def opened_since(self, since: datetime) -> AsyncIterator[Opened]: ...


class Places(Protocol):
    async def of_place(self, jurisdiction: str, record_ids: Sequence[str]) -> list[str]: ...


class FigureService:
    """`bot_weeks` returns the weekly counts of what a place's bot could not answer."""

    def __init__(
        self,
        cases: Mapping[str, Casework[Any]],
        notices: Told,
        records: Places,
        bot_weeks: Callable[[str], Awaitable[tuple[BotWeek, ...]]],
    ) -> None:
        self._notices = notices
        self._records = records
        self._bot_weeks = bot_weeks
        self._cases = {name: cases[name] for name in COUNTED}
        self._of_units = [cases[name] for name in _WORKED_BY_UNITS]
        self._public: dict[str, tuple[date, PublicFigures]] = {}
        self._counting = asyncio.Lock()

    async def read(self, place: str, months: int, now: datetime) -> Figures:
        """Figures of the last `months` civil months, including the current one."""
        today = civil_date(now)
        since = _months_back(today, months - 1)
        count, asked = _Count(today, since), set()
        for name, service in self._cases.items():
            async for case in service.timings(place, start_of(since)):
                count.add(name, case)
                if name == "repairs" and case.record_id:
                    asked.add(case.record_id)
        return msgspec.structs.replace(
            count.figures(), repairs=await self._opened(place, since, asked), bot=await self._bot_weeks(place)
        )

    async def _opened(self, place: str, since: date, asked: set[str]) -> tuple[RepairMonth, ...]:
        """`asked` are the records for which a repair came in since then, or is open."""
        months: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        waiting: dict[str, Opened] = {}

        async def settle() -> None:
            for record in await self._records.of_place(place, list(waiting)):
                one = waiting[record]
                month = months[civil_date(one.told_at).strftime("%Y-%m")]
                for column, holds in enumerate((True, one.is_pushed, one.is_read, record in asked)):
                    month[column] += holds
            waiting.clear()

        async for one in self._notices.opened_since(start_of(since)):
            waiting[one.record] = one
            if len(waiting) == _AT_ONCE:
                await settle()
        if waiting:
            await settle()
        return tuple(RepairMonth(month, *counts) for month, counts in sorted(months.items()))

    async def public(self, place: str, now: datetime) -> PublicFigures:
        """The public figures: each unit's rate, if it has enough steps, without months, cases or persons.

        They are counted once a day, because counting reads every case of four quarters and anybody may ask.
        """
        today = civil_date(now)
        async with self._counting:  # a caller who waited uses the figures of the one before
            kept = self._public.get(place)
            if kept is None or kept[0] != today:
                kept = self._public[place] = today, await self._count_public(place, today)
            return kept[1]

    async def _count_public(self, place: str, today: date) -> PublicFigures:
        quarter = _quarter(today)
        since = _months_back(quarter, 3 * _QUARTERS)
        count = _Count(quarter - _DAY, since)
        for name, service in self._cases.items():
            async for case in service.timings(place, start_of(since)):
                count.add(name, case)
        settled: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for one in count.figures().units:
            if one.month < quarter.strftime("%Y-%m"):
                settled[one.unit][0] += one.on_time
                settled[one.unit][1] += one.late
        return PublicFigures(
            jurisdiction=place,
            since=since,
            until=quarter - _DAY,
            floor=FLOOR,
            units=tuple(_published(unit, *counts) for unit, counts in sorted(settled.items())),
        )

    async def of_unit(self, provider: str, unit: str, months: int, now: datetime) -> UnitFigures:
        """What a unit owed in its cases in the last civil months; `unit` is its name as stored in steps."""
        today = civil_date(now)
        since = _months_back(today, months - 1)
        settled: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        waiting = late = 0
        for service in self._of_units:
            async for case in service.owed(provider):
                for step in case.steps:
                    if step.owed_by != unit:
                        continue
                    is_late = step.is_late(today)
                    waiting += step.done_at is None
                    late += step.done_at is None and is_late
                    on = step.due_on if is_late or step.done_at is None else civil_date(step.done_at)
                    if (is_late or step.done_at is not None) and on >= since:
                        settled[on.strftime("%Y-%m")][is_late] += 1
        return UnitFigures(
            unit=unit,
            since=since,
            until=today,
            months=tuple(OwnMonth(month, *counts) for month, counts in sorted(settled.items())),
            on_time=sum(counts[0] for counts in settled.values()),
            late=sum(counts[1] for counts in settled.values()),
            open=waiting,
            open_late=late,
        )


class _Count:
    def __init__(self, today: date, since: date) -> None:
        self._today, self._since = today, since
        self._months: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._units: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._steps: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._titles: dict[str, str] = {}
        self._open_late = 0

    def add(self, errand: str, case: Timing) -> None:
        for column, at in ((0, case.filed_at), (1, case.decided_at)):
            if at is not None and civil_date(at) >= self._since:
                self._months[civil_date(at).strftime("%Y-%m"), errand][column] += 1
        for step in case.steps:
            done_on = civil_date(step.done_at) if step.done_at else None
            self._open_late += done_on is None and step.due_on < self._today
            if done_on is not None:
                time = self._steps[step.clock]
                time[0] += 1
                time[1] += _working_days(step.started_on, done_on)
                self._titles.setdefault(step.clock, step.due.title)
            is_late = (done_on or self._today) > step.due_on
            settled_on = step.due_on if is_late else done_on
            if settled_on is None or settled_on < self._since:
                continue
            month = settled_on.strftime("%Y-%m")
            self._months[month, errand][3 if is_late else 2] += 1
            self._units[step.owed_by, month][is_late] += 1

    def figures(self) -> Figures:
        return Figures(
            since=self._since,
            until=self._today,
            months=tuple(Month(month, errand, *counts) for (month, errand), counts in sorted(self._months.items())),
            units=tuple(UnitMonth(unit, month, *counts) for (unit, month), counts in sorted(self._units.items())),
            steps=tuple(
                StepTime(clock, self._titles[clock], count, round(days / count, 1))
                for clock, (count, days) in sorted(self._steps.items())
            ),
            open_late=self._open_late,
        )


def _quarter(today: date) -> date:
    """The first day of the current quarter."""
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)


def _published(unit: str, on_time: int, late: int) -> PublicUnit:
    count = on_time + late
    if count < FLOOR:
        return PublicUnit(unit, None, None)
    return PublicUnit(unit, round(100 * on_time / count), count // 10 * 10)


def _months_back(today: date, months: int) -> date:
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


@remembered(65_536)
def _working_days(started_on: date, done_on: date) -> int:
    days = (started_on + _DAY * n for n in range(1, (done_on - started_on).days + 1))
    return sum(map(library().working_days.is_working, days))
