"""Queries on providers and their keys."""

from collections.abc import Sequence
from datetime import date, datetime

from pymongo import ASCENDING, IndexModel

from api.infra.collections import Collection, page_by_id
from api.infra.documents import Codec
from api.infra.mongo import Database, Tx, write
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.providers.models import Provider, ProviderKey

PROVIDERS = Collection(
    name="providers",
    struct=Provider,
    indexes=(IndexModel([("jurisdiction", ASCENDING), ("is_market", ASCENDING), ("_id", ASCENDING)], name="place"),),
    why="units: thousands",
)
KEYS = Collection(
    name="provider_keys",
    struct=ProviderKey,
    indexes=(IndexModel([("provider", ASCENDING), ("_id", ASCENDING)], name="provider"),),
    why="units: thousands",
)
COLLECTIONS = (PROVIDERS, KEYS)

_MOST = 10_000


class ProviderStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Provider] = Codec(Provider, PROVIDERS.name, keys)
        self.key_codec: Codec[ProviderKey] = Codec(ProviderKey, KEYS.name, keys)
        self._providers = database.collection(PROVIDERS.name)
        self._keys = database.collection(KEYS.name)

    async def put(self, tx: Tx, provider: Provider) -> None:
        """Adds it, or replaces what is known of it."""
        document = self.codec.encode(provider)
        await self._providers.replace_one({"_id": provider.id}, document, upsert=True, session=tx)

    async def find(self, provider_id: str, tx: Tx = None) -> Provider | None:
        document = await self._providers.find_one({"_id": provider_id}, session=tx)
        return self.codec.decode(document) if document else None

    async def page_of_place(self, jurisdiction: str, cursor: str | None, limit: int) -> Page[Provider]:
        """Public units of a place, in the order of their ids."""
        query = {"jurisdiction": jurisdiction, "is_market": False}
        return await page_by_id(self._providers, self.codec, query, cursor, limit, is_newest_first=False)

    async def all_of_place(self, jurisdiction: str) -> list[Provider]:
        """Market services too, by name."""
        found = self._providers.find({"jurisdiction": jurisdiction}).limit(_MOST)
        return sorted(
            (self.codec.decode(document) for document in await found.to_list(_MOST)), key=lambda one: one.name
        )

    async def keys_of(self, provider_ids: Sequence[str]) -> list[ProviderKey]:
        """Of several units at once, the oldest first."""
        found = self._keys.find({"provider": {"$in": list(provider_ids)}}).sort("_id", 1).limit(_MOST)
        return [self.key_codec.decode(document) for document in await found.to_list(_MOST)]

    async def list_all(self) -> list[Provider]:
        documents = await self._providers.find({}).sort("_id", 1).limit(1000).to_list(1000)
        return [self.codec.decode(document) for document in documents]

    async def insert_key(self, tx: Tx, key: ProviderKey) -> None:
        await write(self._keys.insert_one(self.key_codec.encode(key), session=tx))

    async def find_key(self, key_id: str, tx: Tx = None) -> ProviderKey | None:
        document = await self._keys.find_one({"_id": key_id}, session=tx)
        return self.key_codec.decode(document) if document else None

    async def list_keys(self, provider_id: str) -> list[ProviderKey]:
        documents = await self._keys.find({"provider": provider_id}).sort("_id", 1).limit(100).to_list(100)
        return [self.key_codec.decode(document) for document in documents]

    async def revoke_key(self, tx: Tx, key_id: str, now: datetime) -> None:
        """Revoking again keeps the first instant."""
        await self._keys.update_one({"_id": key_id, "revoked_at": None}, {"$set": {"revoked_at": now}}, session=tx)

    async def set_key_used(self, key_id: str, on: date) -> None:
        await self._keys.update_one({"_id": key_id}, {"$set": {"used_on": on.isoformat()}})

    async def set_key_expiry(self, tx: Tx, key_id: str, expires_on: str) -> None:
        """`expires_on` is an ISO date; the key is good through that day."""
        await self._keys.update_one({"_id": key_id}, {"$set": {"expires_on": expires_on}}, session=tx)
