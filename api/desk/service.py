"""Keeps the queue and records breaches."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from api.accounts.models import Staff
from api.audits.service import AuditService
from api.desk.colleagues import must_work_in
from api.desk.copies import ERRAND, told
from api.desk.models import Breach, Docket, Load
from api.desk.store import DeskStore, breach_id
from api.infra.actors import Actor
from api.infra.cases import Followed
from api.infra.clock import civil_date
from api.infra.errors import Forbidden
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.steps import Step, next_due
from api.notices.models import Draft
from api.records.models import Record
from knowledge.clocks import count_working_days
from knowledge.loading import library
from knowledge.places import jurisdictions

_EXPORT_BATCH = 500


class Reminders(Protocol):
    """Called in the same transaction whenever a case was saved, to plan the reminders of its days again."""

    async def steps_changed(self, tx: Tx, errand: str, case: Followed, now: datetime) -> None: ...
    async def case_begun(self, tx: Tx, errand: str, case: Followed, now: datetime, told: Sequence[Draft]) -> None: ...


SOON = 3  # working days
NOBODY = "nobody"


def soon_until(today: date) -> date:
    """The last day that is at most three working days away, as a step counts what is left of its time."""
    *_, beyond = count_working_days(library().working_days, today, SOON + 1, {})
    return beyond - timedelta(days=1)


class DeskService:
    """`find_staff` raises NotFound for a person who does not work here."""

    def __init__(
        self,
        store: DeskStore,
        audits: AuditService,
        find_staff: Callable[[str], Awaitable[Staff]],
        reminders: Reminders,
    ) -> None:
        self._store = store
        self._audits = audits
        self._find_staff = find_staff
        self._reminders = reminders

    async def begin(self, tx: Tx, errand: str, case: Followed, now: datetime, told: Sequence[Draft]) -> None:
        """Call with a new case and the notice to its resident, in its transaction. The case has an open step."""
        docket = _docket(errand, case)
        assert docket is not None
        await self._store.insert(tx, docket)
        await self._reminders.case_begun(tx, errand, case, now, told)

    async def follow(self, tx: Tx, errand: str, case: Followed, now: datetime) -> None:
        """Call with every case that was changed, in its transaction."""
        await self._keep(tx, errand, case, now)
        await self._reminders.steps_changed(tx, errand, case, now)

    async def copies_changed(self, tx: Tx, record: Record, now: datetime) -> None:
        """Call with every record whose copies were told or have followed, in its transaction."""
        await self._keep(tx, ERRAND.name, told(record), now)

    async def _keep(self, tx: Tx, errand: str, case: Followed, now: datetime) -> None:
        docket = _docket(errand, case)
        if docket is None:
            await self._store.remove(tx, case.id)
        else:
            await self._store.put(tx, docket)
        today = civil_date(now)
        late = [
            _breach(errand, case, step, now)
            for step in case.steps
            if step.done_at and step.is_late(today) and step.due.is_statutory
        ]
        await self._store.record(tx, late)

    async def page(
        self,
        actor: Actor,
        now: datetime,
        *,
        errand: str | None,
        status: str | None,
        assignee: str | None,
        late: bool | None,
        cursor: str | None,
        limit: int,
        unit: str | None = None,
        until: date | None = None,
        covered: AbstractSet[str] = frozenset(),
        last_first: bool = False,
    ) -> Page[Docket]:
        """The queue of the actor's jurisdiction, in the order of due dates or reversed. Filters: `unit` owes an open step; `assignee`,
        which may be NOBODY, has the case, or one of `covered` has it."""
        query: dict[str, Any] = {"jurisdiction": _place(actor)}
        query.update({k: v for k, v in (("errand", errand), ("status", status), ("assignee", assignee)) if v})
        if assignee == NOBODY:
            query["assignee"] = None
        elif covered:
            query["assignee"] = {"$in": sorted({assignee, *covered} - {None})}
        if unit:
            query["steps.owed_by"] = unit
        if until is not None:
            query["due_on"] = {"$lte": until.isoformat()}
        elif late is not None:
            query["due_on"] = {"$lt" if late else "$gte": civil_date(now).isoformat()}
        return await self._store.page(query, cursor, limit, last_first=last_first)

    async def page_owed_by(
        self, actor: Actor, errand: str, status: str, *, cursor: str | None, limit: int
    ) -> Page[Docket]:
        """Cases of the actor's place in which the actor's unit owes a step, the next due first."""
        query = {"jurisdiction": _place(actor), "errand": errand, "status": status, "steps.owed_by": actor.unit}
        return await self._store.page(query, cursor, limit)

    async def open_of(self, subject: str, *, place: str | None = None) -> list[Docket]:
        """A resident's open cases of all errands, or those of one place, the next due first: who is told how many there are is told
        of all.
        """
        return await self._store.open_of(subject, place)

    async def find_open(self, subject: str, case: str) -> Docket | None:
        """One of a resident's open cases; None for a closed one, and for another's."""
        return await self._store.find_open(subject, case)

    async def loads(self, actor: Actor, now: datetime) -> list[Load]:
        """How many cases each officer of the actor's place has, and how many are unassigned."""
        today = civil_date(now)
        return await self._store.loads(_place(actor), today, soon_until(today))

    async def docket(self, actor: Actor, case: str) -> Docket:
        """An entry of the actor's queue. Raises NotFound."""
        return await self._store.get(case, _place(actor))

    async def assign(
        self, tx: Tx, actor: Actor, seen: Docket, assignee: str | None, reason: str, now: datetime
    ) -> Docket:
        """Assigns a case to an active officer of the same place, or to nobody; `seen` is the entry as read before the transaction.

        Raises AssigneeNotFound, Outdated.
        """
        if assignee is not None:
            await must_work_in(seen.jurisdiction, assignee, self._find_staff)
        docket = await self._store.assign(tx, seen, assignee)
        await self._audits.write(tx, actor, "desk.assign", docket.id, now, basis=reason)
        return docket

    async def record_breaches(self, now: datetime) -> int:
        """For the worker: records every open step whose due date by law has passed, once each. Returns how many were new.

        Steps that only the service promised, or whose days were not read in a source, can be late but are no breach.
        """
        today = civil_date(now)
        new = 0
        for place in jurisdictions():
            async for dockets in self._store.overdue(place, today):
                breaches = [
                    _breach(docket.errand, docket, step, now)
                    for docket in dockets
                    for step in docket.steps
                    if step.is_late(today) and step.due.is_statutory
                ]
                new += await self._store.record(None, breaches)
        return new

    async def breaches(self, actor: Actor, cursor: str | None, limit: int) -> Page[Breach]:
        """Breaches in the actor's jurisdiction; an auditor without one sees all."""
        return await self._store.page_of_breaches(actor.jurisdiction, cursor, limit)

    async def all_breaches(self, actor: Actor) -> AsyncIterator[Breach]:
        """Breaches in order of their due dates, for the export."""
        cursor: str | None = None
        while True:
            page = await self.breaches(actor, cursor, _EXPORT_BATCH)
            for breach in page.items:
                yield breach
            if page.next_cursor is None:
                return
            cursor = page.next_cursor


def _place(actor: Actor) -> str:
    if actor.jurisdiction is None:
        raise Forbidden
    return actor.jurisdiction


def _docket(errand: str, case: Followed) -> Docket | None:
    first = next_due(case.steps)
    if first is None:
        return None
    return Docket(
        id=case.id,
        errand=errand,
        jurisdiction=case.jurisdiction,
        number=case.number,
        status=case.status,
        due_on=first.due_on,
        steps=tuple(sorted((step for step in case.steps if step.is_open), key=lambda step: (step.due_on, step.key))),
        subject=case.subject,
        urged_on=max(getattr(case, "urged_on", ()), default=None),
    )


def _breach(errand: str, case: Followed | Docket, step: Step, now: datetime) -> Breach:
    due = step.due
    return Breach(
        id=breach_id(case.id, step.key),
        case=case.id,
        errand=errand,
        jurisdiction=case.jurisdiction,
        number=case.number,
        clock=step.clock,
        title=due.title,
        owed_by=step.owed_by,
        started_on=step.started_on,
        due_on=step.due_on,
        is_statutory=due.is_statutory,
        citation=due.citation,
        certainty=due.certainty,
        reason=due.reason,
        recorded_at=now,
        done_at=step.done_at,
    )
