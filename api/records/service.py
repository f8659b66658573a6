"""What other errands do to records. Every change goes through here, so that none is without its reason."""

from datetime import datetime
from typing import Any

import msgspec

from api.audits.service import AuditService
from api.footprints.service import FootprintService
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.errors import NotFound
from api.infra.mongo import Tx
from api.records.errors import RecordNotStanding
from api.records.models import NOT_DISCLOSED, Change, Copy, Disclosure, Mark, Record, Standing
from api.records.store import FeedStore, RecordStore
from knowledge.clocks import due
from knowledge.errors import KnowledgeError
from knowledge.repair import RepairFacts

_COPIES_CLOCK = "objection.shared_copies"


class RecordService:
    def __init__(self, store: RecordStore, feed: FeedStore, audits: AuditService, footprints: FootprintService) -> None:
        self._store = store
        self._feed = feed
        self._audits = audits
        self._footprints = footprints

    async def owned(self, actor: Actor, record_id: str, now: datetime) -> Record:
        """The actor's own record. Raises NotFound for none and for another's; the attempt is in the audit."""
        try:
            return await self._store.get_of_subject(record_id, actor.bound_subject)
        except NotFound:
            await self._audits.write(None, actor, "records.read", record_id, now, outcome="not-found")
            raise

    async def get(self, record_id: str, tx: Tx = None) -> Record:
        """Any record, for officers and the worker. Raises NotFound."""
        return await self._store.get(record_id, tx)

    async def list_of_subject(self, subject: str) -> list[Record]:
        """All of a person's records, newest first."""
        return await self._store.list_of_subject(subject)

    async def mark(self, tx: Tx, actor: Actor, record_id: str, mark: Mark) -> Record:
        """Marks the actor's own standing record. Raises NotFound."""
        return await self._store.add_mark(tx, record_id, actor.bound_subject, mark)

    async def unmark(self, tx: Tx, record_id: str, case_id: str) -> None:
        await self._store.remove_marks(tx, record_id, case_id)

    async def alter(self, tx: Tx, record: Record, change: Change, **fields: Any) -> Record:
        """Changes fields of a record with the reason for it; systems that hold a copy are told and owe us the change.

        Raises Outdated when another writer was first.
        """
        after = msgspec.structs.replace(
            record, changes=(*record.changes, change), copies=_told(record, change.at), **fields
        )
        return await self._store.save(tx, record, after)

    async def stop(self, tx: Tx, record: Record, standing: Standing, change: Change, **fields: Any) -> Record:
        """Ends publication, sharing and authorised query at once. Raises RecordNotStanding, Outdated."""
        if record.standing is not Standing.STANDING:
            raise RecordNotStanding
        return await self.alter(
            tx, record, change, standing=standing, standing_since=change.at, disclosure=NOT_DISCLOSED, **fields
        )

    async def insert_own(self, tx: Tx, record: Record) -> None:
        """A record that the person made: a declaration or a pledge. Raises AlreadyThere for a natural key seen before."""
        await self._store.insert(tx, record)

    async def set_statement(self, tx: Tx, record: Record, text: str | None) -> Record:
        """The person's own words beside the item; None takes them away. Raises Outdated."""
        return await self._store.save(tx, record, msgspec.structs.replace(record, statement=text))

    async def resume(self, tx: Tx, record: Record, change: Change, disclosure: Disclosure) -> Record:
        """Back to standing, as a withdrawn commendation by a fresh consent. Raises Outdated."""
        return await self.alter(
            tx, record, change, standing=Standing.STANDING, standing_since=change.at, disclosure=disclosure
        )

    async def acknowledge_copy(self, tx: Tx, record: Record, system: str, now: datetime) -> Record:
        """Another system says that it followed the newest change. Raises NotFound for none that owes it, Outdated."""
        copies = tuple(
            msgspec.structs.replace(copy, acknowledged_at=now)
            if copy.system == system and copy.told_at is not None and copy.acknowledged_at is None
            else copy
            for copy in record.copies
        )
        if copies == record.copies:
            raise NotFound
        return await self._store.save(tx, record, msgspec.structs.replace(record, copies=copies))

    async def lift_measure(self, tx: Tx, record: Record, code: str, unit: str, now: datetime) -> Record:
        """A unit says that it no longer applies a measure. Raises NotFound for none that is applied, Outdated."""
        measures = tuple(
            msgspec.structs.replace(measure, lifted_at=now)
            if (measure.code, measure.unit) == (code, unit) and measure.lifted_at is None
            else measure
            for measure in record.measures
        )
        if measures == record.measures:
            raise NotFound
        return await self._store.save(tx, record, msgspec.structs.replace(record, measures=measures))

    @staticmethod
    def repair_facts(record: Record) -> RepairFacts:
        """What is known of the record for asking whether it can be repaired."""
        return RepairFacts(
            jurisdiction=record.jurisdiction,
            record_class=record.record_class,
            decided_on=record.decided_on,
            duty_performed_on=record.duty_performed_on,
            corrected_on=record.corrected_on,
            ended_on=record.ended_on,
            is_severe_listed=record.severe_list == "listed",
            barred_until=record.barred_until,
            non_repairable_basis=record.non_repairable_basis,
            is_repaired=record.standing is Standing.REPAIRED,
        )


def _told(record: Record, now: datetime) -> tuple[Copy, ...]:
    """Every copy has to follow the change; where the law gives a number (Yunnan 36) the due date runs from today."""
    try:
        due_on = due(_COPIES_CLOCK, record.jurisdiction, civil_date(now)).on
    except KnowledgeError:
        due_on = None
    return tuple(
        msgspec.structs.replace(copy, told_at=now, due_on=due_on, acknowledged_at=None) for copy in record.copies
    )
