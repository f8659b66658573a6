"""Copies of a record at other systems that have to follow a correction, a revoked act or a withdrawal (Yunnan 37).

There is no open case behind such a change, so the record itself says which systems were told and which have followed. The law
sets days for corrections only (Yunnan 36); all other days are a service.
"""

import msgspec

from api.infra.clock import civil_date
from api.infra.errands import Errand
from api.infra.steps import Step, begin
from api.infra.transitions import Table
from api.records.models import RESTORED, WITHDRAWN, Change, Copy, Record

TOLD = "told"
ERRAND = Errand(
    name="corrections",
    prefix="rec",
    flow="correction",
    title="共享单位跟进",
    clocks=("objection.shared_copies", "objection.follow_copies", "withdrawal.follow_copies"),
    tables=(Table("corrections", TOLD, (), (), {TOLD: "已通知，等待跟进"}),),
)
_BY_LAW, _SERVICE = "objection.shared_copies", "objection.follow_copies"
FOLLOW_WITHDRAWAL = "withdrawal.follow_copies"


class Told(msgspec.Struct, frozen=True):
    """A record as an entry of the queue, under the record's id. It names no resident, because none asked for it."""

    id: str
    number: str
    jurisdiction: str
    steps: tuple[Step, ...]
    status: str = TOLD
    owner: str = ""
    subject: str = ""


def told(record: Record) -> Told:
    return Told(
        id=record.id,
        number=f"GZ{record.id[-10:].upper()}",
        jurisdiction=record.jurisdiction,
        steps=tuple({step.key: step for copy in record.copies for step in _steps(record, copy)}.values()),
    )


def _steps(record: Record, copy: Copy) -> list[Step]:
    """One for each change that the system has to follow, or followed last: a later one leaves the days of the first."""
    changes = record.told_to(copy)
    restored_at = max((change.at for change in record.changes if change.kind == RESTORED), default=None)
    return [
        _step(record, copy, change)
        for change in changes
        if change.kind == "corrected"
        or change.kind.startswith("act-")
        or (change.kind == WITHDRAWN and (restored_at is None or restored_at < change.at))
    ]


def _step(record: Record, copy: Copy, change: Change) -> Step:
    on = civil_date(change.at)
    clock = FOLLOW_WITHDRAWAL if change.kind == WITHDRAWN else _SERVICE if copy.due_on is None else _BY_LAW
    step = begin(clock, record.jurisdiction, on, copy.system, part=f"{copy.system}@{on}")
    return msgspec.structs.replace(step, done_at=copy.acknowledged_at)
