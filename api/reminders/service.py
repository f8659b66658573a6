"""Keeps the booked reminders equal to the plan."""

from collections.abc import Sequence
from datetime import datetime

from api.infra.cases import Followed
from api.infra.clock import civil_date
from api.infra.errands import Errands
from api.infra.mongo import Tx
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.records.models import Record
from api.reminders.planning import (
    KINDS,
    RULES_CHANGED,
    STEP_LATE,
    STEPS_CHANGED,
    corrections,
    plan_record,
    plan_steps,
    why,
)


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
            tx, now, case.subject, self._owed(errand, case), kinds=(STEP_LATE,), refs=(case.id,), why=STEPS_CHANGED
        )

    async def case_begun(self, tx: Tx, errand: str, case: Followed, now: datetime, told: Sequence[Draft]) -> None:
        """As `steps_changed` for a new case, together with the notices to send at once."""
        await self._notices.begin(tx, now, told, self._owed(errand, case))

    async def plan_all(self, records: Sequence[Record], now: datetime) -> int:
        """Plans the reminders of many records and people in one round trip: books planned ones and cancels others."""
        planned = [(record, plan_record(record, civil_date(now))) for record in records]
        await self._notices.reconcile_many(
            now,
            [(record.subject, record.id, drafts) for record, drafts in planned],
            kinds=KINDS,
            why=RULES_CHANGED,
        )
        return sum(len(drafts) for _, drafts in planned)

    def _owed(self, errand: str, case: Followed) -> tuple[Draft, ...]:
        what = self._errands[errand].reminded_as
        return plan_steps(what, case.subject, case.id, case.number, case.steps) if what else ()
