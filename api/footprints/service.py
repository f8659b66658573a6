"""Stores and shows footprints."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from api.footprints.models import Footprint, FootprintKind, Trail
from api.footprints.store import FootprintStore
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.paging import Page


def footprint(
    subject: str,
    kind: FootprintKind,
    at: datetime,
    *,
    unit: str,
    why: str,
    basis: str,
    records: tuple[str, ...] = (),
    ref: str | None = None,
) -> Footprint:
    return Footprint(
        id=new_id("fp"),
        subject=subject,
        kind=kind,
        at=at,
        unit=unit,
        why=why,
        basis=basis,
        records=records,
        ref=ref,
    )


class FootprintService:
    def __init__(self, store: FootprintStore) -> None:
        self._store = store

    def note(self, entry: Footprint) -> asyncio.Future[None]:
        """Stores a footprint, durably when it is done. Wait for it before the data is sent."""
        return self._store.append(entry)

    async def note_in(self, tx: Tx, entries: Sequence[Footprint]) -> None:
        """Stores footprints as part of a transaction."""
        await self._store.insert_all(tx, entries)

    async def note_once(self, make: Callable[[], Sequence[Trail]]) -> None:
        """Stores footprints outside a transaction, under ids derived by the caller; existing ones stay as they are. A thread makes them."""
        await self._store.insert_once(make)

    async def page(
        self,
        subject: str,
        kind: FootprintKind | None,
        cursor: str | None,
        limit: int,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        own: bool | None = None,
    ) -> Page[Footprint]:
        """Newest first, from `since` to before `before`. `own`: the person's own looks alone, or all but them. Raises Invalid for a
        cursor we did not issue."""
        return await self._store.page_of_subject(subject, kind, cursor, limit, since=since, before=before, own=own)

    async def queries_by_others(self, subject: str, limit: int) -> list[Footprint]:
        """Newest first, however often the person looked since."""
        return await self._store.queries_by_others(subject, limit)

    async def owned(self, subject: str, footprint_id: str) -> Footprint:
        """One of the person's entries. Raises NotFound, also for another person's."""
        return await self._store.get_of_subject(footprint_id, subject)
