"""Changes that errands make to records. All go through here, so that each is kept with its reason."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from api.audits.service import AuditService
from api.footprints.service import FootprintService
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.errors import NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.queries import Query
from api.records import dates
from api.records.errors import RecordNotStanding
from api.records.models import NOT_DISCLOSED, OWN, Change, Copy, Disclosure, FeedEntry, Mark, Record, Standing
from api.records.store import FeedStore, RecordStore
from knowledge.clocks import due
from knowledge.errors import KnowledgeError
from knowledge.periods import Disclosure as DisclosurePeriod
from knowledge.periods import Publicity
from knowledge.repair import RepairFacts

_COPIES_CLOCK = "objection.shared_copies"


class FactsChanged(Protocol):
    """Called in the same transaction whenever a record has changed, to book again what depends on its dates."""

    async def __call__(self, tx: Tx, record: Record, now: datetime) -> None: ...


class RecordService:
    """`facts_changed` is told of every changed record, `copies_changed` when systems with a copy were told or followed."""

    def __init__(
        self,
        store: RecordStore,
        feed: FeedStore,
        audits: AuditService,
        footprints: FootprintService,
        facts_changed: FactsChanged,
        copies_changed: FactsChanged,
    ) -> None:
        self._store = store
        self._feed = feed
        self._audits = audits
        self._footprints = footprints
        self._facts_changed = facts_changed
        self._copies_changed = copies_changed

    async def owned(self, actor: Actor, record_id: str, now: datetime) -> Record:
        """The actor's own record. Raises NotFound for none and for another's; the attempt is in the audit."""
        try:
            return await self._store.get_of_subject(record_id, actor.bound_subject)
        except NotFound:
            await self._audits.write(None, actor, "records.read", record_id, now, outcome="not-found")
            raise

    async def provided(self, actor: Actor, record_id: str, now: datetime, tx: Tx = None) -> Record:
        """A record of the provider that acts. Raises NotFound for none and for another's; the attempt is in the audit."""
        try:
            return await self._store.get_of_provider(record_id, actor.id, tx)
        except NotFound:
            await self._audits.write(None, actor, "records.read", record_id, now, outcome="not-found")
            raise

    async def read_provided(self, actor: Actor, record_id: str, now: datetime) -> Record:
        """As `provided`; a look that finds something is in the audit too."""
        record = await self.provided(actor, record_id, now)
        await self._audits.write(None, actor, "records.read", record_id, now, subject=record.subject)
        return record

    async def page_of_provider(self, actor: Actor, cursor: str | None, limit: int) -> Page[Record]:
        """The provider's records, newest first. Raises Invalid for a cursor that we did not issue."""
        return await self._store.page_of_provider(actor.id, cursor, limit)

    async def get(self, record_id: str, tx: Tx = None) -> Record:
        """Any record, for officers and the worker. Raises NotFound."""
        return await self._store.get(record_id, tx)

    async def of_ids(self, record_ids: Sequence[str]) -> list[Record]:
        """Those that are there, in no order. For officers."""
        return await self._store.of_ids(record_ids)

    async def find_natural(self, natural_keys: list[str]) -> str | None:
        """The id of the record that intake knows by one of these keys."""
        found = await self._store.find_keys(natural_keys)
        return next((stored.id for stored in found.values()), None)

    async def list_of_subject(self, subject: str) -> list[Record]:
        """All of a person's records, newest first."""
        return await self._store.list_of_subject(subject)

    def of_subjects(self, subjects: Sequence[str]) -> Query[dict[str, list[Record]]]:
        """The same of each of them who has any, to be read with something else."""
        return self._store.of_subjects(subjects)

    async def insert(self, tx: Tx, record: Record) -> None:
        """A record that stands from now on. Raises AlreadyThere when intake saw it before."""
        await self._store.insert(tx, record)

    async def list_after(self, record_id: str, limit: int) -> tuple[list[Record], str | None]:
        """The next records in the order of their intake, for the worker, and the last id that was looked at; None at the end."""
        return await self._store.list_after(record_id, limit)

    async def of_place(self, jurisdiction: str, record_ids: Sequence[str]) -> list[str]:
        """Those of the ids whose records belong to a place. For the figures."""
        return await self._store.of_place(jurisdiction, record_ids)

    async def versions_of_subject(self, subject: str) -> list[tuple[str, int]]:
        """Ids and versions of a person's records, without their content. For an ETag."""
        return await self._store.versions_of_subject(subject)

    async def forget_basic(self, tx: Tx, subject: str, provider: str) -> None:
        """Deletes the basic information that the person gave at binding. For closing an account."""
        await self._store.delete_basic(tx, subject, provider)

    async def mark(self, tx: Tx, record: Record, mark: Mark) -> Record:
        """Marks a standing record that has not changed since it was read. Raises RecordNotStanding, Outdated."""
        if not record.is_disclosed:
            raise RecordNotStanding
        await self._store.add_mark(tx, record, mark)
        return msgspec.structs.replace(record, marks=(*record.marks, mark), version=record.version + 1)

    async def unmark(self, tx: Tx, record_id: str, case_id: str, *, has_failed: bool = False) -> None:
        """Removes a case's marks. `has_failed`: the objection failed, so the person may add a statement to the record."""
        await self._store.remove_marks(tx, record_id, case_id, has_failed=has_failed)

    async def alter(self, tx: Tx, record: Record, change: Change, **fields: Any) -> Record:
        """Changes fields of a record, with a reason. Systems with a copy are told, and owe the change beside what they owed before.

        In the same transaction the change enters the provider's feed, and reminders of the record's dates are planned again.
        Raises Outdated if another writer was first.
        """
        copies = _told(record, change)
        changed = msgspec.structs.replace(record, changes=(*record.changes, change), copies=copies, **fields)
        if dates.is_off_the_list(changed):
            disclosure = msgspec.structs.replace(changed.disclosure, is_published=False)
            changed = msgspec.structs.replace(changed, disclosure=disclosure)
        after = await self._store.save(tx, record, with_ends(changed))
        if record.provider != OWN:
            await self._feed.add(tx, _feed_entry(after, change))
        await self._facts_changed(tx, after, change.at)
        return await self._told(tx, after, change.at)

    async def stop(self, tx: Tx, record: Record, standing: Standing, change: Change, **fields: Any) -> Record:
        """Ends publication, sharing and authorised query at once. Raises RecordNotStanding, Outdated."""
        if record.standing is not Standing.STANDING:
            raise RecordNotStanding
        return await self.alter(
            tx, record, change, standing=standing, standing_since=change.at, disclosure=NOT_DISCLOSED, **fields
        )

    async def insert_own(self, tx: Tx, record: Record) -> None:
        """Stores a record made by the person (a declaration or a pledge) and books its reminders.

        Raises AlreadyThere for a known natural key.
        """
        await self._store.insert(tx, record)
        await self._facts_changed(tx, record, record.received_at)

    async def share(self, tx: Tx, record: Record, systems: Sequence[str], now: datetime) -> Record:
        """Gives systems a copy of a record that had none. Raises Outdated."""
        copies = tuple(Copy(system=name, shared_at=now) for name in systems)
        return await self._store.save(tx, record, msgspec.structs.replace(record, copies=copies))

    async def set_statement(self, tx: Tx, record: Record, text: str | None) -> Record:
        """Sets the person's statement beside the record; None removes it. Raises Outdated."""
        return await self._store.save(tx, record, msgspec.structs.replace(record, statement=text))

    async def resume(self, tx: Tx, record: Record, change: Change, disclosure: Disclosure) -> Record:
        """Restores the record to `standing`, such as a withdrawn commendation after a fresh consent. Raises Outdated."""
        return await self.alter(
            tx, record, change, standing=Standing.STANDING, standing_since=change.at, disclosure=disclosure
        )

    async def acknowledge_copy(self, tx: Tx, record: Record, system: str, now: datetime) -> Record:
        """Notes that a system followed the newest change. Raises Outdated, and NotFound if that system owes none."""
        after = await self._followed(tx, record, now, lambda copy: copy.system == system and copy.told_at is not None)
        if after is None:
            raise NotFound
        return after

    async def acknowledge_copies(
        self, tx: Tx, record: Record, systems: Sequence[str], told_at: datetime, now: datetime
    ) -> Record:
        """Notes it for all of these systems that were told at `told_at` and of nothing newer. Raises Outdated."""
        after = await self._followed(tx, record, now, lambda copy: copy.system in systems and copy.told_at == told_at)
        return after or record

    async def _followed(self, tx: Tx, record: Record, now: datetime, by: Callable[[Copy], bool]) -> Record | None:
        """None if no system that `by` names owes anything."""
        copies = tuple(
            msgspec.structs.replace(copy, acknowledged_at=now) if copy.acknowledged_at is None and by(copy) else copy
            for copy in record.copies
        )
        if copies == record.copies:
            return None
        after = await self._store.save(tx, record, msgspec.structs.replace(record, copies=copies))
        return await self._told(tx, after, now)

    async def recount_copies(self, tx: Tx, record_id: str, now: datetime) -> None:
        """The days by which systems follow, as they are counted now: on the record, in its provider's feed and in the queue.

        Raises NotFound, Outdated.
        """
        record = await self.get(record_id, tx)
        copies = tuple(_recounted(record, copy) for copy in record.copies)
        if copies != record.copies:
            record = await self._store.save(tx, record, msgspec.structs.replace(record, copies=copies))
        owed = {change.at for copy in copies if copy.owes for change in record.told_to(copy) if change.is_correction}
        for at in owed:
            if due_on := copies_due_on(record, at):
                await self._feed.recount(tx, record, at, due_on)
        await self._told(tx, record, now)

    async def reopen_copy(self, tx: Tx, record: Record, system: str, change: Change) -> Record:
        """Notes that a system had not followed after all: it owes the newest content again, and the provider's feed says so.

        Raises Outdated, and NotFound if the system never said that it had followed.
        """
        due_on = copies_due_on(record, change.at)
        copies = tuple(
            msgspec.structs.replace(copy, told_at=change.at, due_on=due_on, acknowledged_at=None, owed_since=change.at)
            if copy.system == system and copy.acknowledged_at is not None
            else copy
            for copy in record.copies
        )
        if copies == record.copies:
            raise NotFound
        changed = msgspec.structs.replace(record, changes=(*record.changes, change), copies=copies)
        after = await self._store.save(tx, record, changed)
        if record.provider != OWN:
            entry = msgspec.structs.replace(_feed_entry(after, change), systems=(system,), due_on=due_on)
            await self._feed.add(tx, entry)
        return await self._told(tx, after, change.at)

    async def _told(self, tx: Tx, record: Record, now: datetime) -> Record:
        if record.copies:
            await self._copies_changed(tx, record, now)
        return record

    async def lift_measure(self, tx: Tx, record: Record, code: str, unit: str, now: datetime) -> Record:
        """Notes that a unit no longer applies a measure. Raises Outdated, and NotFound if the unit does not apply it."""
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
        """The facts of the record that decide whether it can be repaired."""
        return dates.repair_facts(record)

    @staticmethod
    def clocks(record: Record) -> tuple[Publicity, DisclosurePeriod]:
        """National publicity and local disclosure of a dishonesty record. Raises KnowledgeError."""
        return dates.publicity(record), dates.disclosure(record.jurisdiction, record)


def with_ends(record: Record) -> Record:
    """The record with the end dates of disclosure and publicity computed from its facts."""
    try:
        disclosed = dates.disclosed_until(record.section, record.jurisdiction, record)
        published = dates.published_until(record.section, record)
    except KnowledgeError:
        disclosed = published = None
    return msgspec.structs.replace(record, disclosed_until=disclosed, published_until=published)


def copies_due_on(record: Record, now: datetime) -> date | None:
    """The date by which other systems have to follow a change, if the law sets one (Yunnan 36)."""
    try:
        return due(_COPIES_CLOCK, record.jurisdiction, civil_date(now)).on
    except KnowledgeError:
        return None


def _recounted(record: Record, copy: Copy) -> Copy:
    """What a system still owes by a day that was counted."""
    owed = record.correction_owed_by(copy)
    if owed is None or copy.due_on is None:
        return copy
    return msgspec.structs.replace(copy, due_on=copies_due_on(record, owed.at) or copy.due_on)


def _told(record: Record, change: Change) -> tuple[Copy, ...]:
    if not change.is_passed_on:
        return record.copies
    due_on = _due_on(record, change)
    return tuple(
        msgspec.structs.replace(
            copy,
            told_at=change.at,
            due_on=(copy.due_on if copy.owes else None) or due_on,
            acknowledged_at=None,
            owed_since=(copy.owed_since or copy.told_at) if copy.owes else change.at,
        )
        for copy in record.copies
    )


def _due_on(record: Record, change: Change) -> date | None:
    return copies_due_on(record, change.at) if record.copies and change.is_correction else None


def _feed_entry(record: Record, change: Change) -> FeedEntry:
    return FeedEntry(
        id=new_id("chg"),
        provider=record.provider,
        record=record.id,
        at=change.at,
        kind=change.kind,
        fields=change.fields,
        systems=tuple(copy.system for copy in record.copies) if change.is_passed_on else (),
        due_on=_due_on(record, change),
    )
