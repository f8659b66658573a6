"""Queries on the audit."""

from collections.abc import Sequence

from pymongo import ASCENDING, IndexModel

from api.audits.models import AuditEntry
from api.infra.documents import Codec
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing

COLLECTION = "audits"
INDEXES: Sequence[IndexModel] = (
    IndexModel([("day", ASCENDING), ("number", ASCENDING)], name="day_number"),
    IndexModel([("subject", ASCENDING), ("_id", ASCENDING)], name="subject"),
)


class AuditStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[AuditEntry] = Codec(AuditEntry, COLLECTION, keys)
        self._collection = database.collection(COLLECTION)

    async def insert(self, tx: Tx, entry: AuditEntry) -> None:
        await self._collection.insert_one(self.codec.encode(entry), session=tx)
