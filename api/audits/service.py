"""Writing the audit, chaining it, verifying it, showing it to auditors."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NoReturn, Protocol

import msgspec

from api.audits.chain import DayCheck, link, marked_text
from api.audits.models import AuditEntry, DayHead, Fault, Unreadable
from api.audits.store import AuditStore
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date, start_of
from api.infra.database_faults import AlreadyThere
from api.infra.errors import NotFound, Outdated
from api.infra.ids import new_id
from api.infra.log import get_log
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing

_BATCH = 500
_FORGET = "audits.forget"
_SEAL = "audit-head"
_MARK = "audit-entry"
_MOST_ASIDE = 10_000
_MANY = 100
_log = get_log("audits")


class Seen(Protocol):
    """A case that somebody other than its person reads."""

    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str | None: ...


def _entry(
    actor: Actor,
    action: str,
    ref: str,
    now: datetime,
    subject: str | None,
    basis: str | None = None,
    outcome: str = "done",
    place: str | None = None,
) -> AuditEntry:
    return AuditEntry(
        id=new_id("aud"),
        at=now,
        role=Role.OFFICER if actor.window else actor.role,
        by=actor.helper or actor.id,
        action=action,
        ref=ref,
        subject=subject,
        basis=basis,
        address=actor.address,
        outcome=outcome,
        place=place or actor.jurisdiction,
        origin="window" if actor.window else None,
        person=actor.within,
    )


class AuditService:
    """`names_of` gives every digest by which a person was ever known: an entry stays as it was written."""

    def __init__(self, store: AuditStore, keys: KeyRing, names_of: Callable[[str], Awaitable[list[str]]]) -> None:
        self._names_of = names_of
        self._store = store
        self._keys = keys

    async def write(
        self,
        tx: Tx,
        actor: Actor,
        action: str,
        ref: str,
        now: datetime,
        *,
        subject: str | None = None,
        basis: str | None = None,
        outcome: str = "done",
        place: str | None = None,
    ) -> None:
        """One entry, in the transaction of the change it tells of; `tx` None where there is only a read.

        `place` is the case's or record's jurisdiction where it is known, otherwise that of who acts.
        """
        entries = self._marked([_entry(actor, action, ref, now, subject, basis, outcome, place)])
        await self._store.add(tx, *entries)

    async def write_reads(self, actor: Actor, action: str, seen: Sequence[Seen], now: datetime) -> None:
        """Writes one entry for each case on a page that shows what people wrote or did, before the page is sent."""
        if seen:
            entries = self._marked([_entry(actor, action, one.id, now, one.subject) for one in seen])
            await self._store.add(None, *entries)

    async def turn_away(self, actor: Actor, errand: str, ref: str, now: datetime) -> NoReturn:
        """Another's case looks like none, and the attempt stays here whatever becomes of the request. Raises NotFound."""
        await self.write(None, actor, f"{errand}.read", ref, now, outcome="not-found")
        raise NotFound

    async def chain_pending(self, now: datetime) -> int:
        """Gives every waiting entry that happened until `now` its place in its day; how many got one.

        Several workers may run it at once: each batch of a day is one compare-and-set on the day's head, and whoever is
        second leaves the batch to the first.
        """
        done = 0
        while waiting := await self._genuine(now):
            before = done
            for day, entries in groupby(sorted(waiting, key=_place), key=_day):
                done += await self._append(day, list(entries))
            if done == before:  # another worker is at it
                break
        return done

    async def _genuine(self, now: datetime) -> list[AuditEntry]:
        """The next that wait. What only looks like an entry is set aside, where `verify` names it."""
        while True:
            found = await self._store.list_unchained(_BATCH)
            read = [one for one in found if isinstance(one, AuditEntry)]
            foreign = [one.id for one in found if isinstance(one, Unreadable)]
            foreign += [one.id for one, is_new in zip(read, self._are_new(read), strict=True) if not is_new]
            if not foreign:
                return [one for one in read if one.at <= now]
            await self._store.set_aside(foreign)
            _log.error("audit-entries-not-ours", count=len(foreign))

    def _are_new(self, entries: Sequence[AuditEntry]) -> list[bool]:
        """Marked with a key that is in use: who has a retired one makes no entry."""
        return self._keys.matches_all(_MARK, [(entry.mark, marked_text(entry)) for entry in entries])

    def _is_ours(self, entry: AuditEntry) -> bool:
        return self._keys.matches(entry.mark, _MARK, marked_text(entry), retired=True)

    def _is_sealed(self, seal: str, text: str) -> bool:
        return self._keys.matches(seal, _SEAL, text, retired=True)

    def _marked(self, entries: Sequence[AuditEntry]) -> list[AuditEntry]:
        marks = self._keys.blind_index_all(_MARK, [marked_text(entry) for entry in entries])
        return [msgspec.structs.replace(entry, mark=mark) for entry, mark in zip(entries, marks, strict=True)]

    async def _append(self, day: str, entries: list[AuditEntry]) -> int:
        async def work(tx: Tx) -> int:
            head = await self._store.find_head(day, tx)
            linked, after = link(head, day, entries, self._seal)
            await self._store.append(tx, head, after, linked)
            return len(linked)

        try:
            return await self._store.database.transact(work)
        except (Outdated, AlreadyThere):
            return 0

    async def verify(self, day: date | None = None, known_heads: Sequence[DayHead] = ()) -> list[Fault]:
        """Every fault of one day, or of all: what was changed, is missing, or was put in.

        `known_heads` are heads exported earlier and kept elsewhere: they also find a day rewritten as a whole.
        """
        days = (
            [day.isoformat()] if day else sorted({*await self._store.list_days(), *(head.id for head in known_heads)})
        )
        kept_from = await self.kept_from()
        days = [one for one in days if one >= kept_from]
        known = {head.id: head for head in known_heads}
        faults = [
            Fault(day="?", kind="inserted", number=None, entry=one.id, text="这条日志不是系统写的，没有放进任何一天")
            for one in await self._store.list_aside(_MOST_ASIDE)
        ]
        for one in days:
            found = await self._verify_day(one, await self._store.find_head(one), known.get(one))
            if found:  # perhaps only because entries were added while it was read
                found = await self._verify_day(one, await self._store.find_head(one), known.get(one))
            faults += found
        return faults

    async def _verify_day(self, day: str, head: DayHead | None, known: DayHead | None) -> list[Fault]:
        check = DayCheck(day, head, self._is_sealed, self._is_ours)
        empty, agrees = True, known is None
        async for entry in self._store.entries_of_day(day):
            empty = False
            check.see(entry)
            agrees = agrees or (
                known is not None
                and isinstance(entry, AuditEntry)
                and (entry.number, entry.chain) == (known.number, known.chain)
            )
        if empty and head is None and known is None:
            return []
        faults = check.finish()
        if not agrees and known is not None:
            text = "与以前导出的链头不一致：这一天的日志被整体改写过"
            faults.append(Fault(day=day, kind="head", number=known.number, entry=None, text=text))
        return faults

    async def heads(self, since: date | None = None) -> list[DayHead]:
        """The heads to export and keep elsewhere, so that a rewritten day is noticed."""
        return await self._store.list_heads(since.isoformat() if since else None)

    async def page(
        self,
        *,
        subject: str | None,
        action: str | None,
        day: date | None,
        cursor: str | None,
        limit: int,
        place: str | None,
        by: str | None = None,
        ref: str | None = None,
    ) -> Page[AuditEntry]:
        """Newest first: what concerns the auditor's place, or none; `by` is who did it, `ref` the case or record."""
        query: dict[str, Any] = {"place": {"$in": [place, None]}}
        if subject is not None:
            query["subject"] = {"$in": await self._names_of(subject)}
        if action is not None:
            query["action"] = action
        query.update({name: value for name, value in (("by", by), ("ref", ref)) if value is not None})
        if day is not None:
            query["at"] = {"$gte": start_of(day), "$lt": start_of(day + timedelta(days=1))}
        return await self._store.page(query, cursor, limit)

    async def all_of_subject(self, subject: str, limit: int) -> list[AuditEntry]:
        """The newest entries about a person, for their export."""
        names = await self._names_of(subject)
        found: list[AuditEntry] = []
        cursor: str | None = None
        while len(found) < limit:
            page = await self._store.page({"subject": {"$in": names}}, cursor, min(1000, limit - len(found)))
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    async def forget_before(self, day: date, now: datetime) -> int:
        """Deletes whole days whose time of keeping is over; how many entries went. An entry says so before, by which `verify` knows that
        they are not missing."""
        if not await self._store.has_days_before(day.isoformat()):
            return 0
        await self.write(None, SYSTEM, _FORGET, day.isoformat(), now)
        return await self._store.delete_days_before(day.isoformat())

    async def kept_from(self) -> str:
        """The day before which everything was deleted since its time was over, as an entry of ours says; empty where there is none."""
        found = await self._store.newest_of(_FORGET, _MANY)
        return max((one.ref for one in found if isinstance(one, AuditEntry) and self._is_ours(one)), default="")

    def _seal(self, text: str) -> str:
        return self._keys.blind_index(_SEAL, text)


def _day(entry: AuditEntry) -> str:
    return civil_date(entry.at).isoformat()


def _place(entry: AuditEntry) -> tuple[str, datetime, str]:
    return _day(entry), entry.at, entry.id
