"""The base of every errand's service: who may see a case, how it moves, and who is told."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from api.audits.service import AuditService
from api.desk.documents import ResultDocument
from api.desk.errors import CopyNotOwed, ReviewNeeded, TooSoonToUrge
from api.desk.models import Remedy
from api.desk.service import DeskService
from api.evidence.models import Clean, Evidence
from api.evidence.service import EvidenceService
from api.footprints.service import FootprintService
from api.infra import data_files
from api.infra.actors import Actor, Role
from api.infra.cases import CaseStore, Timing
from api.infra.clock import civil_date
from api.infra.data_files import FromFile
from api.infra.errands import Errand
from api.infra.errors import ActionNotAllowed, Forbidden, NotFound, Outdated, Refusal
from api.infra.mongo import Database, Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.infra.steps import Step, next_due, recount
from api.infra.transitions import Table, happened
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.records.service import RecordService
from knowledge.clocks import chinese_date
from knowledge.places import cited
from knowledge.remedies import Decider
from knowledge.remedies import remedies as ways

C = TypeVar("C", bound=Any)  # a `Case`, whose fields beyond those each errand chooses: `steps`, `subject`, `urged_on`


def remedies(decided_by: Decider, jurisdiction: str, now: datetime) -> tuple[Remedy, ...]:
    """The remedies against a decision, by who decided, counted from the day on which it was told."""
    return remedies_from(decided_by, jurisdiction, civil_date(now))


def remedies_from(decided_by: Decider, jurisdiction: str, on: date) -> tuple[Remedy, ...]:
    """The same, counted from the day on which a decision was served."""
    return tuple(Remedy(clock=way.id, starts_on=on) for way in ways(decided_by, jurisdiction, on))


def _place_of(case: Any) -> str | None:
    """None for what belongs to no place, such as a grant."""
    return getattr(case, "jurisdiction", None)


class _Settings(FromFile):
    urge_again_after_days: int


@cache
def _urge_again_after() -> timedelta:
    return timedelta(days=data_files.read("api.desk", "service.toml", _Settings).urge_again_after_days)


UnitHere = Callable[[str, datetime], Awaitable[bool]]
"""Whether a unit, by its id, can read here what waits for it."""


class Ground(NamedTuple):
    """The services that every errand needs. `centres` are the names of the centres by jurisdiction, `reviews` how many more
    officers sign there before a paper goes out."""

    database: Database
    keys: KeyRing
    records: RecordService
    footprints: FootprintService
    evidence: EvidenceService
    desk: DeskService
    notices: NoticeService
    audits: AuditService
    centres: Mapping[str, str]
    reviews: Mapping[str, int]
    is_unit_here: UnitHere


class Turn(NamedTuple, Generic[C]):
    """One step on a case: its transaction, who takes it, the case before it, and the instant."""

    tx: Tx
    actor: Actor
    case: C
    now: datetime


class Casework(Generic[C]):
    """Base of an errand's service. Its cases have, besides the fields of `Case`, `subject`; with clocks also `number`, `jurisdiction`
    and `steps`; if they can be urged, `urged_on`; if a unique index needs it, `is_open`.

    `own_by` is the field that names the resident, `worked_by` the one that names the unit that may work the case.
    """

    own_by = "subject"
    worked_by = "provider"
    already_open: type[Refusal] | None = None
    """The refusal where a unique index says that there is such a case already; without one AlreadyThere is raised."""

    def __init__(self, errand: Errand, ground: Ground, store: CaseStore[C]) -> None:
        self.errand = errand
        self.records = ground.records
        self.footprints = ground.footprints
        self.evidence = ground.evidence
        self.notices = ground.notices
        self.audits = ground.audits
        self.centres = ground.centres
        self._reviews = ground.reviews
        self.is_unit_here = ground.is_unit_here
        self._cases = store
        self._desk = ground.desk

    def table_of(self, case: C) -> Table:
        """The table by which a case moves; overridden by errands with several."""
        return self.errand.tables[0]

    async def owned(self, actor: Actor, case_id: str, now: datetime, tx: Tx = None) -> C:
        """The actor's own case, also if it comes from an account that is now closed.

        Raises NotFound for none and for another's; the attempt is in the audit.
        """
        case = await self._cases.get(case_id, tx)
        if getattr(case, self.own_by) != self._me(actor):
            await self.audits.turn_away(actor, self.errand.name, case_id, now)
        return case

    async def seen_by(self, actor: Actor, case_id: str, now: datetime, tx: Tx = None) -> C:
        """A case that the actor may read as its resident, its unit or an officer of its place. Raises NotFound."""
        if actor.role is Role.RESIDENT:
            return await self.owned(actor, case_id, now, tx)
        case = await self._cases.get(case_id, tx)
        is_officer = actor.role is Role.OFFICER and actor.jurisdiction == case.jurisdiction
        is_unit = actor.role is Role.PROVIDER and actor.id == getattr(case, self.worked_by)
        if not is_officer and not is_unit:
            await self.audits.turn_away(actor, self.errand.name, case_id, now)
        return case

    async def read_by(self, actor: Actor, case_id: str, now: datetime) -> C:
        """As `seen_by`; a read of another person's case is audited."""
        case = await self.seen_by(actor, case_id, now)
        if actor.role is not Role.RESIDENT:
            await self.audits.write(
                None, actor, f"{self.errand.name}.read", case_id, now, subject=case.subject, place=_place_of(case)
            )
        return case

    async def for_step(self, tx: Tx, actor: Actor, case_id: str, now: datetime, version: int | None = None) -> C:
        """The current case, for a step. Raises NotFound, and Outdated if the actor saw another version."""
        case = await self.seen_by(actor, case_id, now, tx)
        if version is not None and version != case.version:
            raise Outdated
        return case

    async def open_file(self, actor: Actor, case_id: str, evidence_id: str, now: datetime) -> tuple[Evidence, bytes]:
        """A file of a case that the actor may read; a read of another person's is audited. Raises NotFound."""
        case = await self.seen_by(actor, case_id, now)
        file, content = await self.evidence.open(evidence_id, case=case.id)
        if actor.role is not Role.RESIDENT:
            await self.audits.write(
                None, actor, "evidence.read", file.id, now, subject=case.subject, basis=case.id, place=_place_of(case)
            )
        return file, content

    async def document(self, actor: Actor, case_id: str, now: datetime) -> ResultDocument:
        """The written decision; a read of another person's is audited, for it says what they wrote. Raises NotFound, ResultNotReady."""
        return await self.written(await self.read_by(actor, case_id, now))

    async def written(self, case: C, tx: Tx = None) -> ResultDocument:
        """The written decision; overridden by errands that decide in writing. Raises ResultNotReady."""
        raise NotFound

    async def by_id(self, case_id: str, tx: Tx) -> C:
        """For other errands, which have checked the access. Raises NotFound."""
        return await self._cases.get(case_id, tx)

    async def of_subject(self, subject: str, place: str, limit: int) -> list[C]:
        """A person's cases in one place, newest first. For the desk, which has checked the access."""
        return await self._cases.of_subject(subject, limit, place)

    def timings(self, place: str, since: datetime) -> AsyncIterator[Timing]:
        """For the figures: see `CaseStore.timings`."""
        return self._cases.timings(place, self.worked_by, since)

    async def decided_since(self, place: str, since: datetime, limit: int) -> list[C]:
        """A place's cases that were closed with a decision since then, newest first. For the desk."""
        return await self._cases.decided_since(place, since, limit)

    def owed(self, place: str) -> AsyncIterator[Timing]:
        """The steps of all cases of a place. For the units' figures."""
        return self._cases.owed(place, self.worked_by)

    async def of_ids(self, ids: Sequence[str]) -> list[C]:
        """Those that are there, in no order. For the desk, which has checked the access."""
        return await self._cases.of_ids(ids)

    async def of_number(self, number: str, place: str) -> list[C]:
        """A place's cases under one receipt number."""
        return await self._cases.of_number(number, place)

    async def page(self, actor: Actor, cursor: str | None, limit: int) -> Page[C]:
        """The actor's own cases, newest first, including those from an account that is now closed."""
        me = self._me(actor)
        if me is None:  # signed in without an identity: the export asks here too
            return Page(items=())
        return await self._cases.page_by({self.own_by: me}, cursor, limit)

    def exported(self, case: C) -> C:
        """The case as its person takes it along; overridden where it has somebody else's data."""
        return case

    async def let_go(self, tx: Tx, actor: Actor, now: datetime) -> None:
        """Called in the transaction that closes the resident's account. Cases are kept; errands that end theirs override this."""

    async def page_of_provider(self, actor: Actor, statuses: Sequence[str], cursor: str | None, limit: int) -> Page[C]:
        """Cases about the unit's own records in the given states, newest first. Needs the index (provider, status, _id)."""
        query = {"provider": actor.id, "status": {"$in": list(statuses)}}
        return await self._cases.page_by(query, cursor, limit)

    async def page_to_work(self, actor: Actor, cursor: str | None, limit: int, now: datetime, **query: str) -> Page[C]:
        """The cases that a unit works, or all of the officer's place, newest first; the read is audited. Needs an index that begins
        with `worked_by` or jurisdiction, goes on with `query` and ends in _id.
        """
        if actor.role is Role.PROVIDER:
            whose = {self.worked_by: actor.id}
        elif actor.jurisdiction is None:
            raise Forbidden
        else:
            whose = {"jurisdiction": actor.jurisdiction}
        page = await self._cases.page_by({**whose, **query}, cursor, limit)
        await self.audits.write_reads(actor, f"{self.errand.name}.read", page.items, now)
        return page

    async def start(
        self,
        tx: Tx,
        actor: Actor,
        case: C,
        now: datetime,
        action: str = "file",
        *,
        told: str | None = None,
        **params: str,
    ) -> C:
        """Stores a new case, and writes queue, notice and audit. A case without history begins by `action`.

        `told` is the kind of the notice to its resident, `params` its values. Raises `already_open`.
        """
        if not case.history:
            row = self.table_of(case).begin(action, actor.role, case.status)
            case = msgspec.structs.replace(case, history=(happened(row, None, actor, now),))
        if self.already_open is None:
            await self._cases.insert(tx, case)
        else:
            await self._cases.add(tx, case, taken=self.already_open)
        drafts = (self._draft(case, told, now, params),) if told else ()
        if self.errand.clocks and next_due(case.steps):
            await self._desk.begin(tx, self.errand.name, case, now, drafts)
        elif drafts:
            await self.notices.tell(tx, now, *drafts)
        await self._write(Turn(tx, actor, case, now), action)
        return case

    async def move(self, turn: Turn[C], action: str, note: str | None = None, **fields: Any) -> C:
        """Takes one transition of the table, and writes history, queue and audit. Raises ActionNotAllowed, Outdated, `already_open`,
        and ReviewNeeded if the centre requires more signatures for this paper."""
        tx, actor, case, now = turn
        table = self.table_of(case)
        row = table.advance(case.status, action, actor.role)
        is_alone = actor.role is Role.OFFICER and not actor.is_signed
        if is_alone and action in self.errand.drafted and self._reviews.get(case.jurisdiction, 0):
            raise ReviewNeeded
        if hasattr(case, "is_open"):
            fields["is_open"] = not table.is_final(row.target)
        after = msgspec.structs.replace(
            case, status=row.target, history=(*case.history, happened(row, case.status, actor, now, note)), **fields
        )
        saved = await self._cases.save(tx, case, after, taken=self.already_open)
        if self.errand.clocks:
            await self._desk.follow(tx, self.errand.name, saved, now)
        await self._write(turn._replace(case=saved), action)
        return saved

    async def recount(self, tx: Tx, case_id: str, now: datetime) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Counts the due dates of the open steps again, with queue and reminders. Returns the steps before and after. Raises NotFound, Outdated."""
        case = await self._cases.get(case_id, tx)
        steps = recount(case.steps)
        if steps != case.steps:
            saved = await self._cases.save(tx, case, msgspec.structs.replace(case, steps=steps))
            await self._desk.follow(tx, self.errand.name, saved, now)
        return case.steps, steps

    async def urge(self, turn: Turn[C]) -> C:
        """Urges the other side: once in some days, and daily when a step is due. The queue shows it to the officers, and the resident
        is told who can see it and who follows it up. Raises TooSoonToUrge.
        """
        case, now = turn.case, turn.now
        self.table_of(case).advance(case.status, "urge", turn.actor.role)
        today = civil_date(now)
        first = next_due(case.steps)
        last = case.urged_on[-1] if case.urged_on else None
        if last is not None:
            again_on = last + _urge_again_after()
            is_due = first is not None and first.due_on <= today
            if last == today or (not is_due and today < again_on):
                raise TooSoonToUrge(
                    f"您在{chinese_date(last)}已经催办过。没有到期的，{chinese_date(again_on)}可以再次催办。"
                )
        after = await self.move(turn, "urge", urged_on=(*case.urged_on, today))
        await self.tell(turn.tx, after, f"{self.errand.name}.urged", now, what=await self._urged(case, first, now))
        return after

    async def way_to(self, case: C, unit: str, now: datetime) -> str:
        """What is said behind the name of who gets a paper of the case: nothing where it can read it here, else who passes it on."""
        centre = self.centres[case.jurisdiction]
        if unit == centre or await self.is_unit_here(getattr(case, self.worked_by, ""), now):
            return ""
        return f"（它没有在这里开通账号，由{centre}转给它）"

    async def _urged(self, case: C, first: Step | None, now: datetime) -> str:
        """What became of urging, in words: who reads it here, and who follows it up where the unit has no way in."""
        centre = self.centres[case.jurisdiction]
        name = getattr(case, "provider_unit", None) or getattr(case, "addressee", "")
        unit = first.owed_by if first else name
        if unit == centre or not unit:
            return f"{centre}的工作人员在待办里看得到"
        if unit == name and await self.is_unit_here(getattr(case, self.worked_by, ""), now):
            return f"{unit}和{centre}都看得到，由{centre}跟进"
        return f"{unit}没有在这里开通账号，看不到；{centre}看得到，由它打电话或者书面催办"

    async def add_evidence(self, turn: Turn[C], file: Clean) -> C:
        """Adds a file of the resident to an open case. Raises TooManyFiles."""
        after = await self.move(turn, "add_evidence")
        await self.evidence.add(turn.tx, turn.actor.id, turn.case.id, file, turn.now)
        return after

    async def add_official(self, turn: Turn[C], file: Clean, kind: str) -> C:
        """Adds a file of the officer or unit that handles the case, while it is open. Raises ActionNotAllowed, TooManyFiles."""
        tx, actor, case, now = turn
        if self.table_of(case).is_final(case.status):
            raise ActionNotAllowed
        added = await self.evidence.add(tx, actor.id, case.id, file, now, kind)
        await self.audits.write(
            tx, actor, "evidence.add", added.id, now, subject=case.subject, basis=case.id, place=_place_of(case)
        )
        return case

    async def follow_copy(self, turn: Turn[C], system: str, steps: tuple[Step, ...], note: str | None) -> C:
        """Notes that a system followed the change of the case's record; `steps` are the case's, with its own ended. Raises CopyNotOwed."""
        tx, actor, case, now = turn
        self.table_of(case).advance(case.status, "acknowledge_copy", actor.role)
        record = await self.records.get(case.record_id, tx)
        try:
            await self.records.acknowledge_copy(tx, record, system, now)
        except NotFound as none:
            if steps == case.steps:
                raise CopyNotOwed from none  # otherwise the system followed a newer change, which includes this one
        return await self.move(turn, "acknowledge_copy", note, steps=steps)

    async def tell(self, tx: Tx, case: C, kind: str, now: datetime, **params: str) -> None:
        """Sends the resident a notice; the case's version tells apart two of one kind on one day."""
        await self.notices.tell(tx, now, self._draft(case, kind, now, params))

    async def _write(self, turn: Turn[C], action: str) -> None:
        tx, actor, case, now = turn
        law = cited(self.table_of(case).row_of(case.history[-1]).acts, _place_of(case))
        await self.audits.write(
            tx,
            actor,
            f"{self.errand.name}.{action}",
            case.id,
            now,
            subject=case.subject,
            basis=",".join(law) or None,
            place=_place_of(case),
        )
        if actor.helper is not None:
            row = self.table_of(case).row_of(case.history[-1])
            what = f"{self.errand.title}：{row.label}"
            kind = "window.acted" if actor.window else "helpers.acted"
            await self.tell(tx, case, kind, now, who=actor.unit or "您的帮手", what=what)

    def _me(self, actor: Actor) -> str | None:
        """The value of the field `own_by` in the actor's own cases."""
        return actor.subject if self.own_by == "subject" else actor.id

    @staticmethod
    def _draft(case: C, kind: str, now: datetime, params: Mapping[str, str]) -> Draft:
        return Draft(
            kind=kind,
            subject=case.subject,
            ref=case.id,
            on=civil_date(now),
            params={"number": getattr(case, "number", ""), **params},
            occasion=str(case.version),
        )
