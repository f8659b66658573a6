"""Look-ups by officers: by exact number only, for a stated purpose, in the officer's own place.

Law: Yunnan 19, 35, 39; Dalian 24, 40. Each look-up is in the audit and in the person's footprints before it is answered.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum

from api.audits.service import AuditService
from api.footprints.models import Footprint, FootprintKind
from api.footprints.service import FootprintService, footprint
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Forbidden, Invalid, NotFound
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing, subject_index
from api.infra.rekeying import Bring
from api.records.corrections import CaseFollowed, cases_until
from api.records.digests import act_keys
from api.records.models import Record
from api.records.service import RecordService
from api.records.store import RecordStore
from api.records.unit_schemas import FindRecords
from knowledge.errors import KnowledgeError
from knowledge.identity import check_document_number
from knowledge.rules import in_force

_A_PAGE = 100


class Purpose(StrEnum):
    """Why an officer looks something up, in the words that the person reads."""

    OBJECTION = "objection"
    REPAIR = "repair"
    WINDOW = "window"
    CORRECTION = "correction"
    SUPERVISION = "supervision"

    @property
    def label(self) -> str:
        return _PURPOSES[self]


_PURPOSES = {
    Purpose.OBJECTION: "办理异议",
    Purpose.REPAIR: "办理信用修复",
    Purpose.WINDOW: "本人到窗口查询",
    Purpose.CORRECTION: "核对和更正信息",
    Purpose.SUPERVISION: "监督检查",
}


MeasureLifted = Callable[[Tx, Actor, str, str, str, datetime], Awaitable[None]]


class LookupService:
    """`case_followed` is called when a copy has followed a change made by a case, which ends the case's own step;
    `measure_lifted` likewise when a measure was lifted.
    """

    def __init__(
        self,
        store: RecordStore,
        records: RecordService,
        footprints: FootprintService,
        audits: AuditService,
        keys: KeyRing,
        case_followed: CaseFollowed,
        measure_lifted: MeasureLifted,
        bring: Bring,
    ) -> None:
        self._bring = bring
        self._store = store
        self._records = records
        self._footprints = footprints
        self._audits = audits
        self._keys = keys
        self._case_followed = case_followed
        self._measure_lifted = measure_lifted

    async def read(self, tx: Tx, actor: Actor, record_id: str, purpose: Purpose, now: datetime) -> Record:
        """One record of the officer's place. Raises NotFound, also for another place's; both are audited."""
        record = await self._of_place(tx, actor, record_id, now)
        await self._leave(tx, actor, [record], purpose, now)
        return record

    async def own(self, tx: Tx, actor: Actor, asked: FindRecords, now: datetime) -> Page[Record]:
        """A provider's own records by document number or person, newest first; the search is audited. Raises Invalid."""
        if asked.act_number is not None:
            acts = act_keys(self._keys, asked.act_number)
            page = await self._store.page_by_act_of_provider(acts, actor.id, asked.cursor, _A_PAGE)
        else:
            subject = await self.known_as(asked.document_kind, asked.document_number or "", now)
            page = await self._store.page_of_subject_of_provider(subject, actor.id, asked.cursor, _A_PAGE)
        ref, outcome = (page.items[0].id, "done") if page.items else ("none", "not-found")
        await self._audits.write(tx, actor, "records.search", ref, now, outcome=outcome)
        return page

    async def known_as(self, kind: str, number: str, now: datetime) -> str:
        """The digest of the person with this document, who is moved to the current index key first. Raises Invalid."""
        try:
            written = check_document_number(kind, number, civil_date(now))
        except KnowledgeError:
            raise Invalid(faults=(FieldFault(field="documentNumber", message="证件类型或者号码不对。"),)) from None
        await self._bring([(kind, written)])
        return subject_index(self._keys, kind, written)

    async def by_act(
        self, tx: Tx, actor: Actor, number: str, purpose: Purpose, now: datetime, cursor: str | None = None
    ) -> Page[Record]:
        """Records based on the document with exactly this number, newest first. Raises Invalid."""
        page = await self._store.page_by_act(act_keys(self._keys, number), _place_of(actor), cursor, _A_PAGE)
        return await self._found(tx, actor, page, purpose, now)

    async def by_person(
        self, tx: Tx, actor: Actor, kind: str, number: str, purpose: Purpose, now: datetime, cursor: str | None = None
    ) -> Page[Record]:
        """Records of the person with exactly this identity document, newest first. Raises Invalid."""
        subject = await self.known_as(kind, number, now)
        page = await self._store.page_of_subject(subject, _place_of(actor), cursor, _A_PAGE)
        return await self._found(tx, actor, page, purpose, now)

    async def all_of_subject(
        self, tx: Tx, actor: Actor, subject: str, purpose: Purpose, now: datetime
    ) -> Sequence[Record]:
        """Every record of this person in the officer's place, newest first: for a paper that is whole."""
        place = _place_of(actor)
        found = tuple(one for one in await self._records.list_of_subject(subject) if one.jurisdiction == place)
        return (await self._found(tx, actor, Page(found), purpose, now)).items

    async def acknowledge_copy(
        self, tx: Tx, actor: Actor, record_id: str, system: str, reason: str, now: datetime
    ) -> Record:
        """An officer notes that another system has followed the newest change. Raises NotFound, Outdated."""
        record = await self._of_place(tx, actor, record_id, now)
        after = await self._records.acknowledge_copy(tx, record, system, now)
        told_at = next(copy.told_at for copy in record.copies if copy.system == system)
        if told_at is not None:
            for case_id in cases_until(record, told_at):
                await self._case_followed(tx, actor, case_id, (system,), now)
        await self._note(tx, actor, "records.acknowledge", record, reason, now)
        return after

    async def lift_measure(
        self, tx: Tx, actor: Actor, record_id: str, code: str, unit: str, reason: str, now: datetime
    ) -> Record:
        """An officer notes that a unit no longer applies a measure. Raises NotFound, Outdated."""
        record = await self._of_place(tx, actor, record_id, now)
        after = await self._records.lift_measure(tx, record, code, unit, now)
        repaired = next((c.case_id for c in reversed(record.changes) if c.kind == "repair.approved"), None)
        if repaired is not None:
            await self._measure_lifted(tx, actor, repaired, code, unit, now)
        await self._note(tx, actor, "records.lift-measure", record, reason, now)
        return after

    async def _note(self, tx: Tx, actor: Actor, action: str, record: Record, reason: str, now: datetime) -> None:
        whose = {"place": record.jurisdiction, "subject": record.subject}
        await self._audits.write(tx, actor, action, record.id, now, **whose, basis=reason)

    async def _found(self, tx: Tx, actor: Actor, page: Page[Record], purpose: Purpose, now: datetime) -> Page[Record]:
        if page.items:
            await self._leave(tx, actor, page.items, purpose, now)
        else:
            await self._audits.write(tx, actor, "records.search", "none", now, outcome="not-found")
        return page

    async def _leave(self, tx: Tx, actor: Actor, found: Sequence[Record], purpose: Purpose, now: datetime) -> None:
        by_subject: dict[str, list[Record]] = {}
        for record in found:
            by_subject.setdefault(record.subject, []).append(record)
        entries: list[Footprint] = []
        for subject, records in by_subject.items():
            basis = _basis(records[0].jurisdiction, now)
            entries.append(
                footprint(
                    subject,
                    FootprintKind.QUERIED,
                    now,
                    unit=actor.unit or "信用中心",
                    why=purpose.label,
                    basis=basis,
                    records=tuple(record.id for record in records),
                )
            )
            await self._audits.write(
                tx, actor, "records.search", records[0].id, now, subject=subject, basis=f"{purpose.label}；{basis}"
            )
        await self._footprints.note_in(tx, entries)

    async def _of_place(self, tx: Tx, actor: Actor, record_id: str, now: datetime) -> Record:
        try:
            record = await self._records.get(record_id, tx)
        except NotFound:
            await self._audits.turn_away(actor, "records", record_id, now)
        if record.jurisdiction != actor.jurisdiction:
            await self._audits.turn_away(actor, "records", record_id, now)
        return record


def _place_of(actor: Actor) -> str:
    if actor.jurisdiction is None:
        raise Forbidden
    return actor.jurisdiction


def _basis(jurisdiction: str, now: datetime) -> str:
    """The article that allows the place's centre to query within its duties, or else the one on disclosure."""
    for rule in ("query.authority", "disclosure.ways"):
        try:
            return in_force(rule, jurisdiction, civil_date(now)).citation.label
        except KnowledgeError:
            continue
    return "公共信用信息工作职责"
