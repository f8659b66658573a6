"""Queries on providers and their keys."""

from collections.abc import Sequence
from datetime import date, datetime

from api.infra.collections import Collection, Store, index
from api.infra.mongo import Database, Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.infra.turns import in_turn
from api.providers.models import Provider, ProviderKey

PROVIDERS = Collection(
    "providers", Provider, indexes=(index("place", "jurisdiction is_market _id"),), why="units: thousands"
)
KEYS = Collection("provider_keys", ProviderKey, indexes=(index("provider", "provider _id"),), why="units: thousands")

_MOST = 10_000
_OLDEST = (("_id", 1),)


class KeyStore(Store[ProviderKey]):
    declared = KEYS

    async def of_units(self, provider_ids: Sequence[str]) -> list[ProviderKey]:
        """Of several units at once, the oldest first."""
        return await self.find_many({"provider": {"$in": list(provider_ids)}}, limit=_MOST, sort=_OLDEST)

    async def of_unit(self, provider_id: str) -> list[ProviderKey]:
        return await self.find_many({"provider": provider_id}, limit=100, sort=_OLDEST)

    async def revoke(self, tx: Tx, key_id: str, now: datetime) -> None:
        """Revoking again keeps the first instant."""
        query = {"_id": key_id, "revoked_at": None}
        await self._collection.update_one(query, {"$set": {"revoked_at": now}}, session=tx)

    async def set_used(self, key_id: str, on: date) -> None:
        await self._collection.update_one({"_id": key_id}, {"$set": {"used_on": on.isoformat()}})

    async def set_expiry(self, tx: Tx, key_id: str, expires_on: date) -> None:
        """The key is good through that day."""
        await self._collection.update_one({"_id": key_id}, {"$set": {"expires_on": expires_on.isoformat()}}, session=tx)


class ProviderStore(Store[Provider]):
    declared = PROVIDERS

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self.keys = KeyStore(database, keys)

    async def put(self, tx: Tx, provider: Provider) -> None:
        """Adds it, or replaces what is known of it."""
        document = self.codec.encode(provider)
        await self._collection.replace_one({"_id": provider.id}, document, upsert=True, session=tx)

    async def page_of_place(self, jurisdiction: str, cursor: str | None, limit: int) -> Page[Provider]:
        """Public units of a place, in the order of their ids."""
        return await self.page_by(
            {"jurisdiction": jurisdiction, "is_market": False}, cursor, limit, is_newest_first=False
        )

    async def all_of_place(self, jurisdiction: str) -> list[Provider]:
        """Market services too, by name."""
        found = await self.find_many({"jurisdiction": jurisdiction}, limit=_MOST)
        return sorted(found, key=lambda one: one.name)

    async def in_turn(self, tx: Tx, jurisdiction: str, now: datetime) -> None:
        """Call before what is there is looked at."""
        await in_turn(self._database, tx, f"providers/{jurisdiction}", now)

    async def find_alike(self, one: Provider, tx: Tx) -> Provider | None:
        """Another unit of the place with the name or the code."""
        alike = [{"name": one.name}, {"unified_code": one.unified_code}]
        return await self.find_by({"jurisdiction": one.jurisdiction, "_id": {"$ne": one.id}, "$or": alike}, tx)

    async def list_all(self) -> list[Provider]:
        return await self.find_many({}, limit=_MOST, sort=_OLDEST)
