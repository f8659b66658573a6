"""Queries on notices: the inbox and the bookings. The worker's queries are in `push/store.py`."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from api.infra.collections import Collection, Store, Update, index
from api.infra.errors import NotFound
from api.infra.mongo import Tx
from api.infra.paging import Page, decode_cursor, encode_cursor
from api.notices.models import Finished, Notice, NoticeState, Opened, PushState

OPENED = "repairs.opens"

NOTICES = Collection(
    "notices",
    Notice,
    indexes=(
        index("wake", "wake_at _id"),
        # contains postponed notices only: a successful delivery never touches it
        index(
            "put_off", "tried_at", partialFilterExpression={"tried_at": {"$type": "date"}, "wake_at": {"$type": "date"}}
        ),
        # what nothing is left to do with: told notices by when, and after the blank those that were taken back
        index("finished", "told_at cancelled_at", partialFilterExpression={"wake_at": None}),
        index("subject_told", "subject state -told_at -_id"),
        # contains notices of opened repairs only, so that nothing else pays for the figures
        index("repair_opened", "told_at", partialFilterExpression={"kind": OPENED, "state": "told"}),
    ),
    shard_key="subject",
    why="inbox, bookings and counts are a person's; the scan for what is due asks each shard for its own part",
)
_MANY = 200
_FORGOTTEN = 1000
_UNREAD_SHOWN = 100


class NoticeStore(Store[Notice]):
    declared = NOTICES

    async def insert_missing(self, make: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        """Inserts documents of notices whose ids are new and leaves existing ones as they are. A thread makes them."""
        await self._database.insert_missing(NOTICES.name, make)

    async def put(self, tx: Tx, notices: Sequence[Notice]) -> None:
        """Inserts new notices and books cancelled ones again; leaves the others as they are."""
        await self.update_all(tx, self._writes(notices), is_ordered=False)

    def _writes(self, notices: Sequence[Notice]) -> list[Update]:
        writes: list[Update] = []
        for notice, document in zip(notices, self.codec.encode_all(notices), strict=True):
            key = document.pop("_id")
            writes.append({"q": {"_id": key}, "u": {"$setOnInsert": document}, "upsert": True})
            if notice.state is NoticeState.BOOKED:
                # booked again after it was cancelled: it is still sent at most once
                again = {name: document[name] for name in ("state", "due_at", "wake_at", "title", "text")}
                again |= {"explanation": None, "cancelled_at": None}
                cancelled = {"_id": key, "state": NoticeState.CANCELLED.value, "told_at": None}
                writes.append({"q": cancelled, "u": {"$set": again}})
        return writes

    async def cancel_booked(
        self, tx: Tx, subject: str, ref: str, kinds: Sequence[str], now: datetime, why: str | None
    ) -> None:
        booked = {"subject": subject, "ref": ref, "state": NoticeState.BOOKED.value, "kind": {"$in": list(kinds)}}
        await self.update_all(tx, [{"q": booked, "u": _taken_back(now, why), "multi": True}])

    async def reconcile(
        self,
        tx: Tx,
        wanted: Sequence[tuple[str, Sequence[str] | None, Sequence[Notice], str]],
        told: Sequence[Notice],
        kinds: Sequence[str],
        now: datetime,
    ) -> None:
        """For each subject and refs (None: all) cancels unwanted bookings, with the reason, and puts the wanted ones, in one round trip."""
        writes: list[Update] = []
        for subject, refs, desired, why in wanted:
            query: dict[str, Any] = {
                "subject": subject,
                "state": NoticeState.BOOKED.value,
                "kind": {"$in": list(kinds)},
            }
            if refs is not None:
                query["ref"] = {"$in": list(refs)}
            if desired:
                query["_id"] = {"$nin": [notice.id for notice in desired]}
            writes += [{"q": query, "u": _taken_back(now, why), "multi": True}, *self._writes(desired)]
        await self.update_all(tx, [*writes, *self._writes(told)])

    async def list_of_ref(self, subject: str, ref: str, tx: Tx = None) -> list[Notice]:
        """Everything about one record or case, told or not, oldest due first.

        Goes through the person's own few notices: one more index would cost every delivery more than it saves here.
        """
        query = {"subject": subject, "ref": ref}
        found = self._collection.find(query, session=tx).limit(_MANY).batch_size(_MANY + 1)
        notices = self.codec.decode_all(await found.to_list(_MANY))
        return sorted(notices, key=lambda notice: (notice.due_at, notice.id))

    async def list_booked(self, subject: str) -> list[Notice]:
        """A person's booked notices, soonest first."""
        query = {"subject": subject, "state": NoticeState.BOOKED.value}
        found = self._collection.find(query).limit(_MANY).batch_size(_MANY + 1)
        notices = self.codec.decode_all(await found.to_list(_MANY))
        return sorted(notices, key=lambda notice: (notice.due_at, notice.id))

    async def get_of_subject(self, notice_id: str, subject: str) -> Notice:
        """Raises NotFound, also for another person's."""
        return await self.get_by({"_id": notice_id, "subject": subject})

    async def list_finished(self, at: datetime) -> list[Finished]:
        """Notices that were told or taken back before that instant and with which nothing is left to do: the next so many."""
        found: list[Finished] = []
        for ended in ({"told_at": {"$lt": at}}, {"told_at": None, "cancelled_at": {"$lt": at}}):
            query = {"wake_at": None, **ended}
            some = await self._collection.find(query, {"kind": 1, "ref": 1}).limit(_FORGOTTEN).to_list(_FORGOTTEN)
            found += [Finished(one["_id"], one["kind"], one["ref"]) for one in some]
        return found

    async def keep(self, ids: Sequence[str], until: datetime) -> None:
        """Lets a worker look at them again then, which finishes them anew."""
        if ids:
            query = {"_id": {"$in": list(ids)}, "wake_at": None}
            # not waiting for another attempt, so backlog and age must not count them
            await self._collection.update_many(query, {"$set": {"wake_at": until, "tried_at": None}})

    async def forget(self, ids: Sequence[str]) -> int:
        result = await self._collection.delete_many({"_id": {"$in": list(ids)}, "wake_at": None})
        count: int = result.deleted_count
        return count

    async def mark_read(self, tx: Tx, notice_id: str, subject: str, now: datetime) -> datetime:
        """Keeps and returns the instant of the first reading. Raises NotFound unless it was told to this person."""
        mine = {"_id": notice_id, "subject": subject, "state": NoticeState.TOLD.value}
        first = [{"$set": {"read_at": {"$ifNull": ["$read_at", now]}}}]
        document = await self._collection.find_one_and_update(
            mine, first, {"read_at": 1}, return_document=ReturnDocument.AFTER, session=tx
        )
        if document is None:
            raise NotFound
        read_at: datetime = document["read_at"]
        return read_at

    async def page_told(self, subject: str, cursor: str | None, limit: int) -> Page[Notice]:
        """The inbox, newest first."""
        query: dict[str, Any] = {"subject": subject, "state": NoticeState.TOLD.value}
        key = decode_cursor(cursor, datetime, str)
        if key is not None:
            at, last = key
            query["$or"] = [{"told_at": {"$lt": at}}, {"told_at": at, "_id": {"$lt": last}}]
        found = self._collection.find(query).sort([("told_at", -1), ("_id", -1)]).limit(limit + 1)
        documents = await found.to_list(limit + 1)
        items = tuple(self.codec.decode_all(documents[:limit]))
        if len(documents) <= limit:
            return Page(items=items)
        last = items[-1]
        assert last.told_at is not None
        return Page(items=items, next_cursor=encode_cursor(last.told_at.isoformat(), last.id))

    async def opened_since(self, since: datetime) -> AsyncIterator[Opened]:
        """The notices since then that a repair has opened, of all places: the record, without the person."""
        query = {"kind": OPENED, "state": NoticeState.TOLD.value, "told_at": {"$gte": since}}
        fields = {"ref": 1, "told_at": 1, "read_at": 1, "push": 1}
        async for one in self._collection.find(query, fields).batch_size(1000):
            is_pushed = one["push"] == PushState.SENT.value
            yield Opened(one["ref"], one["told_at"], is_pushed=is_pushed, is_read=one["read_at"] is not None)

    async def count_unread(self, subject: str) -> int:
        """The number of unread notices, counted up to a hundred."""
        query = {"subject": subject, "state": NoticeState.TOLD.value, "read_at": None}
        number: int = await self._collection.count_documents(query, limit=_UNREAD_SHOWN)
        return number


def _taken_back(now: datetime, why: str | None) -> dict[str, Any]:
    return {
        "$set": {
            "state": NoticeState.CANCELLED.value,
            "cancelled_at": now,
            "explanation": why,
            "wake_at": None,
            "claim": None,
        }
    }
