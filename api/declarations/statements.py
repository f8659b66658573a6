"""Statements: the resident's own words beside a record, after an objection to it has failed. A service; no article asks for it.

Screened like a declaration (Dalian 18; Yunnan 10, 34), shown as the person's own statement, removed at will.
"""

from datetime import datetime

from api.audits.service import AuditService
from api.declarations.errors import NoFailedObjection, NoStatement
from api.declarations.guard import must_be_free
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.errors import NextStep
from api.infra.mongo import Tx
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.records.errors import RecordNotStanding
from api.records.models import Record
from api.records.service import RecordService


class StatementService:
    def __init__(self, records: RecordService, notices: NoticeService, audits: AuditService) -> None:
        self._records = records
        self._notices = notices
        self._audits = audits

    async def write(self, tx: Tx, actor: Actor, record_id: str, text: str, now: datetime) -> Record:
        """Writes a statement, in place of an earlier one. Raises NotFound, RecordNotStanding, NoFailedObjection, and
        BarredContent also for income and property."""
        record = await self._records.owned(actor, record_id, now)
        if not record.is_disclosed:
            raise RecordNotStanding
        if not record.has_failed_objection:
            raise NoFailedObjection(next_step=NextStep(text="您可以先对这条信息提出异议。", flow="objection"))
        must_be_free(text, record.jurisdiction, field="text")
        after = await self._records.set_statement(tx, record, text)
        await self._tell(tx, actor, record, "written", now)
        return after

    async def remove(self, tx: Tx, actor: Actor, record_id: str, now: datetime) -> Record:
        """Raises NotFound, NoStatement."""
        record = await self._records.owned(actor, record_id, now)
        if record.statement is None:
            raise NoStatement
        after = await self._records.set_statement(tx, record, None)
        await self._tell(tx, actor, record, "removed", now)
        return after

    async def _tell(self, tx: Tx, actor: Actor, record: Record, what: str, now: datetime) -> None:
        draft = Draft(
            kind=f"declarations.statement_{what}",
            subject=record.subject,
            ref=record.id,
            on=civil_date(now),
            occasion=now.isoformat(),
        )
        await self._notices.tell(tx, now, draft)
        await self._audits.write(
            tx, actor, f"statements.{what}", record.id, now, place=record.jurisdiction, subject=record.subject
        )
