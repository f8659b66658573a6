"""Ends disclosure (Dalian 35, Yunnan 15) and publicity (national) when their periods have passed. Run by the worker."""

from datetime import date, datetime
from functools import partial

import msgspec

from api.audits.service import AuditService
from api.infra.actors import SYSTEM
from api.infra.clock import civil_date
from api.infra.mongo import Database, Tx
from api.infra.one_by_one import one_by_one
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.records import dates
from api.records.models import Change, Record, Standing
from api.records.service import RecordService
from api.records.store import RecordStore
from knowledge.clocks import chinese_date
from knowledge.errors import NoRuleInForce
from knowledge.models import DatedRule
from knowledge.rules import NATIONAL, in_force


class ExpiryService:
    """Safe to run repeatedly and in parallel: each record ends in one transaction and is not found again."""

    def __init__(
        self,
        database: Database,
        store: RecordStore,
        records: RecordService,
        notices: NoticeService,
        audits: AuditService,
    ) -> None:
        self._database = database
        self._store = store
        self._records = records
        self._notices = notices
        self._audits = audits

    async def expire(self, now: datetime) -> int:
        """Ends periods that ran out before today. Returns how many."""
        today = civil_date(now)

        async def stop_disclosing(tx: Tx, record_id: str) -> bool:
            return await self._stop_disclosing(tx, await self._records.get(record_id, tx), now)

        async def stop_publishing(tx: Tx, record_id: str) -> bool:
            return await self._stop_publishing(tx, await self._records.get(record_id, tx), now)

        return await one_by_one(
            self._database,
            (partial(self._store.list_ended, today), stop_disclosing),
            (partial(self._store.list_published_too_long, today), stop_publishing),
        )

    async def _stop_disclosing(self, tx: Tx, record: Record, now: datetime) -> bool:
        until = record.disclosed_until
        if record.standing is not Standing.STANDING or until is None or until >= civil_date(now):
            return False
        rule = _disclosure_rule(record, civil_date(now))
        change = Change(
            at=now,
            kind="expired",
            unit="信用小窗",
            reason=f"披露期限于{chinese_date(until)}届满，停止披露",
            fields=("披露",),
            law=(f"{rule.citation.regulation}-{rule.citation.article}",),
        )
        await self._records.stop(tx, record, Standing.EXPIRED, change)
        await self._tell(tx, "records.expired", record, now, rule.citation.label)
        return True

    async def _stop_publishing(self, tx: Tx, record: Record, now: datetime) -> bool:
        until = record.published_until
        if not record.disclosure.is_published or until is None or until >= civil_date(now):
            return False
        by_authority = dates.publicity(record).ends_by == "authority"
        which = "publicity.authority_date" if by_authority else "publicity.after_maximum"
        rule = in_force(which, NATIONAL, civil_date(now))
        change = Change(
            at=now,
            kind="unpublished",
            unit="信用小窗",
            reason=f"{'认定单位写明的公示截止期' if by_authority else '最长公示期'}{chinese_date(until)}已届满，自动停止公示",
            fields=("公示",),
            law=(rule.citation.regulation,),
        )
        disclosure = msgspec.structs.replace(record.disclosure, is_published=False)
        await self._records.alter(tx, record, change, disclosure=disclosure)
        await self._tell(tx, "records.unpublished", record, now, rule.citation.label)
        return True

    async def _tell(self, tx: Tx, kind: str, record: Record, now: datetime, basis: str) -> None:
        await self._notices.tell(tx, now, Draft(kind=kind, subject=record.subject, ref=record.id, on=civil_date(now)))
        await self._audits.write(
            tx, SYSTEM, kind, record.id, now, place=record.jurisdiction, subject=record.subject, basis=basis
        )


def _disclosure_rule(record: Record, on: date) -> DatedRule:
    """Dalian has years of its own; elsewhere disclosure ends with publicity."""
    try:
        return in_force("disclosure.length", record.jurisdiction, on)
    except NoRuleInForce:
        return in_force("disclosure.with_publicity", record.jurisdiction, on)
