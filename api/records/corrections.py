"""What a provider does to its own records after intake: corrections, revoked acts, and acknowledging its feed (Dalian 14, 43)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from api.audits.service import AuditService
from api.footprints.service import FootprintService
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.providers.models import Provider
from api.records.amending import Amending, disclosed_again
from api.records.errors import RecordNotStanding
from api.records.models import Change, FeedEntry, Record, Standing
from api.records.service import RecordService
from api.records.store import FeedStore
from api.records.telling import drafts_of
from api.records.traces import of_release
from knowledge.clocks import DueDate, due
from knowledge.errors import KnowledgeError
from knowledge.places import cited
from knowledge.rules import supports

_CLOCK = "revocation.update"


class Act(StrEnum):
    """What happened to the act on which the record is based (Dalian 43)."""

    CORRECTED = "corrected"  # by the authority itself
    REVOKED = "revoked"  # on reconsideration
    ANNULLED = "annulled"  # by a court

    @property
    def label(self) -> str:
        return _ACTS[self]


_ACTS = {Act.CORRECTED: "行政机关自行更正", Act.REVOKED: "复议机关决定撤销", Act.ANNULLED: "人民法院判决撤销"}


class Corrected(msgspec.Struct, frozen=True):
    """The changed record, with the copies' due date in it, and the date by which the law requires the change, if any."""

    record: Record
    due: DueDate | None
    explanation: str
    law: str


CaseFollowed = Callable[[Tx, Actor, str, Sequence[str], datetime], Awaitable[None]]


class CorrectionService:
    """Changes a provider's own records. Those of others are not found, and the attempt is audited.

    `case_followed` is called when all copies have followed a change made by a case, which ends the case's own step. `centres` are the
    names of the centres by jurisdiction.
    """

    def __init__(
        self,
        records: RecordService,
        feed: FeedStore,
        notices: NoticeService,
        audits: AuditService,
        keys: KeyRing,
        case_followed: CaseFollowed,
        footprints: FootprintService,
        centres: Mapping[str, str],
        find_provider: Callable[[str], Awaitable[Provider]],
    ) -> None:
        self._records = records
        self._feed = feed
        self._notices = notices
        self._audits = audits
        self._amending = Amending(records, keys)
        self._case_followed = case_followed
        self._footprints = footprints
        self._centres = centres
        self._find_provider = find_provider

    async def correct(
        self, tx: Tx, actor: Actor, record: Record, fields: dict[str, Any], reason: str, now: datetime
    ) -> Record:
        """Corrects fields at once, and tells the person and every system with a copy.

        `fields` by our names; `items` replaces labelled fields, None removes one. Raises Invalid, NothingToChange,
        RecordNotStanding, Outdated.
        """
        if record.standing in (Standing.REVOKED, Standing.REMOVED):
            raise RecordNotStanding
        amendment = await self._amending.changes(record, fields, civil_date(now), actor.unit)
        law = cited(("correction",), record.jurisdiction)
        change = Change(
            at=now,
            kind="corrected",
            unit=actor.unit or record.source_unit,
            reason=reason,
            fields=amendment.names,
            law=law,
        )
        again = disclosed_again(record, amendment.fields, civil_date(now))
        standing = {"standing": Standing.STANDING, "standing_since": now, "disclosure": again} if again else {}
        after = await self._records.alter(tx, record, change, **amendment.fields | standing)
        if again:
            after = await self._records.get(record.id, tx)  # an objection that is open has marked it
        await self._tell(tx, "records.corrected", after, change)
        if again or (record.awaits_birth_date and not after.awaits_birth_date):
            after = await self._release(tx, after, now)
        await self._audits.write(
            tx, actor, "records.correct", record.id, now, place=record.jurisdiction, subject=record.subject
        )
        return after

    async def _release(self, tx: Tx, record: Record, now: datetime) -> Record:
        """What nobody but its person saw is disclosed from now on: as at intake they are told, systems get a copy, and both
        publication and sharing are in the footprints.
        """
        if record.disclosure.is_shared and not record.copies:
            record = await self._records.share(tx, record, (await self._find_provider(record.provider)).systems, now)
        await self._footprints.note_in(tx, of_release(record, self._centres.get(record.jurisdiction, "信用中心"), now))
        await self._notices.tell(tx, now, *drafts_of(record, record.id, now))
        return record

    async def revoke(
        self, tx: Tx, actor: Actor, record: Record, act: Act, reason: str, fields: dict[str, Any] | None, now: datetime
    ) -> Corrected:
        """The act was corrected, revoked or annulled: changes the record as `fields` say, or else ends its disclosure, at once.

        Dalian 43 allows three working days; Yunnan has no such article, so it is handled like an upheld objection.
        Raises Invalid, RecordNotStanding, Outdated.
        """
        on = civil_date(now)
        right = supports(_CLOCK, record.jurisdiction, on)
        law = f"{right.citation.regulation}-{right.citation.article}"
        if record.standing not in (Standing.STANDING, Standing.WITHDRAWN):
            raise RecordNotStanding
        if fields:
            amendment = await self._amending.changes(record, fields, on, actor.unit)
            changed, names = amendment.fields, amendment.names
        else:
            changed, names = {}, ("披露",)
        change = Change(
            at=now,
            kind=f"act-{act.value}",
            unit=actor.unit or record.source_unit,
            reason=f"{act.label}：{reason}",
            fields=names,
            law=(law,),
        )
        if fields:
            after = await self._records.alter(tx, record, change, **changed)
        elif record.standing is Standing.STANDING:
            after = await self._records.stop(tx, record, Standing.REVOKED, change)
        else:  # withdrawn by its person, who could have it public again
            ended: dict[str, Any] = {"standing": Standing.REVOKED, "standing_since": now}
            after = await self._records.alter(tx, record, change, **ended)
        if record.awaits_birth_date and not after.awaits_birth_date:
            after = await self._release(tx, after, now)
        await self._tell(tx, "records.corrected" if fields else "records.revoked", after, change)
        await self._audits.write(
            tx,
            actor,
            "records.revoke",
            record.id,
            now,
            place=record.jurisdiction,
            subject=record.subject,
            basis=right.citation.label,
        )
        return Corrected(after, _due(record.jurisdiction, on), f"{right.explanation}{right.instead}", law)

    async def page(self, actor: Actor, after: str | None, limit: int) -> Page[FeedEntry]:
        """The provider's feed, oldest first."""
        return await self._feed.page_of_provider(actor.id, after, limit)

    async def acknowledge(
        self, tx: Tx, actor: Actor, entry_id: str, systems: Sequence[str] | None, now: datetime
    ) -> FeedEntry:
        """Notes that the provider, and all or some systems with a copy, have followed a change. Harmless to repeat.

        A copy that still owes a newer change is not affected. Raises NotFound, and Invalid for a system that has no copy.
        """
        entry = await self._feed.get_of_provider(entry_id, actor.id, tx)
        if systems is not None and not set(systems) <= set(entry.systems):
            raise Invalid(faults=(FieldFault(field="systems", message="有的系统没有这条记录的副本。"),))
        record = await self._records.get(entry.record, tx)
        if entry.systems:
            record = await self._records.acknowledge_copies(tx, record, systems or entry.systems, entry.at, now)
            for case_id in cases_until(record, entry.at):
                await self._case_followed(tx, actor, case_id, systems or entry.systems, now)
        owing = any(copy.told_at == entry.at and copy.acknowledged_at is None for copy in record.copies)
        if entry.acknowledged_at is None and not owing:
            await self._feed.acknowledge(tx, entry.id, now)
            entry = msgspec.structs.replace(entry, acknowledged_at=now)
        await self._audits.write(
            tx, actor, "records.acknowledge", record.id, now, place=record.jurisdiction, subject=record.subject
        )
        return entry

    async def _tell(self, tx: Tx, kind: str, record: Record, change: Change) -> None:
        draft = Draft(
            kind=kind,
            subject=record.subject,
            ref=record.id,
            on=civil_date(change.at),
            params={"unit": change.unit},
            occasion=change.at.isoformat(),
        )
        await self._notices.tell(tx, change.at, draft)


def cases_until(record: Record, at: datetime) -> tuple[str, ...]:
    """The cases that changed the record up to an instant: a copy with the newest content has their changes too."""
    return tuple(dict.fromkeys(c.case_id for c in record.changes if c.case_id is not None and c.at <= at))


def _due(jurisdiction: str, on: date) -> DueDate | None:
    try:
        return due(_CLOCK, jurisdiction, on)
    except KnowledgeError:
        return None
