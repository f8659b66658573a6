"""The working days of a year by the official notice: uploaded as a small file, tried out, then used by every process.

The file has the form of those in `knowledge/data/calendar`, so that what an administrator takes today can be packaged tomorrow. Every
file that was taken is kept as it was given; the newest of a year counts ([why](docs/decisions/0028-a-notice-is-tried-before-it-is-taken.md)).
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.collections import Collection, Store, index
from api.infra.data_files import FromFile
from api.infra.documents import Kept, Stored
from api.infra.errors import FieldFault, Invalid, Outdated
from api.infra.ids import new_id
from api.infra.mongo import Tx
from knowledge.citations import Certainty
from knowledge.errors import BrokenData
from knowledge.loading import library, take_years, with_years
from knowledge.models import CalendarYear, Holiday
from knowledge.places import jurisdictions
from knowledge.working_days import WorkingDays

_DAY = timedelta(days=1)
_AHEAD = 2  # years
_MOST = 100
_LINE = re.compile(r"at line (\d+)")
_WHERE = re.compile(r"at `\$\.?([^`]+)`")
_NAMED = re.compile(r"field `(\w+)`")


class NoticeFile(FromFile):
    """What an administrator hands in: days off, weekends that are worked, and where both are written."""

    year: int
    notice: str
    number: str
    noticed_on: date
    holidays: tuple[Holiday, ...]
    working_weekends: tuple[date, ...] = ()
    is_published: bool = True
    certainty: Certainty = Certainty.SEEN


class TakenNotice(Stored):
    """`text` is the file as it was given, `version` counts the files of a year from 1. `jurisdiction` is the place of who took it."""

    KEPT = Kept(ours="id year version by", place="jurisdiction", law="text", when="at")

    id: str
    year: int
    version: int
    text: str
    jurisdiction: str
    by: str
    at: datetime


NOTICES = Collection(
    "calendar_notices", TakenNotice, indexes=(index("newest", "-year -version", unique=True),), why="one a year"
)


class CalendarStore(Store[TakenNotice]):
    declared = NOTICES

    async def newest(self, tx: Tx = None) -> list[TakenNotice]:
        """The current file of each year, the latest year first."""
        by_year: dict[int, TakenNotice] = {}
        for notice in await self.find_many({}, limit=_MOST, sort=(("year", -1), ("version", -1)), tx=tx):
            by_year.setdefault(notice.year, notice)
        return list(by_year.values())


class ChangedDay(msgspec.Struct, frozen=True):
    """A day that is worked by the one calendar and not by the other; `why` it is off now."""

    on: date
    is_working: bool
    why: str


class Tried(msgspec.Struct, frozen=True):
    """What a file would change. `replaces` is what is known of the year so far, `warnings` what to compare with the notice."""

    year: CalendarYear
    replaces: CalendarYear
    days: WorkingDays
    changed: tuple[ChangedDay, ...]
    warnings: tuple[str, ...]


class CalendarService:
    def __init__(self, store: CalendarStore, audits: AuditService) -> None:
        self._store = store
        self._audits = audits

    async def taken(self) -> list[TakenNotice]:
        """The files taken by this installation, the latest year first."""
        return await self._store.newest()

    async def try_out(self, text: str, today: date, tx: Tx = None) -> Tried:
        """Shows what the file would change, without changing it. Raises Invalid, in words for its author."""
        year = read_notice(text, today)
        others = [read_notice(one.text, None) for one in await self._store.newest(tx)]
        known = library().working_days
        before = {one.year: one for one in known.years}
        if year.year - 1 in before and not before[year.year - 1].is_published:
            raise _refused(f"{year.year - 1}年的通知还没有录入，请先录前一年。")
        try:
            days = with_years([*(one for one in others if one.year != year.year), year])
        except BrokenData as fault:
            raise _refused(f"和已有的年份对不上：{fault}") from fault
        replaces = before.get(year.year)
        if replaces is None:
            raise _refused(f"{year.year}年还太远，系统里没有这一年。")
        return Tried(year, replaces, days, _changed(known, days, year.year), _warnings(year, before.values()))

    async def take(self, tx: Tx, actor: Actor, text: str, digest: str, now: datetime) -> TakenNotice:
        """Takes a file. `digest` is that of the calendar against which it was tried. Raises Invalid, Outdated.

        Every place counts by it, so it is in the audit of each.
        """
        tried = await self.try_out(text, civil_date(now), tx)
        if digest != library().working_days.digest:
            raise Outdated
        version = max((one.version for one in await self._store.newest(tx) if one.year == tried.year.year), default=0)
        notice = TakenNotice(
            id=new_id("cal"),
            year=tried.year.year,
            version=version + 1,
            text=text,
            jurisdiction=actor.jurisdiction or "",
            by=actor.id,
            at=now,
        )
        await self._store.insert(tx, notice, taken=Outdated)
        basis = f"{tried.year.notice}（{tried.year.number}）"
        for place in jurisdictions():
            await self._audits.write(
                tx, actor, "administration.take-calendar", notice.id, now, place=place, basis=basis
            )
        return notice

    async def read(self) -> None:
        """Loads the taken files into this process."""
        take_years([read_notice(one.text, None) for one in await self._store.newest()])


def read_notice(text: str, today: date | None) -> CalendarYear:
    """A file as a year. With `today` its dates are checked as of that day; without, it was checked when it was taken.

    Raises Invalid that says where it is wrong.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), NoticeFile)
    except msgspec.ValidationError as fault:
        where = _WHERE.search(str(fault)) or _NAMED.search(str(fault))
        raise _refused(f"{where[1]} 缺少、多余或者写得不对，请对照样式。" if where else "文件写得不对。") from fault
    except (ValueError, RecursionError) as fault:  # also deeply nested brackets and very long numbers
        line = _LINE.search(str(fault))
        raise _refused(f"第{line[1]}行写得不对，请对照样式。" if line else "文件写得不对，请对照样式。") from fault
    if today is not None and (faults := list(_faults(file, today))):
        raise Invalid(faults=tuple(FieldFault(field="text", message=fault) for fault in faults))
    return CalendarYear(
        year=file.year,
        is_published=True,
        notice=file.notice,
        certainty=Certainty.SEEN,
        holidays=file.holidays,
        working_weekends=tuple(sorted(file.working_weekends)),
        number=file.number,
        noticed_on=file.noticed_on,
    )


def _faults(file: NoticeFile, today: date) -> Iterable[str]:
    if not file.is_published:
        yield "is_published 是 false：估算不能当通知录入。"
    if not today.year <= file.year <= today.year + _AHEAD:
        yield f"只能录{today.year}年到{today.year + _AHEAD}年的通知。"
    if str(file.year) not in file.notice:
        yield f"notice 里没有“{file.year}”：请写通知的全名。"
    if not file.number.strip():
        yield "请写通知的文号 number。"
    if file.noticed_on > today:
        yield "通知的日期 noticed_on 还没有到。"
    if not file.holidays:
        yield "没有放假的日子 holidays。"
    yield from _faults_of_days(file)


def _faults_of_days(file: NoticeFile) -> Iterable[str]:
    titles = "".join(one.title for one in file.holidays)
    estimate = next((one for one in library().working_days.years if one.year == file.year), None)
    for known in estimate.holidays if estimate else ():
        if not any(name.removesuffix("节") in titles for name in known.title.split("、")):
            yield f"缺少{known.title}。"
    off: set[date] = set()
    for one in file.holidays:
        if not one.first <= one.last or {one.first.year, one.last.year} != {file.year}:
            yield f"{one.title}：{one.first} 到 {one.last} 不是{file.year}年里的一段日子。"
            continue
        run = {one.first + _DAY * n for n in range((one.last - one.first).days + 1)}
        if off & run:
            yield f"{one.title}和别的假期重了。"
        off |= run
    for day in file.working_weekends:
        if day.year != file.year or day.weekday() < 5 or day in off:
            yield f"{day} 不是{file.year}年里可以上班的周末。"


def _warnings(year: CalendarYear, known: Iterable[CalendarYear]) -> tuple[str, ...]:
    """Compares with the number of days off by law, which is the same each year, however they are exchanged with weekends."""
    published = [one for one in known if one.is_published and one.year < year.year]
    if not published or _given(published[-1]) == _given(year):
        return ()
    return (
        f"放假的工作日减去上班的周末是{_given(year)}天，{published[-1].year}年的通知是{_given(published[-1])}天。请再对照一遍通知原文。",
    )


def _given(year: CalendarYear) -> int:
    runs = ((one.first + _DAY * n for n in range((one.last - one.first).days + 1)) for one in year.holidays)
    return sum(day.weekday() < 5 for run in runs for day in run) - len(year.working_weekends)


def _changed(before: WorkingDays, after: WorkingDays, year: int) -> tuple[ChangedDay, ...]:
    days = (date(year, 1, 1) + _DAY * n for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
    return tuple(
        ChangedDay(day, after.is_working(day), after.why_off(day))
        for day in days
        if before.is_working(day) != after.is_working(day)
    )


def _refused(message: str) -> Invalid:
    return Invalid(faults=(FieldFault(field="text", message=message),))
