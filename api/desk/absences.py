"""Absences: while an officer is away, their cases are shown to a substitute, and return to them afterwards."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

from api.accounts.models import Staff
from api.audits.service import AuditService
from api.desk.colleagues import must_work_in
from api.desk.errors import AbsenceClashes
from api.infra.actors import Actor
from api.infra.clock import civil_date, start_of
from api.infra.collections import EXPIRY, Collection, Store, index
from api.infra.documents import Kept, Stored
from api.infra.errors import FieldFault, Forbidden, Invalid, NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.turns import in_turn

LONGEST = timedelta(days=366)
_KEPT_FOR = timedelta(days=366)
_MOST = 1000


class Absence(Stored):
    """`officer` is away from `from_on` to `until_on`, both civil days included; `substitute` sees their cases. `by` named the substitute."""

    KEPT = Kept(ours="id officer substitute by", place="jurisdiction", when="from_on until_on at expires_at")

    id: str
    jurisdiction: str
    officer: str
    substitute: str
    from_on: date
    until_on: date
    by: str
    at: datetime
    expires_at: datetime

    def holds(self, on: date) -> bool:
        return self.from_on <= on <= self.until_on

    def meets(self, other: "Absence") -> bool:
        """Whether the two absences share a day."""
        return self.from_on <= other.until_on and other.from_on <= self.until_on


ABSENCES = Collection(
    "absences", Absence, indexes=(index("place", "jurisdiction until_on"), EXPIRY), why="people who work here: hundreds"
)


class AbsenceStore(Store[Absence]):
    declared = ABSENCES

    async def in_turn(self, tx: Tx, jurisdiction: str, now: datetime) -> None:
        """Call before what is there is looked at."""
        await in_turn(self._database, tx, f"absences/{jurisdiction}", now)

    async def not_over(self, jurisdiction: str, today: date, tx: Tx = None) -> list[Absence]:
        """A place's current and future absences, the next to end first."""
        query = {"jurisdiction": jurisdiction, "until_on": {"$gte": today.isoformat()}}
        return await self.find_many(query, limit=_MOST, sort=(("until_on", 1), ("_id", 1)), tx=tx)

    async def remove(self, tx: Tx, jurisdiction: str, absence_id: str) -> bool:
        """Removes a place's absence; False if the place has none with this id."""
        result = await self._collection.delete_one({"_id": absence_id, "jurisdiction": jurisdiction}, session=tx)
        return bool(result.deleted_count)


class AbsenceService:
    """`find_staff` raises NotFound for anybody who is not active staff."""

    def __init__(
        self, store: AbsenceStore, audits: AuditService, find_staff: Callable[[str], Awaitable[Staff]]
    ) -> None:
        self._store = store
        self._audits = audits
        self._find_staff = find_staff

    async def name(
        self, tx: Tx, actor: Actor, officer: str, substitute: str, from_on: date, until_on: date, now: datetime
    ) -> Absence:
        """Named by the officer, or by a colleague of the place for an officer who is ill. Raises AssigneeNotFound, AbsenceClashes, Invalid."""
        today = civil_date(now)
        if not max(from_on, today) <= until_on <= today + LONGEST:
            raise Invalid(faults=(FieldFault(field="untilOn", message="结束那天要在开始以后、今天起一年之内。"),))
        if officer == substitute:
            raise Invalid(faults=(FieldFault(field="substitute", message="请选另一位同事。"),))
        for one in (officer, substitute):
            await must_work_in(_place(actor), one, self._find_staff)
        absence = Absence(
            id=new_id("abs"),
            jurisdiction=_place(actor),
            officer=officer,
            substitute=substitute,
            from_on=from_on,
            until_on=until_on,
            by=actor.id,
            at=now,
            expires_at=start_of(until_on, time()) + _KEPT_FOR,
        )
        await self._store.in_turn(tx, absence.jurisdiction, now)
        away = {officer, substitute}
        if any(
            absence.meets(one) and one.officer in away for one in await self._store.not_over(_place(actor), today, tx)
        ):
            raise AbsenceClashes
        await self._store.insert(tx, absence)
        await self._audits.write(tx, actor, "desk.absence", absence.id, now, basis=f"{officer},{substitute}")
        return absence

    async def end(self, tx: Tx, actor: Actor, absence_id: str, now: datetime) -> None:
        """Ends an absence early, or cancels it. Raises NotFound."""
        if not await self._store.remove(tx, _place(actor), absence_id):
            raise NotFound
        await self._audits.write(tx, actor, "desk.absence-ended", absence_id, now)

    async def of_place(self, actor: Actor, now: datetime) -> list[Absence]:
        """The place's current and future absences."""
        return await self._store.not_over(_place(actor), civil_date(now))

    async def covered_by(self, actor: Actor, officer: str, now: datetime) -> frozenset[str]:
        """The officers whom somebody substitutes today, directly or through another substitute."""
        today = civil_date(now)
        running = [one for one in await self._store.not_over(_place(actor), today) if one.holds(today)]
        covered, more = {officer}, True
        while more:
            found = {one.officer for one in running if one.substitute in covered} - covered
            covered, more = covered | found, bool(found)
        return frozenset(covered - {officer})


def _place(actor: Actor) -> str:
    if actor.jurisdiction is None:
        raise Forbidden
    return actor.jurisdiction
