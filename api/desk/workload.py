"""Requests and replies about workload: who has how many cases, and assigning several at once."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated

import msgspec

from api.desk.models import Load
from api.desk.schemas import Reason
from api.infra.wire import Id, In, Out


class AssignMany(In):
    """Several cases at once, all or none; `assignee` is a staff id, null puts them back."""

    cases: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=50)]
    assignee: Annotated[str, msgspec.Meta(pattern=r"^stf_[0-9a-z_]{1,60}$")] | None
    reason: Reason


class AssignedView(Out):
    count: int


class LoadView(Out):
    """An officer of the place, or nobody (`id` null), with open cases: all, late, due today, due after that within three working days."""

    id: str | None
    name: str
    total: int
    late: int
    today: int
    soon: int


class MorningView(Out):
    """What this morning's digest counted."""

    late: int
    soon: int
    written_at: datetime


class WorkloadView(Out):
    """Counts over the whole queue of the place, and by officer, including those without cases. `morning` is null until the
    digest of the day is written. `soonUntil` is the last of the three working days."""

    total: int
    late: int
    today: int
    soon: int
    soon_until: date
    colleagues: tuple[LoadView, ...]
    morning: MorningView | None

    @classmethod
    def of(
        cls, loads: Iterable[Load], officers: Mapping[str, str], morning: MorningView | None, soon_until: date
    ) -> "WorkloadView":
        found = {load.assignee: load for load in loads}
        people: dict[str | None, str] = dict.fromkeys(found, "")
        people.update(officers)
        lines = tuple(
            LoadView.showing(load, id=who, name=name or ("没人办" if who is None else "已离开的同事"))
            for who, name in people.items()
            for load in (found.get(who) or Load(who, 0, 0, 0, 0),)
        )
        return cls(
            total=sum(line.total for line in lines),
            late=sum(line.late for line in lines),
            today=sum(line.today for line in lines),
            soon=sum(line.soon for line in lines),
            soon_until=soon_until,
            colleagues=lines,
            morning=morning,
        )
