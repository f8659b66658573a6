"""Queries on listings."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import BY_NUMBER, BY_OWNER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Database, Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.listings.models import Listing

LISTINGS = Collection(
    name="listings",
    struct=Listing,
    indexes=(
        BY_SUBJECT,
        BY_NUMBER,
        BY_OWNER,
        IndexModel([("jurisdiction", ASCENDING), ("_id", DESCENDING)], name="place"),
        IndexModel(
            [("open_record", ASCENDING)],
            name="one_open",
            unique=True,
            partialFilterExpression={"open_record": {"$gt": ""}},
        ),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (LISTINGS,)


class ListingStore(CaseStore[Listing]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Listing, LISTINGS.name)

    async def find_open(self, record: str, tx: Tx = None) -> Listing | None:
        document = await self._collection.find_one({"open_record": record}, session=tx)
        return self.codec.decode(document) if document else None

    async def page_of_place(self, jurisdiction: str, cursor: str | None, limit: int) -> Page[Listing]:
        return await self.page({"jurisdiction": jurisdiction}, cursor, limit)
