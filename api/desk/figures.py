"""Monthly figures of a centre: cases in and decided, steps on time, working days for each step; of the residents whose repair
opened, how many were reached and how many applied; and what the bot could not answer.

They are read from what the worker counted (`counting`), by civil month in Shanghai. They name no person.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

from api.desk.counting import CountStore, PlaceCount, months_back, unit_key
from api.desk.errors import NotCounted
from api.infra.clock import civil_date
from api.infra.wire import Out

_DAY = timedelta(days=1)


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
    """As of `counted_at`. `open_late`: steps that are late and not done. `bot` goes back as far as questions are kept."""

    since: date
    until: date
    counted_at: datetime
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
    """What one unit owed: by month, and what is open, `open_late` of it late; as of `counted_at`."""

    unit: str
    since: date
    until: date
    counted_at: datetime
    months: tuple[OwnMonth, ...]
    on_time: int
    late: int
    open: int
    open_late: int


class FigureService:
    """Every method raises NotCounted until the worker has counted the place."""

    def __init__(self, store: CountStore) -> None:
        self._store = store
        self._public: dict[str, tuple[date, PublicFigures]] = {}

    async def read(self, place: str, months: int) -> Figures:
        """Figures of the last `months` civil months, including the one that was current."""
        count = await self._find(place)
        until = civil_date(count.counted_at)
        since = months_back(until, months - 1)
        first = since.isoformat()[:7]
        steps: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        titles = {}
        for one in count.steps:
            if one.month >= first:
                titles[one.clock] = one.title
                steps[one.clock][0] += one.count
                steps[one.clock][1] += one.days
        units = ((m.month, unit.unit, m.on_time, m.late) for unit in count.units for m in unit.months)
        return Figures(
            since=since,
            until=until,
            counted_at=count.counted_at,
            months=tuple(Month.showing(one) for one in count.months if one.month >= first),
            units=tuple(UnitMonth(unit, month, on, late) for month, unit, on, late in units if month >= first),
            steps=tuple(
                StepTime(clock, titles[clock], number, round(days / number, 1))
                for clock, (number, days) in sorted(steps.items())
            ),
            open_late=count.open_late,
            repairs=tuple(RepairMonth.showing(one) for one in count.repairs if one.month >= first),
            bot=tuple(BotWeek.showing(one) for one in count.bot),
        )

    async def public(self, place: str, now: datetime) -> PublicFigures:
        """The public figures: each unit's rate, if it has enough steps, without months, cases or persons. The same for a day."""
        today = civil_date(now)
        kept = self._public.get(place)
        if kept is None or kept[0] != today:
            kept = self._public[place] = today, _public(await self._find(place))
        return kept[1]

    async def of_unit(self, place: str, provider: str, unit: str, months: int) -> UnitFigures:
        """What a unit owed in its cases in the last civil months; `unit` is its name as stored in steps."""
        counted_at = await self._store.counted_at(place)
        if counted_at is None:
            raise NotCounted
        until = civil_date(counted_at)
        since = months_back(until, months - 1)
        count = await self._store.find_unit(unit_key(provider, unit))
        settled = [one for one in count.months if one.month >= since.isoformat()[:7]] if count else []
        return UnitFigures(
            unit=unit,
            since=since,
            until=until,
            counted_at=counted_at,
            months=tuple(OwnMonth.showing(one) for one in settled),
            on_time=sum(one.on_time for one in settled),
            late=sum(one.late for one in settled),
            open=count.open if count else 0,
            open_late=count.open_late if count else 0,
        )

    async def _find(self, place: str) -> PlaceCount:
        found = await self._store.find(place)
        if found is None:
            raise NotCounted
        return found


def _public(count: PlaceCount) -> PublicFigures:
    quarter = _quarter(civil_date(count.counted_at))
    since = months_back(quarter, 3 * _QUARTERS)
    units = []
    for one in count.units:
        whole = [m for m in one.months if since.isoformat()[:7] <= m.month < quarter.isoformat()[:7]]
        if whole:
            units.append(_published(one.unit, sum(m.on_time for m in whole), sum(m.late for m in whole)))
    return PublicFigures(jurisdiction=count.id, since=since, until=quarter - _DAY, floor=FLOOR, units=tuple(units))


def _quarter(today: date) -> date:
    """The first day of the current quarter."""
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)


def _published(unit: str, on_time: int, late: int) -> PublicUnit:
    count = on_time + late
    if count < FLOOR:
        return PublicUnit(unit, None, None)
    return PublicUnit(unit, round(100 * on_time / count), count // 10 * 10)
