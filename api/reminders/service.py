"""Keeps the booked reminders equal to the plan."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.infra.cases import Followed
from api.infra.clock import civil_date
from api.infra.errands import Errands
from api.infra.log import get_log
from api.infra.mongo import Tx
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.records.models import Record
from api.reminders.planning import (
    KINDS,
    REPAIR_MOVED,
    RULES_CHANGED,
    STEP_LATE,
    STEPS_CHANGED,
    corrections,
    plan_record,
    plan_steps,
    why,
)

_log = get_log("reminders")
_TOLD_LONG_AGO = timedelta(days=366)  # shorter than what was told is kept, which is not told twice


class ReminderService:
    def __init__(self, notices: NoticeService, errands: Errands) -> None:
        self._notices = notices
        self._errands = errands

    async def record_changed(self, tx: Tx, record: Record, now: datetime) -> None:
        """Plans a record's reminders by its new facts, in the transaction of the change and two round trips."""
        desired = plan_record(record, civil_date(now))
        there = await self._notices.booked_for(record.subject, record.id, tx)
        await self._notices.reconcile(
            tx,
            now,
            record.subject,
            desired,
            kinds=KINDS,
            refs=(record.id,),
            why=why(record),
            at_once=corrections(record, there, desired, now),
        )

    async def steps_changed(self, tx: Tx, errand: str, case: Followed, now: datetime) -> None:
        """Plans a case's reminders of late steps, in the transaction that saves it: told on the morning after a missed day."""
        await self._notices.reconcile(
            tx, now, case.subject, self._owed(errand, case, now), kinds=(STEP_LATE,), refs=(case.id,), why=STEPS_CHANGED
        )

    async def case_begun(self, tx: Tx, errand: str, case: Followed, now: datetime, told: Sequence[Draft]) -> None:
        """As `steps_changed` for a new case, together with the notices to send at once."""
        await self._notices.begin(tx, now, told, self._owed(errand, case, now))

    async def plan_all(self, records: Sequence[Record], now: datetime, *, is_changed: bool = False) -> int:
        """Plans the reminders of many records and people in one round trip: books planned ones and cancels others, with the reason that
        the rules have changed or, if `is_changed`, the record.

        Not in a transaction: who calls this reads the records again afterwards. A record whose days cannot be counted is logged and left as it is.
        """
        planned: list[tuple[Record, tuple[Draft, ...]]] = []
        for record in records:
            try:
                planned.append((record, plan_record(record, civil_date(now))))
            except Exception as fault:
                _log.error("not-planned", case=record.id, fault=type(fault).__name__)
        await self._notices.reconcile_many(
            now,
            [
                (record.subject, record.id, drafts, why(record) if is_changed else RULES_CHANGED)
                for record, drafts in planned
            ],
            kinds=KINDS,
        )
        return sum(len(drafts) for _, drafts in planned)

    @staticmethod
    def is_planned(kind: str) -> bool:
        """Whether notices of this kind come from a record's facts, so that the same facts plan the same ones again."""
        return kind in KINDS or kind == REPAIR_MOVED

    def _owed(self, errand: str, case: Followed, now: datetime) -> list[Draft]:
        what = self._errands[errand].reminded_as
        drafts = plan_steps(what, case.subject, case.id, case.number, case.steps) if what else ()
        return [draft for draft in drafts if draft.on > civil_date(now) - _TOLD_LONG_AGO]
