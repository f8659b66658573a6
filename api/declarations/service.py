"""Declaring, editing, withdrawing."""

from datetime import datetime
from typing import Protocol

import msgspec

from api.audits.service import AuditService
from api.declarations.errand import ERRAND
from api.declarations.errors import StatementNotAccepted
from api.declarations.guard import must_pass
from api.declarations.kinds import declarable, statement, warning
from api.declarations.models import Declaration, Wording, WrittenConsent
from api.declarations.states import TABLE
from api.declarations.store import DeclarationStore
from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.transitions import happened
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.records.models import OWN, Change, Disclosure, Particulars, Record, Section, Standing
from api.records.service import RecordService

UNVERIFIED = "未经核验"
CONTENT = "本人申报内容"
# Others see it only where the person grants a query: publication would need a consent of its own.
_DISCLOSED = Disclosure(is_published=False, is_shared=False, is_queryable=True)


class Consented(Protocol):
    """The written consent as sent: which warning was read, and whether it was accepted."""

    @property
    def warning_version(self) -> str: ...
    @property
    def accepted(self) -> bool: ...


class Words(Protocol):
    """What a resident submits to say something: the text, the statement of truth, the consent where one is needed."""

    @property
    def text(self) -> str: ...
    @property
    def statement_version(self) -> str: ...
    @property
    def statement_accepted(self) -> bool: ...
    @property
    def written_consent(self) -> Consented | None: ...


class DeclarationService:
    def __init__(
        self,
        store: DeclarationStore,
        records: RecordService,
        notices: NoticeService,
        footprints: FootprintService,
        audits: AuditService,
    ) -> None:
        self._store = store
        self._records = records
        self._notices = notices
        self._footprints = footprints
        self._audits = audits

    async def declare(
        self, tx: Tx, actor: Actor, jurisdiction: str, kind: str, words: Words, now: datetime
    ) -> Declaration:
        """Raises NotDeclarable, StatementNotAccepted, BarredContent, WrittenConsentNeeded."""
        found = declarable(jurisdiction, kind, civil_date(now))
        wording = _wording(words, jurisdiction, now)
        case = Declaration(
            id=new_id(ERRAND.prefix),
            owner=actor.id,
            subject=actor.bound_subject,
            status=TABLE.initial,
            kind=found.code,
            title=found.title,
            jurisdiction=jurisdiction,
            is_market=found.is_market,
            record=new_id("rec"),
            wordings=(wording,),
        )
        await self._store.insert(tx, case)
        await self._records.insert_own(tx, _record(case, now))
        seen = footprint(
            case.subject,
            FootprintKind.COLLECTED,
            now,
            unit="本人",
            why="自主申报",
            basis=statement(jurisdiction, civil_date(now)).citation.label,
            records=(case.record,),
            ref=case.id,
        )
        await self._footprints.note_in(tx, [seen])
        await self._told(tx, actor, case, "declared", now)
        return case

    async def edit(self, tx: Tx, actor: Actor, case_id: str, words: Words, now: datetime) -> Declaration:
        """A new wording in place of the present one. Raises what `declare` raises."""
        case = await self.get(actor, case_id, now, tx)
        row = TABLE.advance(case.status, "edit", actor.role)
        wording = _wording(words, case.jurisdiction, now)
        after = msgspec.structs.replace(
            case,
            status=row.target,
            wordings=(*case.wordings, wording),
            history=(*case.history, happened(row, case.status, actor, now)),
        )
        after = await self._store.save(tx, case, after)
        record = await self._records.get(case.record, tx)
        await self._records.alter(
            tx, record, _change(case, "edited", "本人修改", now), particulars=_particulars(wording.text)
        )
        await self._told(tx, actor, case, "edited", now)
        return after

    async def withdraw(self, tx: Tx, actor: Actor, case_id: str, now: datetime) -> Declaration:
        """Out of the report at once; the wordings stay readable for the author."""
        case = await self.get(actor, case_id, now, tx)
        row = TABLE.advance(case.status, "withdraw", actor.role)
        after = msgspec.structs.replace(
            case, status=row.target, history=(*case.history, happened(row, case.status, actor, now))
        )
        after = await self._store.save(tx, case, after)
        record = await self._records.get(case.record, tx)
        await self._records.stop(tx, record, Standing.WITHDRAWN, _change(case, "withdrawn", "本人撤回", now))
        await self._told(tx, actor, case, "withdrawn", now)
        return after

    async def get(self, actor: Actor, case_id: str, now: datetime, tx: Tx = None) -> Declaration:
        """The actor's own, from whichever account. Raises NotFound; another's is in the audit."""
        case = await self._store.get(case_id, tx)
        if case.subject != actor.bound_subject:
            await self._audits.turn_away(actor, "declarations", case_id, now)
        return case

    async def page(self, actor: Actor, cursor: str | None, limit: int) -> Page[Declaration]:
        return await self._store.page_of_subject(actor.bound_subject, cursor, limit)

    async def export(self, actor: Actor) -> list[Declaration]:
        """Everything of the actor's, for the export of their data."""
        if actor.subject is None:
            return []
        return await self._store.find_many({"subject": actor.subject}, limit=1000, sort=(("_id", -1),))

    async def _told(self, tx: Tx, actor: Actor, case: Declaration, what: str, now: datetime) -> None:
        draft = Draft(
            kind=f"declaration.{what}",
            subject=case.subject,
            ref=case.id,
            on=civil_date(now),
            params={"title": case.title},
            occasion=now.isoformat(),
        )
        await self._notices.tell(tx, now, draft)
        await self._audits.write(tx, actor, f"declarations.{what}", case.id, now, subject=case.subject)


def _wording(words: Words, jurisdiction: str, now: datetime) -> Wording:
    on = civil_date(now)
    truth = statement(jurisdiction, on)
    if not words.statement_accepted or words.statement_version != truth.version:
        raise StatementNotAccepted(citation=truth.citation)
    consent = words.written_consent
    agreed = consent is not None and consent.accepted and consent.warning_version == warning(jurisdiction, on).version
    covers = must_pass(words.text, jurisdiction, field="text", has_consent=agreed)
    written = WrittenConsent(consent.warning_version, now, covers) if consent and covers else None
    return Wording(at=now, text=words.text, statement=truth.version, consent=written)


def _particulars(text: str) -> Particulars:
    """Whose it is says the record's subject; a declaration keeps no second copy of name and number."""
    return Particulars(name="", document_kind="", document_number="", items={CONTENT: text, "核验情况": UNVERIFIED})


def _record(case: Declaration, now: datetime) -> Record:
    return Record(
        id=case.record,
        natural_key=f"declaration:{case.id}",
        jurisdiction=case.jurisdiction,
        section=Section.DECLARATION,
        code=f"declaration.{case.kind}",
        title=case.title,
        subject=case.subject,
        provider=OWN,
        source_unit="本人",
        received_at=now,
        particulars=_particulars(case.wordings[-1].text),
        disclosure=_DISCLOSED,
        is_market=case.is_market,
    )


def _change(case: Declaration, kind: str, reason: str, now: datetime) -> Change:
    return Change(at=now, kind=kind, unit="本人", reason=reason, fields=(CONTENT,), case_id=case.id)
