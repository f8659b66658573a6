"""Queries on drafted decisions."""

from api.infra.cases import KEPT_TOGETHER
from api.infra.collections import Collection, Store, index, save_version
from api.infra.mongo import Tx
from api.reviews.models import Proposal

PROPOSALS = Collection(
    "proposals",
    Proposal,
    indexes=(
        index("one_open", "case", unique=True, partialFilterExpression={"is_open": True}),
        index("returned_to", "officer -_id", partialFilterExpression={"status": "returned"}),
        index("open_of_place", "jurisdiction -_id", partialFilterExpression={"is_open": True}),
    ),
    why=KEPT_TOGETHER,
)

_MOST = 1000
_MOST_RETURNED = 50


class ProposalStore(Store[Proposal]):
    declared = PROPOSALS

    async def save(self, tx: Tx, before: Proposal, after: Proposal) -> Proposal:
        """Raises Outdated when another was first."""
        return await save_version(self._collection, self.codec, tx, before, after)

    async def open_of(self, place: str) -> list[Proposal]:
        """Newest first."""
        return await self.find_newest({"jurisdiction": place, "is_open": True}, _MOST)

    async def returned_to(self, officer: str) -> list[Proposal]:
        """What an officer drafted and got back, newest first."""
        return await self.find_newest({"officer": officer, "status": "returned"}, _MOST_RETURNED)
