"""Queries on issued documents."""

from api.infra.collections import Collection, Store, index
from api.infra.paging import MOST_EXPORTED
from api.papers.models import IssuedDocument

DOCUMENTS = Collection(
    "issued_documents",
    IssuedDocument,
    indexes=(index("subject", "-subject -issued_at"),),
    shard_key="_id hashed",
    why="checked by the number that is printed on them",
)


class IssuedDocumentStore(Store[IssuedDocument]):
    declared = DOCUMENTS

    async def list_of_subject(self, subject: str) -> list[IssuedDocument]:
        """Newest first."""
        return await self.find_many({"subject": subject}, limit=MOST_EXPORTED + 1, sort=(("issued_at", -1),))

    async def find(self, keys: list[str]) -> IssuedDocument | None:
        """`keys`: the digest of one code under each index key."""
        found = await self._collection.find_one({"_id": {"$in": keys}})
        return None if found is None else self.codec.decode(found)
