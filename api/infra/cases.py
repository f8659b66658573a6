"""The base of every store of cases, which move through a transition table: insert, read, compare-and-set."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec

from api.infra.collections import Store, index
from api.infra.documents import Codec, Kept, Stored
from api.infra.errors import Refusal
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing
from api.infra.steps import Step
from api.infra.transitions import HistoryEntry


class _Known(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def status(self) -> str: ...


class Case(_Known, Protocol):
    """What every stored case has. `owner` is the account, `version` counts the changes from 1."""

    @property
    def version(self) -> int: ...
    @property
    def history(self) -> tuple[HistoryEntry, ...]: ...


class PersonCase(Stored, kw_only=True):
    """Base of the cases as stored that a person has. `subject` is the blind index of the person."""

    KEPT = Kept(ours="id owner version", keyed="subject", word="status")

    id: str
    owner: str
    subject: str
    status: str
    version: int = 1
    history: tuple[HistoryEntry, ...] = ()


class LocalCase(PersonCase, kw_only=True):
    """Base of those that belong to a place."""

    KEPT = Kept(place="jurisdiction")

    jurisdiction: str


class HandledCase(LocalCase, kw_only=True):
    """Base of those with a receipt number and clocks. Earlier pledges and listings have an empty number."""

    KEPT = Kept(ours="number")

    number: str = ""
    steps: tuple[Step, ...] = ()


class Followed(_Known, Protocol):
    """What queue, reminders and views read of whatever has clocks that run for a resident; `number` is the receipt number."""

    @property
    def subject(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def jurisdiction(self) -> str: ...
    @property
    def steps(self) -> tuple[Step, ...]: ...


class Timing(msgspec.Struct, frozen=True):
    """When a case came in and was decided, its steps, its record and the id of the unit that works it, without anything about the
    person."""

    id: str
    filed_at: datetime | None = None
    record_id: str | None = None
    steps: tuple[Step, ...] = ()
    decided_at: datetime | None = None
    worker: str | None = None


C = TypeVar("C", bound=Case)
_MOST_OF_A_NUMBER = 50
_AT_ONCE = 1000
BY_NUMBER = index("number", "number")
"""Index for errands whose cases have a receipt number, by which a closed case is found."""
BY_SUBJECT = index("subject", "subject -_id")
BY_OWNER = index("owner", "owner -_id")
"""Indexes for the cases of a person or an account, newest first."""
BY_PROVIDER = index("provider_status", "provider status -_id")
"""Index for the cases that a unit works: `page_of_provider`."""
ONE_OPEN_OF_A_RECORD = index("one_open", "record_id subject", unique=True, partialFilterExpression={"is_open": True})
FOR_FIGURES = index("figures", "jurisdiction is_open decided_at filed_at")
"""For the errands that are counted: see `CaseStore.timings`."""
OF_HANDLED_RECORDS = (BY_SUBJECT, BY_NUMBER, FOR_FIGURES, ONE_OPEN_OF_A_RECORD, BY_PROVIDER)
"""For cases about a record that officers and units handle, one open for each record and person."""
KEPT_TOGETHER = (
    "as many as cases, not as residents: some hundreds a day in a province. Asked for by their own number, by person and by "
    "place, so any key would make two of three cross; and one open objection a record, one grant a code, hold over all only here"
)
"""Why the cases of an errand stay on one shard."""


class CaseStore(Store[C]):
    """Base of the stores of cases."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self._timings = Codec(Timing, self.declared.name, keys)

    async def save(self, tx: Tx, before: C, after: C, *, taken: type[Refusal] | None = None) -> C:
        """Replaces `before` by `after` where the stored status and version are still those of `before`: see `Store.save_version`.

        Returns `after` with its version raised. Outdated, where another writer was first, and `taken` come with the next statement
        of the transaction or its end.
        """
        return await self.save_version(tx, before, after, taken=taken, status=before.status, **self._whose(before))

    @staticmethod
    def _whose(case: C) -> dict[str, str]:
        """Matches the person under any index key: a move to a new key meanwhile is no change of the case."""
        subject = getattr(case, "subject", None)
        return {"subject": subject} if subject is not None else {}

    async def of_subject(self, subject: str, limit: int, place: str | None = None) -> list[C]:
        """A person's cases, or those in one place, newest first. Needs the index (subject, _id descending)."""
        return await self.find_newest({"subject": subject} | ({"jurisdiction": place} if place else {}), limit)

    async def of_ids(self, ids: Sequence[str]) -> list[C]:
        """Those that are there, in no order."""
        return await self.find_many({"_id": {"$in": list(ids)}}, limit=len(ids))

    async def of_number(self, number: str, jurisdiction: str) -> list[C]:
        """A place's cases under one receipt number. Needs the index (number)."""
        return await self.find_many({"number": number, "jurisdiction": jurisdiction}, limit=_MOST_OF_A_NUMBER)

    async def timings(self, jurisdiction: str, worked_by: str, since: datetime) -> AsyncIterator[Timing]:
        """The timings of all cases of a place that came in or were decided since, or are open; `worked_by` is the field with the unit's
        id. For monthly figures.

        Needs the index FOR_FIGURES, in which these three kinds are three ranges that do not overlap.
        """
        closed = {"jurisdiction": jurisdiction, "is_open": False}
        counted = [
            {"jurisdiction": jurisdiction, "is_open": True},
            {**closed, "decided_at": {"$gte": since}},
            {**closed, "decided_at": None, "filed_at": {"$gte": since}},
        ]
        fields = {"filed_at": 1, "decided_at": 1, "steps": 1, "record_id": 1, "worker": f"${worked_by}"}
        async for document in self._collection.find({"$or": counted}, fields).batch_size(_AT_ONCE):
            yield self._timings.decode(document)

    async def decided_since(self, jurisdiction: str, since: datetime, limit: int) -> list[C]:
        """A place's cases that were closed with a decision since then, newest first. Needs the index FOR_FIGURES."""
        query = {"jurisdiction": jurisdiction, "is_open": False, "decided_at": {"$gte": since}}
        return await self.find_many(query, limit=limit, sort=(("decided_at", -1),))

    async def owed(self, jurisdiction: str, worked_by: str) -> AsyncIterator[Timing]:
        """The steps of all cases of a place, and who works them: a scan, for the errands that are few."""
        fields = {"steps": 1, "worker": f"${worked_by}"}
        async for document in self._collection.find({"jurisdiction": jurisdiction}, fields).batch_size(_AT_ONCE):
            yield self._timings.decode(document)
