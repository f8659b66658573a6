"""Collections as they were at one moment, to be put back before each of many tries."""

from datetime import datetime
from typing import Any

from api.composition import Services


class Snapshot:
    def __init__(self, services: Services, documents: dict[str, list[dict[str, Any]]]) -> None:
        self.services = services
        self._database = services.database
        self._documents = documents
        self.now: datetime = services.clock.now()

    @classmethod
    async def take(cls, services: Services, collections: tuple[str, ...]) -> "Snapshot":
        documents = {name: await services.database.collection(name).find({}).to_list(1000) for name in collections}
        return cls(services, documents)

    async def restore(self) -> None:
        """Writes where something was changed alone: most tries are refused, and a write waits for the journal."""
        for name, documents in self._documents.items():
            collection = self._database.collection(name)
            if await collection.find({}).to_list(1000) == documents:
                continue
            await collection.delete_many({})
            if documents:
                await collection.insert_many(documents)

    async def set(
        self, collection: str, key: str, fields: dict[str, Any], *, push: dict[str, Any] | None = None
    ) -> None:
        change: dict[str, Any] = {"$set": fields}
        if push:
            change["$push"] = push
        await self._database.collection(collection).update_one({"_id": key}, change)

    async def set_where(self, collection: str, query: dict[str, Any], fields: dict[str, Any]) -> None:
        await self._database.collection(collection).update_many(query, {"$set": fields})

    async def read(self, collection: str, key: str) -> dict[str, Any]:
        found: dict[str, Any] = await self._database.collection(collection).find_one({"_id": key})
        return found

    async def all(self, collection: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._database.collection(collection).find({}).to_list(1000)
        return found

    async def count(self, collection: str, query: dict[str, Any] | None = None) -> int:
        count: int = await self._database.collection(collection).count_documents(query or {})
        return count
