"""Collections as they were at one moment, to be put back before each of many tries."""

from datetime import datetime
from typing import Any

from api.composition import Services
from api.infra.mongo import Database


class Snapshot:
    def __init__(self, services: Services, documents: dict[str, list[dict[str, Any]]]) -> None:
        self.services = services
        self._database = services.database
        self._documents = documents
        self.now: datetime = services.clock.now()

    @classmethod
    async def take(cls, services: Services, collections: tuple[str, ...]) -> "Snapshot":
        return cls(services, await everything(services.database, collections))

    async def restore(self) -> None:
        """Writes where something was changed alone: most tries are refused, and change nothing but what the one before had set."""
        found = await everything(self._database, tuple(self._documents))
        for name, documents in self._documents.items():
            collection = self._database.collection(name)
            if [one["_id"] for one in found[name]] == [one["_id"] for one in documents]:
                for now, before in zip(found[name], documents, strict=True):
                    if now != before:
                        await collection.replace_one({"_id": before["_id"]}, before)
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


async def everything(database: Database, names: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    """What stands in these collections, in the order of its ids, out of one question."""
    parts = {
        name: [{"$sort": {"_id": 1}}, {"$project": {"_id": 0, "of": {"$literal": name}, "document": "$$ROOT"}}]
        for name in names
    }
    unions = [{"$unionWith": {"coll": name, "pipeline": parts[name]}} for name in names[1:]]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    async for one in database.collection(names[0]).aggregate([*parts[names[0]], *unions]):
        found[one["of"]].append(one["document"])
    return found
