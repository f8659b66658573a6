"""Heartbeats of the worker's jobs: when each last ran and succeeded, and which worker holds it. One document for each job."""

from datetime import datetime
from typing import Any

import msgspec

from api.infra.ability import SAME_TIME
from api.infra.collections import Collection
from api.infra.database_faults import AlreadyThere, write
from api.infra.documents import Kept, Stored
from api.infra.mongo import Database


class Heartbeat(Stored):
    """`id` is the job. `done` is the last run's result, `state` what the job keeps between runs."""

    KEPT = Kept(ours="id done state leased_by", word="fault", when="last_run_at last_success_at leased_until")

    id: str
    last_run_at: datetime | None = None
    last_success_at: datetime | None = None
    fault: str | None = None
    done: dict[str, int] = msgspec.field(default_factory=dict)
    state: dict[str, str] = msgspec.field(default_factory=dict)
    leased_until: datetime | None = None
    leased_by: str | None = None


JOBS = Collection("jobs", Heartbeat, why="one a job")


class HeartbeatStore:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection(JOBS.name)

    async def list_all(self) -> list[Heartbeat]:
        documents = await self._collection.find({}).sort("_id", 1).limit(100).to_list(100)
        return [_decode(document) for document in documents]

    async def find(self, job: str) -> Heartbeat:
        document = await self._collection.find_one({"_id": job})
        return _decode(document) if document else Heartbeat(id=job)

    async def lease(self, job: str, worker: str, now: datetime, until: datetime) -> bool:
        """Takes the job's lease; whether this worker may run it now. A lease longer than ours, by more than two clocks may differ, was
        written under another clock and is ignored."""
        longest = until + 2 * SAME_TIME
        free = {
            "$or": [
                {"leased_until": None},
                {"leased_until": {"$lte": now}},
                {"leased_until": {"$gt": longest}},
                {"leased_by": worker},  # which could not give it back, or was not answered when it took it
            ],
        }
        result = await self._collection.update_one(
            {"_id": job, **free}, {"$set": {"leased_until": until, "leased_by": worker}}
        )
        if result.matched_count:
            return True
        try:
            await write(self._collection.insert_one({"_id": job, "leased_until": until, "leased_by": worker}))
        except AlreadyThere:
            return False
        return True

    async def beat(self, job: str, worker: str, now: datetime, done: dict[str, int], fault: str | None) -> None:
        """Reports a run; returns the lease if this worker holds it."""
        fields: dict[str, Any] = {"last_run_at": now, "fault": fault, "done": done}
        if fault is None:
            fields["last_success_at"] = now
        await self._collection.update_one({"_id": job}, {"$set": fields}, upsert=True)
        await self._collection.update_one(
            {"_id": job, "leased_by": worker}, {"$set": {"leased_until": None, "leased_by": None}}
        )

    async def remember(self, job: str, state: dict[str, str]) -> None:
        await self._collection.update_one({"_id": job}, {"$set": {"state": state}}, upsert=True)


def _decode(document: dict[str, Any]) -> Heartbeat:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, Heartbeat, builtin_types=(datetime,))
