"""Writes to a case's journal, and decides who reads which entries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from api.audits.service import AuditService
from api.desk.casework import Casework, UnitHere
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.database_faults import AlreadyThere
from api.infra.errors import FieldFault, Invalid, NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.paging import MOST_EXPORTED
from api.infra.steps import next_due
from api.journal.errors import CaseOver, NothingOwed, NotYetWritten, QuestionAnswered, RemindedToday, UnitNotHere
from api.journal.models import ANSWER, HERE, NOTE, QUESTION, REACHED, REMINDER, SERVED, WAYS, Entry
from api.journal.store import JournalStore
from api.notices.models import Draft
from api.notices.service import NoticeService
from knowledge.clocks import chinese_date


class JournalService:
    """`cases` are the services of all errands by name; those without a place (grants) are not the desk's."""

    def __init__(
        self,
        store: JournalStore,
        cases: Mapping[str, Casework[Any]],
        notices: NoticeService,
        audits: AuditService,
        is_unit_here: UnitHere,
    ) -> None:
        self._store = store
        self._cases = {name: service for name, service in cases.items() if service.errand.clocks}
        self._notices = notices
        self._audits = audits
        self._is_unit_here = is_unit_here

    async def note(self, tx: Tx, officer: Actor, errand: str, case_id: str, text: str, now: datetime) -> Entry:
        """Adds a note for colleagues of the place, also to a closed case."""
        _, case = await self._case(tx, officer, errand, case_id, now)
        return await self._write(tx, officer, errand, case, NOTE, now, text=text)

    async def ask(self, tx: Tx, officer: Actor, errand: str, case_id: str, text: str, now: datetime) -> Entry:
        """Asks the party, who is told and can answer once. Raises CaseOver."""
        service, case = await self._case(tx, officer, errand, case_id, now)
        _must_run(service, case)
        entry = await self._write(tx, officer, errand, case, QUESTION, now, text=text)
        await self._tell(tx, case, "journal.asked", entry, now)
        return entry

    async def remind(
        self, tx: Tx, officer: Actor, errand: str, case_id: str, text: str | None, way: str, now: datetime
    ) -> Entry:
        """Reminds the unit that owes a step or may act now, once a day: here, where it can read that, or notes how else the officer
        did. Raises CaseOver, NothingOwed, UnitNotHere, RemindedToday.
        """
        service, case = await self._case(tx, officer, errand, case_id, now)
        _must_run(service, case)
        centre = service.centres.get(case.jurisdiction)
        owed = next_due(step for step in case.steps if step.owed_by != centre)
        # A unit that was notified has no due date until it says that it received the notice, but it can act already.
        if owed is None and not service.table_of(case).allowed(case.status, Role.PROVIDER):
            raise NothingOwed
        own = next((name for field in _UNIT_FIELDS if (name := getattr(case, field, ""))), "")
        unit, provider = owed.owed_by if owed else own, getattr(case, service.worked_by, None)
        if way == HERE and not (unit == own and provider and await self._is_unit_here(provider, now)):
            raise UnitNotHere
        try:
            entry = await self._write(
                tx, officer, errand, case, REMINDER, now,
                text=text, provider=provider, addressee=unit, on=civil_date(now), way=way,
            )  # fmt: skip
        except AlreadyThere as taken:
            raise RemindedToday from taken
        await self._tell(tx, case, "journal.reminded", entry, now, unit=unit, how=REACHED[way])
        return entry

    async def serve(
        self, tx: Tx, officer: Actor, errand: str, case_id: str, way: str, on: date, text: str | None, now: datetime
    ) -> Entry:
        """Notes how the paper of a decided case reached the party. Raises NotYetWritten, Invalid."""
        service, case = await self._case(tx, officer, errand, case_id, now)
        decided = getattr(case, "decided_at", None)
        if service.errand.paper is None or decided is None:
            raise NotYetWritten
        if not civil_date(decided) <= on <= civil_date(now):
            message = f"{chinese_date(civil_date(decided))}作出，最晚今天。"
            raise Invalid(faults=(FieldFault(field="on", message=message),))
        entry = await self._write(tx, officer, errand, case, SERVED, now, text=text, way=way, on=on)
        await self._tell(tx, case, "journal.served", entry, now, way=WAYS[way], day=chinese_date(on))
        return entry

    async def dispatched(
        self, tx: Tx, errand: str, case: Any, way: str, on: date, by: str, text: str | None, now: datetime
    ) -> None:
        """Notes a service that an errand's own step made, which is already audited and has told the party."""
        entry = _entry(errand, case, SERVED, now, unit=by, text=text, way=way, on=on)
        await self._store.insert(tx, entry)

    async def answer(self, tx: Tx, party: Actor, entry_id: str, text: str, now: datetime) -> Entry:
        """The party answers a question, once. Raises NotFound, QuestionAnswered."""
        question = await self._store.get(entry_id, tx)
        if question.subject != party.bound_subject or question.kind != QUESTION:
            await self._audits.turn_away(party, "journal", entry_id, now)
        _, case = await self._case(tx, party, question.errand, question.case, now)
        try:
            return await self._write(
                tx, party, question.errand, case, ANSWER, now, text=text, about=question.id, by_party=True
            )
        except AlreadyThere as taken:
            raise QuestionAnswered from taken

    async def read(self, officer: Actor, errand: str, case_id: str, now: datetime) -> list[Entry]:
        """The whole journal, for officers of the case's place; the read is audited, and answers count as seen."""
        service = self._cases.get(errand)
        if service is None:
            raise NotFound
        case = await service.seen_by(officer, case_id, now)
        found = await self._store.of_case(case.id)
        if any(one.kind == ANSWER and one.seen_at is None for one in found):
            await self._store.mark_seen(case.id, now)
        if found:
            await self._audits.write(
                None, officer, "journal.read", case.id, now, subject=case.subject, place=case.jurisdiction
            )
        return found

    async def shown_to(self, party: Actor, case_id: str | None) -> list[Entry]:
        """The entries that the party may read, oldest first: all except notes."""
        return [*reversed(await self._store.shown_to(party.bound_subject, case_id))]

    async def of_subject(self, subject: str) -> list[Entry]:
        """Entries for the person's export: those that the person could read."""
        return await self._store.shown_to(subject, limit=MOST_EXPORTED + 1)

    async def unseen(self, officer: Actor) -> list[Entry]:
        return await self._store.unseen(officer.jurisdiction or "")

    async def reminders_of(self, unit: Actor) -> list[Entry]:
        return await self._store.reminders_of(unit.id)

    async def _case(self, tx: Tx, actor: Actor, errand: str, case_id: str, now: datetime) -> tuple[Casework[Any], Any]:
        service = self._cases.get(errand)
        if service is None:
            raise NotFound
        return service, await service.seen_by(actor, case_id, now, tx)

    async def _write(
        self,
        tx: Tx,
        actor: Actor,
        errand: str,
        case: Any,
        kind: str,
        now: datetime,
        *,
        by_party: bool = False,
        **more: Any,
    ) -> Entry:
        unit, officer = ("当事人", None) if by_party else (actor.unit or "", actor.id)
        entry = _entry(errand, case, kind, now, unit=unit, officer=officer, **more)
        await self._store.insert(tx, entry)
        await self._audits.write(
            tx, actor, f"journal.{kind}", case.id, now, subject=case.subject, place=case.jurisdiction
        )
        return entry

    async def _tell(self, tx: Tx, case: Any, kind: str, entry: Entry, now: datetime, **params: str) -> None:
        draft = Draft(
            kind=kind,
            subject=case.subject,
            ref=case.id,
            on=civil_date(now),
            params={"number": entry.number, **params},
            occasion=entry.id,
        )
        await self._notices.tell(tx, now, draft)


_UNIT_FIELDS = ("provider_unit", "source_unit", "recipient_unit", "unit", "addressee")
"""What the errands call the name of the unit that works a case."""


def _must_run(service: Casework[Any], case: Any) -> None:
    if service.table_of(case).is_final(case.status):
        raise CaseOver


def _entry(errand: str, case: Any, kind: str, now: datetime, **more: Any) -> Entry:
    return Entry(
        id=new_id("jrn"),
        case=case.id,
        errand=errand,
        number=getattr(case, "number", ""),
        jurisdiction=case.jurisdiction,
        subject=case.subject,
        kind=kind,
        at=now,
        **more,
    )
