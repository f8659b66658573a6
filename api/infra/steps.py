"""The clocks of a case: who owes which step since when, the time that the law leaves out, and when it was done."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from api.infra.clock import civil_date
from api.infra.documents import Kept, Stored
from knowledge.clocks import DueDate, Pause, due
from knowledge.loading import library
from knowledge.working_days import WorkingDays

_DAY = timedelta(days=1)


class Examination(Stored):
    """Time left out of a clock, both days included; `kind` is one of `knowledge.clocks.pause_kinds`.

    While it runs, `until_on` is the day on which it is expected to end, and `is_over` is false. `by` is the laboratory or
    the panel that was given the order, `evidence` the order itself.
    """

    KEPT = Kept(word="kind is_over", when="from_on until_on ordered_on", ours="evidence", unit="by")

    kind: str
    from_on: date
    until_on: date
    is_over: bool = False
    evidence: tuple[str, ...] = ()
    by: str = ""
    ordered_on: date | None = None


class Step(Stored):
    """One thing owed in one case. `key` is unique in the case; `owed_by` is the unit in words a resident knows.

    `due_on` is a civil date in Shanghai, kept for the queue; the reason for it is asked of the law again when shown.
    """

    KEPT = Kept(word="key clock is_set", place="jurisdiction", unit="owed_by", when="started_on due_on done_at")

    key: str
    clock: str
    jurisdiction: str
    owed_by: str
    started_on: date
    due_on: date
    paused: tuple[Examination, ...] = ()
    done_at: datetime | None = None
    is_set: bool = False  # the due date was set by the one who owes it, not counted

    @property
    def due(self) -> DueDate:
        """The due date with its article and reason, by the rule in force when the clock started."""
        return self.due_by(None)

    def due_by(self, days: WorkingDays | None) -> DueDate:
        """The same by other working days than those that are known."""
        found = due(self.clock, self.jurisdiction, self.started_on, _pauses(self.paused), days)
        if not self.is_set:
            return found
        reason = f"这一天由{self.owed_by}自己写明，不是按天数推算的。"
        return msgspec.structs.replace(
            found, on=self.due_on, is_estimated=False, is_statutory=False, counted=(), skipped=(), reason=reason
        )

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    def is_late(self, today: date) -> bool:
        """Whether it was done, or is still to be done, after its day."""
        return (civil_date(self.done_at) if self.done_at else today) > self.due_on

    def left(self, today: date) -> int:
        """Working days until it is due, the due day among them; below zero, how many it is late."""
        if today <= self.due_on:
            return sum(map(library().working_days.is_working, _days(today + _DAY, self.due_on)))
        return -sum(map(library().working_days.is_working, _days(self.due_on + _DAY, today)))

    def week(self, today: date) -> tuple[tuple[date, bool], ...]:
        """Eight days to draw, with whether each is a working day: up to the due day where today is among them, else from today."""
        ends_on = self.due_on if today <= self.due_on <= today + 7 * _DAY else today + 7 * _DAY
        return tuple((day, library().working_days.is_working(day)) for day in _days(ends_on - 7 * _DAY, ends_on))

    def elapsed(self, today: date) -> tuple[int, int]:
        """Working days since it started: those that count, and all of them with the time left out."""
        end = min(today, civil_date(self.done_at)) if self.done_at else today
        left_out = {
            pause.from_on + _DAY * n
            for pause in self.paused
            for n in range((min(pause.until_on, end) - pause.from_on).days + 1)
        }
        days = [self.started_on + _DAY * n for n in range(1, (end - self.started_on).days + 1)]
        working = [day for day in days if library().working_days.is_working(day)]
        return sum(day not in left_out for day in working), len(working)


def _days(first: date, last: date) -> list[date]:
    return [first + _DAY * n for n in range((last - first).days + 1)]


def begin(
    clock: str, jurisdiction: str, on: date, owed_by: str, *, part: str = "", set_day: date | None = None
) -> Step:
    """A step that starts on a civil date; `part` tells apart several steps of one clock, `set_day` is one that who owes
    the step has set.

    Raises UnknownClock or NoRuleInForce where the law has no such clock.
    """
    key = f"{clock}/{part}" if part else clock
    return Step(
        key=key,
        clock=clock,
        jurisdiction=jurisdiction,
        owed_by=owed_by,
        started_on=on,
        due_on=set_day or due(clock, jurisdiction, on).on,
        is_set=set_day is not None,
    )


def finish(steps: Iterable[Step], now: datetime, *keys: str) -> tuple[Step, ...]:
    """Marks open steps as done: those named, or all."""
    return tuple(
        msgspec.structs.replace(step, done_at=now) if step.is_open and (not keys or step.key in keys) else step
        for step in steps
    )


def pause(steps: Iterable[Step], clocks: Iterable[str], examination: Examination) -> tuple[Step, ...]:
    """Leaves the time of an examination out of the open steps of `clocks`. Raises PauseNotAllowed, ImpossibleDates."""
    wanted = frozenset(clocks)
    return tuple(
        _with(step, (*step.paused, examination)) if step.is_open and step.clock in wanted else step for step in steps
    )


def resume(steps: Iterable[Step], on: date) -> tuple[Step, ...]:
    """Ends the examination that runs: it took until `on`, whatever had been expected."""
    return tuple(
        _with(step, tuple(_ended(examination, on) for examination in step.paused)) if step.is_open else step
        for step in steps
    )


def recount(steps: Iterable[Step], days: WorkingDays | None = None) -> tuple[Step, ...]:
    """Open steps with their days by the rules as they are known now, and the calendar, or by another one."""
    return tuple(
        step if step.done_at or step.is_set else msgspec.structs.replace(step, due_on=step.due_by(days).on)
        for step in steps
    )


def next_due(steps: Iterable[Step]) -> Step | None:
    """The open step that is due first."""
    return min((step for step in steps if step.is_open), key=lambda step: (step.due_on, step.key), default=None)


def _ended(examination: Examination, on: date) -> Examination:
    return examination if examination.is_over else msgspec.structs.replace(examination, until_on=on, is_over=True)


def _with(step: Step, paused: tuple[Examination, ...]) -> Step:
    on = due(step.clock, step.jurisdiction, step.started_on, _pauses(paused)).on
    return msgspec.structs.replace(step, paused=paused, due_on=on)


def _pauses(paused: Iterable[Examination]) -> list[Pause]:
    return [Pause(kind=p.kind, from_on=p.from_on, until_on=p.until_on) for p in paused]
