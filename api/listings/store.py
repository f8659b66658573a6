"""Queries on listings."""

from api.infra.cases import BY_NUMBER, BY_OWNER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.infra.mongo import Tx
from api.listings.models import Listing

LISTINGS = Collection(
    "listings",
    Listing,
    indexes=(
        BY_SUBJECT,
        BY_NUMBER,
        BY_OWNER,
        index("place", "jurisdiction -_id"),
        index("one_open", "open_record", unique=True, partialFilterExpression={"open_record": {"$gt": ""}}),
    ),
    why=KEPT_TOGETHER,
)


class ListingStore(CaseStore[Listing]):
    declared = LISTINGS

    async def find_open(self, record: str, tx: Tx = None) -> Listing | None:
        return await self.find_by({"open_record": record}, tx)
