"""Queries on journals."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER
from api.infra.collections import Collection
from api.infra.documents import Codec
from api.infra.errors import NotFound
from api.infra.mongo import Database, Tx, write
from api.infra.privacy import KeyRing
from api.journal.models import ANSWER, NOTE, REMINDER, Entry

JOURNAL = Collection(
    name="journal",
    struct=Entry,
    indexes=(
        IndexModel([("case", ASCENDING), ("_id", ASCENDING)], name="case"),
        BY_SUBJECT,
        IndexModel([("about", ASCENDING)], name="one_answer", unique=True, partialFilterExpression={"kind": ANSWER}),
        IndexModel(
            [("jurisdiction", ASCENDING), ("_id", DESCENDING)],
            name="unseen",
            partialFilterExpression={"kind": ANSWER, "seen_at": None},
        ),
        IndexModel(
            [("provider", ASCENDING), ("_id", DESCENDING)],
            name="reminders",
            partialFilterExpression={"kind": REMINDER},
        ),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (JOURNAL,)

_MOST = 500
_SHOWN = 50


class JournalStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.database = database
        self._codec: Codec[Entry] = Codec(Entry, JOURNAL.name, keys)
        self._collection = database.collection(JOURNAL.name)

    async def insert(self, tx: Tx, entry: Entry) -> None:
        """Raises AlreadyThere for a second answer to one question."""
        await write(self._collection.insert_one(self._codec.encode(entry), session=tx))

    async def get(self, entry_id: str, tx: Tx = None) -> Entry:
        """Raises NotFound."""
        document = await self._collection.find_one({"_id": entry_id}, session=tx)
        if document is None:
            raise NotFound
        return self._codec.decode(document)

    async def of_case(self, case: str, tx: Tx = None) -> list[Entry]:
        """A case's entries, oldest first."""
        found = self._collection.find({"case": case}, session=tx).sort("_id", 1).limit(_MOST)
        return [self._codec.decode(document) for document in await found.to_list(_MOST)]

    async def shown_to(self, subject: str) -> list[Entry]:
        """All entries of a person's cases except notes for colleagues, newest first."""
        return await self._newest({"subject": subject, "kind": {"$ne": NOTE}}, _MOST)

    async def unseen(self, place: str) -> list[Entry]:
        """Answers that no officer of the place has seen, newest first."""
        return await self._newest({"jurisdiction": place, "kind": ANSWER, "seen_at": None}, _SHOWN)

    async def reminders_of(self, provider: str) -> list[Entry]:
        return await self._newest({"provider": provider, "kind": REMINDER}, _SHOWN)

    async def mark_seen(self, case: str, now: datetime) -> None:
        await self._collection.update_many({"case": case, "kind": ANSWER, "seen_at": None}, {"$set": {"seen_at": now}})

    async def _newest(self, query: dict[str, Any], limit: int) -> list[Entry]:
        found = self._collection.find(query).sort("_id", -1).limit(limit)
        return [self._codec.decode(document) for document in await found.to_list(limit)]
