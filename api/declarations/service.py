"""Declaring, editing, withdrawing."""

from datetime import datetime

from api.declarations.errand import ERRAND
from api.declarations.errors import StatementNotAccepted
from api.declarations.guard import must_pass
from api.declarations.kinds import declarable, statement, warning
from api.declarations.models import UNVERIFIED, Declaration, Wording, WrittenConsent
from api.declarations.schemas import Declare, Edit
from api.declarations.states import TABLE
from api.declarations.store import DeclarationStore
from api.desk.casework import Casework, Ground, Turn
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.records.models import OWN, Change, Disclosure, Particulars, Record, Section, Standing

CONTENT = "本人申报内容"
# Others see it only if the person grants a query: publication would need a separate consent.
_DISCLOSED = Disclosure(is_published=False, is_shared=False, is_queryable=True)


class DeclarationService(Casework[Declaration]):
    def __init__(self, ground: Ground) -> None:
        super().__init__(ERRAND, ground, DeclarationStore(ground.database, ground.keys))

    async def declare(self, tx: Tx, actor: Actor, request: Declare, now: datetime) -> Declaration:
        """Raises NotDeclarable, StatementNotAccepted, BarredContent, WrittenConsentNeeded."""
        found = declarable(request.jurisdiction, request.kind, civil_date(now))
        wording = _wording(request, request.jurisdiction, now)
        case = Declaration(
            id=new_id(ERRAND.prefix),
            owner=actor.id,
            subject=actor.bound_subject,
            status=TABLE.initial,
            kind=found.code,
            title=found.title,
            jurisdiction=request.jurisdiction,
            is_market=found.is_market,
            record=new_id("rec"),
            wordings=(wording,),
        )
        case = await self.start(tx, actor, case, now, "declare", told="declarations.declared", title=case.title)
        await self.records.insert_own(tx, _record(case, now))
        seen = footprint(
            case.subject,
            FootprintKind.COLLECTED,
            now,
            unit=actor.named,
            why=f"{actor.on_behalf}自主申报",
            basis=statement(request.jurisdiction, civil_date(now)).citation.label,
            records=(case.record,),
            ref=case.id,
        )
        await self.footprints.note_in(tx, [seen])
        return case

    async def edit(self, turn: Turn[Declaration], words: Edit) -> Declaration:
        """Replaces the current wording by a new one. Raises whatever `declare` raises."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "edit", actor.role)
        wording = _wording(words, case.jurisdiction, now)
        after = await self.move(turn, "edit", wordings=(*case.wordings, wording))
        record = await self.records.get(case.record, tx)
        await self.records.alter(
            tx, record, _change(case, actor, "edited", "修改", now), particulars=_particulars(wording.text)
        )
        await self.tell(tx, after, "declarations.edited", now, title=case.title)
        return after

    async def withdraw(self, turn: Turn[Declaration]) -> Declaration:
        """Removes it from the report at once; the wordings stay readable for the author."""
        tx, actor, case, now = turn
        after = await self.move(turn, "withdraw")
        record = await self.records.get(case.record, tx)
        await self.records.stop(tx, record, Standing.WITHDRAWN, _change(case, actor, "withdrawn", "撤回", now))
        await self.tell(tx, after, "declarations.withdrawn", now, title=case.title)
        return after


def _wording(words: Declare | Edit, jurisdiction: str, now: datetime) -> Wording:
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
    """The particulars, without name and number: the record's subject says whose they are."""
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


def _change(case: Declaration, actor: Actor, kind: str, deed: str, now: datetime) -> Change:
    reason = f"{actor.on_behalf or '本人'}{deed}"
    return Change(at=now, kind=kind, unit=actor.named, reason=reason, fields=(CONTENT,), case_id=case.id)
