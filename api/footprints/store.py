"""Queries on footprints."""

import asyncio
import contextvars
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from api.footprints.models import Footprint
from api.infra.collections import Collection, Store, index
from api.infra.errors import Invalid, Unavailable
from api.infra.mongo import Database, Tx
from api.infra.paging import Page, decode_cursor, encode_cursor
from api.infra.privacy import KeyRing

FOOTPRINTS = Collection(
    "footprints",
    Footprint,
    indexes=(index("subject_at", "subject -at -_id"), index("subject_kind_at", "subject kind -at -_id")),
    shard_key="subject",
    why="written and read for one person; the largest collection, and never read across people",
)
_PATIENCE = 2.5  # seconds
_MAX_BATCH = 500
_MAX_ONCE = 4000
_MAX_SEEN = 100_000
_BAD_CURSOR = "翻页位置无效，请从第一页重新打开。"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class FootprintStore(Store[Footprint]):
    declared = FOOTPRINTS

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self._waiting: list[tuple[Footprint, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def insert_all(self, tx: Tx, footprints: Sequence[Footprint]) -> None:
        if footprints:
            await self._collection.insert_many(self.codec.encode_all(footprints), session=tx)

    async def insert_once(self, footprints: Sequence[Footprint]) -> None:
        """Inserts footprints with new ids; existing ones stay as they are."""
        for start in range(0, len(footprints), _MAX_ONCE):
            documents = await asyncio.to_thread(self._encode, footprints[start : start + _MAX_ONCE])
            await self._database.insert_missing(FOOTPRINTS.name, documents)

    def _encode(self, footprints: Sequence[Footprint]) -> list[dict[str, Any]]:
        return self.codec.encode_all(footprints)

    async def append(self, footprint: Footprint) -> None:
        """Returns when it is durable. Footprints that wait at the same time are written together. Raises Unavailable, because the
        write before may take the whole time of an operation, and no caller waits twice that long.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((footprint, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), context=contextvars.Context())  # nobody's deadline
        try:
            async with asyncio.timeout(_PATIENCE):
                await future
        except TimeoutError as fault:
            raise Unavailable from fault

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MAX_BATCH], self._waiting[_MAX_BATCH:]
            try:
                await self.insert_all(None, [footprint for footprint, _ in batch])
            except Exception as fault:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(fault)
            else:
                for _, future in batch:
                    if not future.done():
                        future.set_result(None)

    async def get_of_subject(self, footprint_id: str, subject: str) -> Footprint:
        """Raises NotFound."""
        return await self.get_by({"_id": footprint_id, "subject": subject})

    async def page_of_subject(
        self,
        subject: str,
        kind: str | None,
        cursor: str | None,
        limit: int,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> Page[Footprint]:
        """Newest first, from `since` to before `before`.

        The cursor is the last instant shown and how many of that very instant were: a file leaves many at once.
        """
        query: dict[str, Any] = {"subject": subject}
        if kind is not None:
            query["kind"] = kind
        span: dict[str, datetime] = {}
        if since is not None:
            span["$gte"] = since
        if before is not None:
            span["$lt"] = before
        key = decode_cursor(cursor, int, int)
        seen = 0
        if key is not None:
            at, seen = _instant(key[0]), _count(key[1])
            span["$lt"] = min(at + _MILLISECOND, before or at + _MILLISECOND)
        if span:
            query["at"] = span
        found = self._collection.find(query).sort([("at", -1), ("_id", -1)]).skip(seen).limit(limit + 1)
        documents = await found.to_list(limit + 1)
        items = tuple(self.codec.decode_all(documents[:limit]))
        if len(documents) <= limit:
            return Page(items=items)
        last = items[-1].at
        seen_at_last = sum(item.at == last for item in items)
        if key is not None and last == _instant(key[0]):
            seen_at_last += seen
        return Page(items=items, next_cursor=encode_cursor((last - _EPOCH) // _MILLISECOND, seen_at_last))


def _instant(milliseconds: Any) -> datetime:
    """Raises Invalid for a cursor we did not issue."""
    try:
        return _EPOCH + timedelta(milliseconds=int(milliseconds))
    except (ValueError, OverflowError) as fault:
        raise Invalid(_BAD_CURSOR) from fault


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= _MAX_SEEN:
        raise Invalid(_BAD_CURSOR)
    return value
