"""Queries on records."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import Any

import msgspec

from api.infra.collections import Collection, Store, index, matches
from api.infra.documents import Codec, Secret, tree_of
from api.infra.errors import NotFound
from api.infra.gathered import Gathered
from api.infra.log import get_log
from api.infra.mongo import Database, Tx
from api.infra.moulds import Moulds
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.infra.queries import Query
from api.records.models import FeedEntry, Mark, Particulars, Record, Section

RECORDS = Collection(
    "records",
    Record,
    indexes=(
        index("natural_key", "natural_key", unique=True),
        index("subject_version", "subject -_id version"),
        index("provider", "provider -_id"),
        # contains records whose number was corrected only, so that nothing else pays for it
        index("renumbered", "content_key", partialFilterExpression={"is_renumbered": True}),
        index("act_number", "act_key", partialFilterExpression={"act_key": {"$gt": ""}}),
        index("disclosure_ends", "standing disclosed_until", partialFilterExpression={"disclosed_until": {"$gt": ""}}),
        index(
            "publicity_ends",
            "disclosure.is_published published_until",
            partialFilterExpression={"published_until": {"$gt": ""}},
        ),
    ),
    shard_key="subject",
    why="every read of a resident, every mark and every repair names the person; intake writes spread by it",
)
_KEYS = ["natural_key", "subject", "content_key", "act_key"]
_DAYS = ["decided_on", "ended_on", "authority_until", "disclosed_until", "published_until"]
_SEALED = sorted(tree_of(Record).keys() - {"particulars"})
_KEYS_OF, _DAYS_OF, _SEALED_OF = attrgetter("id", *_KEYS), attrgetter(*_DAYS), attrgetter(*_SEALED)
_ALIKE_OF = attrgetter(
    *(name for name in Record.__struct_fields__ if name not in {"id", "particulars", *_KEYS, *_DAYS, *_SEALED})
)
FEED = Collection(
    "record_feed",
    FeedEntry,
    indexes=(index("provider_forward", "provider _id"),),
    why="each unit reads its own changes in order and acknowledges them",
)
_MAX_READ = 1000
_log = get_log("records")
_MAX_OF_ONE = 1_000_000  # no bound: nothing of one person is left out without a word
_written = lru_cache(maxsize=4096)(date.isoformat)  # of days, of which a file has few


class StoredKey(msgspec.Struct, frozen=True):
    """What intake needs to know of an existing record."""

    id: str
    content_key: str | None
    received_at: datetime
    systems: tuple[str, ...]


class _Named(msgspec.Struct, frozen=True):
    id: str
    subject: str
    particulars: Secret[Particulars]


class TooManyAtOnce(Exception):
    """People with so many records are asked for one by one."""


class RecordStore(Store[Record]):
    declared = RECORDS

    def documents_of(self, records: Sequence[Record]) -> list[Mapping[str, Any]]:
        """As they are stored. Nearly all have a document's number, and nothing sealed but the particulars."""
        usual = [all(_KEYS_OF(record)) and not any(_SEALED_OF(record)) for record in records]
        cast = iter(self._cast_all(list(compress(records, usual))))
        others = iter(
            self.codec.encode_all(record for record, is_usual in zip(records, usual, strict=True) if not is_usual)
        )
        return [next(cast) if is_usual else next(others) for is_usual in usual]

    def _cast_all(self, records: Sequence[Record]) -> list[Mapping[str, Any]]:
        plain = [
            (msgspec.msgpack.encode(record.particulars), f"{RECORDS.name}/{record.id}/particulars")
            for record in records
        ]
        return list(map(self._cast, records, self._keys.seal_all(plain)))

    def _cast(self, record: Record, particulars: bytes) -> Mapping[str, Any]:
        days = _DAYS_OF(record)
        there = map(_written, filter(None, days))
        like = (_ALIKE_OF(record), *map(bool, days))
        return self._moulds.cast(record, like, (*_KEYS_OF(record), *there), ((b"particulars", particulars),))

    def _with(self, record: Record, texts: Sequence[str]) -> dict[str, Any]:
        days = [name for name in _DAYS if getattr(record, name) is not None]
        document = self.codec.encode(record)
        own = dict(zip(("_id", *_KEYS, *days), texts, strict=True))
        return {**own, **{name: part for name, part in document.items() if name not in own and name != "particulars"}}

    async def insert_new(self, documents: Sequence[Mapping[str, Any]]) -> dict[str, StoredKey]:
        """Inserts the documents with new natural keys; returns the existing others by natural key.

        If two callers insert the same key at the same time, one of them gets it back as existing.
        """
        if not documents:
            return {}
        there = await self._database.insert_missing(RECORDS.name, lambda: documents)
        return await self._stored([document["natural_key"] for document in there]) if there else {}

    async def names_of(self, subjects: Sequence[str]) -> dict[str, str]:
        """Of each person who has records the name in one of them."""
        of_these = {"subject": {"$in": list(subjects)}, "section": {"$ne": Section.PLEDGE.value}}  # those carry no name
        one_each = {"_id": "$subject", "id": {"$first": "$_id"}, "particulars": {"$first": "$particulars"}}
        found = self._collection.aggregate([{"$match": of_these}, {"$group": one_each}])
        documents = [
            {"_id": one["id"], "subject": one["_id"], "particulars": one["particulars"]} async for one in found
        ]
        named: Codec[_Named] = Codec(_Named, RECORDS.name, self._keys)
        return {one.subject: one.particulars.name for one in named.decode_all(documents)}

    async def find_keys(self, natural_keys: list[str]) -> dict[str, StoredKey]:
        """Which of these exist, by natural key."""
        return await self._stored(natural_keys)

    async def find_renumbered(self, content_keys: Sequence[str | None]) -> dict[str, str]:
        """The ids of the records that came in with this content and whose document's number was corrected since, by content."""
        query = {"is_renumbered": True, "content_key": {"$in": list(content_keys)}}
        return {one["content_key"]: one["_id"] async for one in self._collection.find(query, {"content_key": 1})}

    async def _stored(self, natural_keys: list[str]) -> dict[str, StoredKey]:
        fields = {"natural_key": 1, "content_key": 1, "received_at": 1, "copies.system": 1}
        there = {}
        async for document in self._collection.find({"natural_key": {"$in": list(natural_keys)}}, fields):
            there[document["natural_key"]] = StoredKey(
                document["_id"],
                document.get("content_key"),
                document["received_at"],
                tuple(copy["system"] for copy in document.get("copies", ())),
            )
        return there

    async def get_of_subject(self, record_id: str, subject: str) -> Record:
        """Raises NotFound, also for another person's record."""
        found = await self._own.of((record_id, subject))
        if found is None:
            raise NotFound
        return found

    async def _own_of(self, wanted: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Record | None]:
        """Of each id and person. The query names the people to reach their shards; whose record it is, is asked of each."""
        among = {"_id": {"$in": [key for key, _ in wanted]}, "subject": {"$in": [subject for _, subject in wanted]}}

        def apart(documents: list[dict[str, Any]]) -> dict[tuple[str, str], Record | None]:
            found = {(record.id, record.subject): record for record in self.codec.decode_all(documents)}
            return {one: found.get(one) for one in wanted}

        return await self._database.read(Query(RECORDS.name, among, apart, len(wanted)))

    async def get_of_provider(self, record_id: str, provider: str, tx: Tx = None) -> Record:
        """Raises NotFound, also for another provider's record."""
        query = {"_id": record_id, **_handed_in_by(provider)}
        return await self.get_by(query, tx)

    async def list_of_subject(self, subject: str) -> list[Record]:
        """All of a person's records, newest first."""
        return (await self._database.read(self.of_subjects((subject,)))).get(subject, [])

    def of_subjects(self, subjects: Sequence[str]) -> Query[dict[str, list[Record]]]:
        """The same of many who have any, to be read with something else. Raises TooManyAtOnce when read, if they are more than one."""
        among = {"subject": {"$in": list(subjects)}}

        def decoded(documents: list[dict[str, Any]]) -> dict[str, list[Record]]:
            _must_be_all(documents, subjects)
            found: dict[str, list[Record]] = {}
            for record in self.codec.decode_all(documents):
                found.setdefault(record.subject, []).append(record)
            return found

        return Query(RECORDS.name, among, decoded, _most(subjects), sort={"_id": -1})

    async def list_after(self, record_id: str, limit: int) -> tuple[list[Record], str | None]:
        """In the order of ids, which is the order of intake, and the last id that was looked at; None where there is no more. One that
        cannot be read is logged and left out."""
        found = self._collection.find({"_id": {"$gt": record_id}}).sort("_id", 1).limit(limit)
        documents = await found.batch_size(limit + 1).to_list(limit)
        records: list[Record] = []
        for document, record in zip(documents, self.codec.decode_each(documents), strict=True):
            if isinstance(record, Exception):
                _log.error("not-read", case=document["id"], fault=type(record).__name__)
            else:
                records.append(record)
        return records, documents[-1]["id"] if documents else None

    async def of_ids(self, record_ids: Sequence[str]) -> list[Record]:
        """Those that are there, in no order."""
        return await self.find_many({"_id": {"$in": list(record_ids)}}, limit=len(record_ids))

    async def of_place(self, jurisdiction: str, record_ids: Sequence[str]) -> list[str]:
        """Those of the ids whose records belong to the place."""
        query = {"_id": {"$in": list(record_ids)}, "jurisdiction": jurisdiction}
        return await self._database.read(Query(RECORDS.name, query, _ids, len(record_ids), fields={"_id": 1}))

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self._keys = keys
        self._moulds = Moulds(self._with)
        self._versions = Gathered(self._versions_of)
        self._own = Gathered(self._own_of)

    async def versions_of_subject(self, subject: str) -> list[tuple[str, int]]:
        """Id and version of each of a person's records, read from the index alone, in no order."""
        return await self._versions.of(subject)

    async def _versions_of(self, subjects: Sequence[str]) -> Mapping[str, list[tuple[str, int]]]:
        among = {"subject": {"$in": list(subjects)}}

        def apart(documents: list[dict[str, Any]]) -> dict[str, list[tuple[str, int]]]:
            _must_be_all(documents, subjects)
            found: dict[str, list[tuple[str, int]]] = {subject: [] for subject in subjects}
            for document in documents:
                found[document["subject"]].append((document["_id"], document["version"]))
            return found

        fields = {"_id": 1, "version": 1, "subject": 1}
        return await self._database.read(Query(RECORDS.name, among, apart, _most(subjects), fields=fields))

    async def delete_basic(self, tx: Tx, subject: str, provider: str) -> None:
        await self._collection.delete_many({"subject": subject, "provider": provider, "section": "basic"}, session=tx)

    async def save(self, tx: Tx, before: Record, after: Record) -> Record:
        """Replaces `before` if its version is still the stored one, or raises Outdated: see `Store.save_version`."""
        # compares the person too: rotating the index key gives them a new digest and leaves the version
        return await self.save_version(tx, before, after, subject=before.subject)

    async def add_mark(self, tx: Tx, record: Record, mark: Mark) -> None:
        """Marks a record that has not changed since it was read. Raises Outdated. The query names the person to reach one shard."""
        stands = {"_id": record.id, "subject": record.subject, "version": record.version}
        marked = {"$push": {"marks": msgspec.to_builtins(mark, builtin_types=(datetime,))}, "$inc": {"version": 1}}
        self._database.hold(tx, {"update": RECORDS.name, "updates": [{"q": stands, "u": marked}]}, check=matches(1))

    async def remove_marks(self, tx: Tx, record_id: str, case_id: str, *, has_failed: bool) -> None:
        changes: dict[str, Any] = {"$pull": {"marks": {"case_id": case_id}}, "$inc": {"version": 1}}
        if has_failed:
            changes["$set"] = {"has_failed_objection": True}
        await self.update_all(tx, [{"q": {"_id": record_id}, "u": changes}])

    async def list_ended(self, today: date, limit: int) -> list[str]:
        """Ids of standing records whose local disclosure period ended before `today`."""
        query = {"standing": "standing", "disclosed_until": _before(today)}
        return [row["_id"] for row in await self._collection.find(query, {"_id": 1}).limit(limit).to_list(limit)]

    async def list_published_too_long(self, today: date, limit: int) -> list[str]:
        """Ids of records that are still published though their publicity ended before `today`."""
        query = {"disclosure.is_published": True, "published_until": _before(today)}
        return [row["_id"] for row in await self._collection.find(query, {"_id": 1}).limit(limit).to_list(limit)]

    async def page_by_act(self, act_keys: list[str], jurisdiction: str, after: str | None, limit: int) -> Page[Record]:
        """Records of one jurisdiction based on the document with exactly this number, newest first."""
        return await self.page_by({"act_key": {"$in": act_keys}, "jurisdiction": jurisdiction}, after, limit)

    async def page_of_subject(self, subject: str, jurisdiction: str, after: str | None, limit: int) -> Page[Record]:
        """A person's records in one jurisdiction, newest first."""
        return await self.page_by({"subject": subject, "jurisdiction": jurisdiction}, after, limit)

    async def page_of_provider(self, provider: str, after: str | None, limit: int) -> Page[Record]:
        """Newest first."""
        return await self.page_by(_handed_in_by(provider), after, limit)

    async def page_by_act_of_provider(
        self, act_keys: list[str], provider: str, after: str | None, limit: int
    ) -> Page[Record]:
        return await self.page_by({"act_key": {"$in": act_keys}, **_handed_in_by(provider)}, after, limit)

    async def page_of_subject_of_provider(
        self, subject: str, provider: str, after: str | None, limit: int
    ) -> Page[Record]:
        return await self.page_by({"subject": subject, **_handed_in_by(provider)}, after, limit)


def _ids(documents: list[dict[str, Any]]) -> list[str]:
    return [document["_id"] for document in documents]


def _most(subjects: Sequence[str]) -> int:
    return _MAX_READ if len(subjects) > 1 else _MAX_OF_ONE


def _must_be_all(documents: Sequence[Any], subjects: Sequence[str]) -> None:
    """Nobody's records are left out because somebody else has many. Raises TooManyAtOnce."""
    if len(subjects) > 1 and len(documents) >= _MAX_READ:
        raise TooManyAtOnce


def _handed_in_by(provider: str) -> dict[str, Any]:
    """Filter for the unit's own records. Pledges name the unit to which they were made but are the person's words."""
    return {"provider": provider, "section": {"$nin": [Section.DECLARATION.value, Section.PLEDGE.value]}}


def _before(today: date) -> dict[str, str]:
    """The lower bound repeats the partial index's condition, so that the server can use that index."""
    return {"$gt": "", "$lt": today.isoformat()}


class FeedStore(Store[FeedEntry]):
    """The feed of changes to providers' records; append-only, except for acknowledgements."""

    declared = FEED

    async def get_of_provider(self, entry_id: str, provider: str, tx: Tx = None) -> FeedEntry:
        """Raises NotFound, also for another provider's entry."""
        return await self.get_by({"_id": entry_id, "provider": provider}, tx)

    async def recount(self, tx: Tx, record: Record, at: datetime, due_on: date) -> None:
        """The day of one alteration by another calendar, where it is not followed yet. Goes through the provider's feed."""
        await self._collection.update_many(
            {
                "provider": record.provider,
                "record": record.id,
                "at": at,
                "due_on": {"$ne": None},
                "acknowledged_at": None,
            },
            {"$set": {"due_on": due_on.isoformat()}},
            session=tx,
        )

    async def acknowledge(self, tx: Tx, entry_id: str, now: datetime) -> None:
        await self._collection.update_one(
            {"_id": entry_id, "acknowledged_at": None}, {"$set": {"acknowledged_at": now}}, session=tx
        )

    async def page_of_provider(self, provider: str, after: str | None, limit: int) -> Page[FeedEntry]:
        """Oldest first, after the cursor."""
        return await self.page_by({"provider": provider}, after, limit, is_newest_first=False)
