"""Queries on drafted decisions."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import KEPT_TOGETHER
from api.infra.collections import Collection, save_version
from api.infra.documents import Codec
from api.infra.errors import NotFound
from api.infra.mongo import Database, Tx, write
from api.infra.privacy import KeyRing
from api.reviews.models import Proposal

PROPOSALS = Collection(
    name="proposals",
    struct=Proposal,
    indexes=(
        IndexModel([("case", ASCENDING)], name="one_open", unique=True, partialFilterExpression={"is_open": True}),
        IndexModel(
            [("jurisdiction", ASCENDING), ("_id", DESCENDING)],
            name="open_of_place",
            partialFilterExpression={"is_open": True},
        ),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (PROPOSALS,)

_MOST = 100


class ProposalStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self._codec: Codec[Proposal] = Codec(Proposal, PROPOSALS.name, keys)
        self._collection = database.collection(PROPOSALS.name)

    async def insert(self, tx: Tx, proposal: Proposal) -> None:
        """Raises AlreadyThere where the case has an open one."""
        await write(self._collection.insert_one(self._codec.encode(proposal), session=tx))

    async def get(self, proposal_id: str, tx: Tx = None) -> Proposal:
        """Raises NotFound."""
        document = await self._collection.find_one({"_id": proposal_id}, session=tx)
        if document is None:
            raise NotFound
        return self._codec.decode(document)

    async def save(self, tx: Tx, before: Proposal, after: Proposal) -> Proposal:
        """Raises Outdated when another was first."""
        return await save_version(self._collection, self._codec, tx, before, after)

    async def open_of(self, place: str) -> list[Proposal]:
        """Newest first."""
        found = self._collection.find({"jurisdiction": place, "is_open": True}).sort("_id", -1).limit(_MOST)
        return [self._codec.decode(document) for document in await found.to_list(_MOST)]
