"""Counts the cases of a place for its figures, and keeps the counts: one document a place, and one for each unit that owes steps.

Counting reads every case of two years, which takes minutes in a province. So the worker does it, and whoever asks reads the counts.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, Protocol

from api.desk.casework import Casework
from api.infra.cases import Timing
from api.infra.clock import civil_date, start_of
from api.infra.collections import Collection, Store, index
from api.infra.deadlines import within
from api.infra.documents import Kept, Stored
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing
from api.notices.models import Opened
from knowledge.loading import library
from knowledge.remembering import remembered

COUNTED = ("objections", "repairs")
ONLY_OF_UNITS = ("letters", "withdrawals", "pledges", "listings")
MONTHS = 24
_DAY = timedelta(days=1)
_AT_ONCE = 1000  # records in one query
_MOST_SECONDS = 1800.0  # for a place
_SHARE = 50  # a place is counted at most this part of the time


class MonthCount(Stored):
    KEPT = Kept(when="month", word="errand", ours="incoming decided on_time late")

    month: str
    errand: str
    incoming: int
    decided: int
    on_time: int
    late: int


class Settled(Stored):
    """Steps that were settled in a month: done in time, or late from their day on."""

    KEPT = Kept(when="month", ours="on_time late")

    month: str
    on_time: int
    late: int


class Owing(Stored):
    """What one unit owed in the errands that are counted."""

    KEPT = Kept(unit="unit")

    unit: str
    months: tuple[Settled, ...]


class StepCount(Stored):
    """Steps of one clock that were finished in a month, and the working days that all of them took."""

    KEPT = Kept(when="month", word="clock", law="title", ours="count days")

    month: str
    clock: str
    title: str
    count: int
    days: int


class RepairCount(Stored):
    """Records whose repair opened in the month and whose person was told so; how many of these got a push on the phone, were
    read, and were asked to be repaired by now."""

    KEPT = Kept(when="month", ours="opened pushed read used")

    month: str
    opened: int
    pushed: int
    read: int
    used: int


class WeekCount(Stored):
    """An ISO week (`2026-W47`) of the bot in the place: questions that it could not answer, answers that were voted down, and
    questions asked again."""

    KEPT = Kept(when="week", ours="unanswered disliked again")

    week: str
    unanswered: int
    disliked: int
    again: int


class PlaceCount(Stored):
    """What was counted of a place, whose id it has. `took`: the seconds that it took. `open_late`: steps that were late and not done."""

    KEPT = Kept(place="id", when="counted_at", ours="took open_late")

    id: str
    counted_at: datetime
    took: float
    open_late: int
    months: tuple[MonthCount, ...]
    units: tuple[Owing, ...]
    steps: tuple[StepCount, ...]
    repairs: tuple[RepairCount, ...]
    bot: tuple[WeekCount, ...]


class UnitCount(Stored):
    """What a unit owed in the cases that it works, of all errands, and what is open, `open_late` of it late. `id`: `unit_key`."""

    KEPT = Kept(place="jurisdiction", ours="id open open_late")

    id: str
    jurisdiction: str
    months: tuple[Settled, ...]
    open: int
    open_late: int


FIGURES = Collection("figures", PlaceCount, why="one a place")
UNIT_FIGURES = Collection(
    "unit_figures", UnitCount, indexes=(index("place", "jurisdiction"),), why="one a unit: thousands"
)


def unit_key(provider: str, unit: str) -> str:
    """Of the steps that were owed under this name in the cases of this provider; others may owe steps in them too."""
    return f"{provider}/{unit}"


class CountStore(Store[PlaceCount]):
    declared = FIGURES

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self._units = UnitCountStore(database, keys)

    async def find(self, place: str) -> PlaceCount | None:
        return await self.find_by({"_id": place})

    async def counted_at(self, place: str) -> datetime | None:
        found = await self._collection.find_one({"_id": place}, {"counted_at": 1})
        return found["counted_at"] if found else None

    async def find_unit(self, key: str) -> UnitCount | None:
        return await self._units.find_by({"_id": key})

    async def put(self, count: PlaceCount, units: Sequence[UnitCount]) -> None:
        """In the place of what was there."""

        async def work(tx: Tx) -> None:
            document = self.codec.encode(count)
            await self._collection.replace_one({"_id": count.id}, document, upsert=True, session=tx)
            await self._units.put(tx, count.id, units)

        await self._database.transact(work)


class UnitCountStore(Store[UnitCount]):
    declared = UNIT_FIGURES

    async def put(self, tx: Tx, place: str, units: Sequence[UnitCount]) -> None:
        await self._collection.delete_many({"jurisdiction": place}, session=tx)
        if units:
            await self._collection.insert_many(self.codec.encode_all(units), session=tx)


class Told(Protocol):
    def opened_since(self, since: datetime) -> AsyncIterator[Opened]: ...


class Places(Protocol):
    async def of_place(self, jurisdiction: str, record_ids: Sequence[str]) -> list[str]: ...


class Counting:
    """`bot_weeks` returns the weekly counts of what a place's bot could not answer."""

    def __init__(
        self,
        store: CountStore,
        cases: Mapping[str, Casework[Any]],
        notices: Told,
        records: Places,
        bot_weeks: Callable[[str], Awaitable[tuple[WeekCount, ...]]],
        jurisdictions: Sequence[str],
    ) -> None:
        self._store = store
        self._cases = cases
        self._notices = notices
        self._records = records
        self._bot_weeks = bot_weeks
        self._jurisdictions = jurisdictions

    async def count(self, now: datetime) -> int:
        """Counts each place anew whose last count is old enough, for how long it took. Returns how many it counted."""
        done = 0
        for place in self._jurisdictions:
            kept = await self._store.find(place)
            if kept is None or now >= kept.counted_at + timedelta(seconds=_SHARE * kept.took):
                with within(_MOST_SECONDS):
                    await self._count(place, now)
                done += 1
        return done

    async def _count(self, place: str, now: datetime) -> None:
        began, today = monotonic(), civil_date(now)
        since = months_back(today, MONTHS - 1)
        tally, asked = _Tally(today, since), set()
        for name in COUNTED:
            async for case in self._cases[name].timings(place, start_of(since)):
                tally.add(name, case)
                if name == "repairs" and case.record_id:
                    asked.add(case.record_id)
        for name in ONLY_OF_UNITS:
            async for case in self._cases[name].owed(place):
                tally.add_owed(case)
        repairs, bot = await self._opened(place, since, asked), await self._bot_weeks(place)
        count = PlaceCount(
            id=place,
            counted_at=now,
            took=monotonic() - began,
            open_late=tally.open_late,
            months=tally.months(),
            units=tally.units(),
            steps=tally.steps(),
            repairs=repairs,
            bot=bot,
        )
        await self._store.put(count, tally.of_units(place))

    async def _opened(self, place: str, since: date, asked: set[str]) -> tuple[RepairCount, ...]:
        """`asked` are the records for which a repair came in since then, or is open."""
        months: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        waiting: dict[str, Opened] = {}

        async def settle() -> None:
            for record in await self._records.of_place(place, list(waiting)):
                one = waiting[record]
                month = months[_month(civil_date(one.told_at))]
                for column, holds in enumerate((True, one.is_pushed, one.is_read, record in asked)):
                    month[column] += holds
            waiting.clear()

        async for one in self._notices.opened_since(start_of(since)):
            waiting[one.record] = one
            if len(waiting) == _AT_ONCE:
                await settle()
        if waiting:
            await settle()
        return tuple(RepairCount(month, *counts) for month, counts in sorted(months.items()))


class _Tally:
    def __init__(self, today: date, since: date) -> None:
        self._today, self._since = today, since
        self._months: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._units: dict[str, dict[str, list[int]]] = defaultdict(_by_month)
        self._own: dict[str, dict[str, list[int]]] = defaultdict(_by_month)
        self._open: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._steps: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._titles: dict[str, str] = {}
        self.open_late = 0

    def add(self, errand: str, case: Timing) -> None:
        for column, at in ((0, case.filed_at), (1, case.decided_at)):
            if at is not None and civil_date(at) >= self._since:
                self._months[_month(civil_date(at)), errand][column] += 1
        for step in case.steps:
            done_on = civil_date(step.done_at) if step.done_at else None
            self.open_late += done_on is None and step.due_on < self._today
            if done_on is not None and done_on >= self._since:
                time = self._steps[_month(done_on), step.clock]
                time[0] += 1
                time[1] += _working_days(step.started_on, done_on)
                self._titles.setdefault(step.clock, step.due.title)
            is_late = (done_on or self._today) > step.due_on
            settled_on = step.due_on if is_late else done_on
            if settled_on is not None and settled_on >= self._since:
                month = _month(settled_on)
                self._months[month, errand][3 if is_late else 2] += 1
                self._units[step.owed_by][month][is_late] += 1
        self.add_owed(case)

    def add_owed(self, case: Timing) -> None:
        """Counts the steps for the unit that works the case, whichever errand it is of."""
        if case.worker is None:
            return
        for step in case.steps:
            key = unit_key(case.worker, step.owed_by)
            is_late = step.is_late(self._today)
            if step.done_at is None:
                self._open[key][0] += 1
                self._open[key][1] += is_late
            on = civil_date(step.done_at) if step.done_at and not is_late else step.due_on
            if (is_late or step.done_at is not None) and on >= self._since:
                self._own[key][_month(on)][is_late] += 1

    def months(self) -> tuple[MonthCount, ...]:
        return tuple(MonthCount(month, errand, *counts) for (month, errand), counts in sorted(self._months.items()))

    def units(self) -> tuple[Owing, ...]:
        return tuple(Owing(unit, _settled(months)) for unit, months in sorted(self._units.items()))

    def steps(self) -> tuple[StepCount, ...]:
        return tuple(
            StepCount(month, clock, self._titles[clock], count, days)
            for (month, clock), (count, days) in sorted(self._steps.items())
        )

    def of_units(self, place: str) -> list[UnitCount]:
        return [
            UnitCount(key, place, _settled(self._own.get(key, {})), *self._open.get(key, (0, 0)))
            for key in sorted(self._own.keys() | self._open.keys())
        ]


def months_back(today: date, months: int) -> date:
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _by_month() -> dict[str, list[int]]:
    return defaultdict(lambda: [0, 0])


def _settled(months: Mapping[str, Sequence[int]]) -> tuple[Settled, ...]:
    return tuple(Settled(month, *counts) for month, counts in sorted(months.items()))


def _month(day: date) -> str:
    return day.isoformat()[:7]


@remembered(65_536)
def _working_days(started_on: date, done_on: date) -> int:
    days = (started_on + _DAY * n for n in range(1, (done_on - started_on).days + 1))
    return sum(map(library().working_days.is_working, days))
