"""Queries of the outbox, of permissions to push, of templates that stopped and of events seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, UpdateOne

from api.infra.documents import Codec, Secret
from api.infra.mongo import Database, Tx, write
from api.infra.privacy import KeyRing
from api.notices.models import Notice, NoticeState, PushState, Subscription
from api.notices.store import COLLECTION

SUBSCRIPTIONS = "subscriptions"
EVENTS = "wechat_events"
TEMPLATES = "wechat_templates"
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    SUBSCRIPTIONS: (),
    EVENTS: (IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),),
    TEMPLATES: (),
}
_EVENT_KEPT = timedelta(hours=1)


class OutboxStore:
    """Every write names the claim and the fence, so that a worker that lost its hold changes nothing."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Notice] = Codec(Notice, COLLECTION, keys)
        self._collection = database.collection(COLLECTION)

    async def find_due(self, now: datetime, limit: int) -> list[str]:
        """Ids of all that is due and not yet done, longest waiting first, read from the index alone."""
        found = self._collection.find(self._due(now), {"_id": 1}).sort([("wake_at", 1), ("_id", 1)]).limit(limit)
        return [document["_id"] for document in await found.batch_size(max(limit, 2)).to_list(limit)]

    @staticmethod
    def _due(now: datetime) -> dict[str, Any]:
        return {"wake_at": {"$lte": now}}

    async def claim(self, ids: Sequence[str], token: str, now: datetime, until: datetime) -> list[Notice]:
        """Takes hold, until then, of those that nobody else took first. `token` is used for one claim only."""
        result = await self._collection.update_many(
            {"_id": {"$in": list(ids)}, **self._due(now)},
            {"$set": {"claim": token, "wake_at": until}, "$inc": {"fence": 1}},
        )
        if result.modified_count == 0:
            return []
        found = self._collection.find({"_id": {"$in": list(ids)}, "claim": token}).batch_size(max(len(ids), 2))
        return [self.codec.decode(document) for document in await found.to_list(len(ids))]

    async def tell(self, ids: Sequence[str], token: str, now: datetime) -> None:
        await self._collection.update_many(
            {"_id": {"$in": list(ids)}, "claim": token, "state": NoticeState.BOOKED.value},
            {"$set": {"state": NoticeState.TOLD.value, "told_at": now}},
        )

    async def close_unpushed(self, ids: Sequence[str], token: str, push: PushState, reason: str | None) -> None:
        """Done, with no message sent (or none that we know of)."""
        await self._collection.update_many(
            {"_id": {"$in": list(ids)}, "claim": token},
            {"$set": {"push": push.value, "reason": reason, "wake_at": None, "claim": None}},
        )

    async def mark_sending(self, ids: Sequence[str], token: str, now: datetime, until: datetime) -> set[str]:
        """Written before WeChat is called; whatever is found like this later is unknown. Returns those still ours."""
        result = await self._collection.update_many(
            {
                "_id": {"$in": list(ids)},
                "claim": token,
                "state": NoticeState.TOLD.value,
                "push": PushState.WAITING.value,
            },
            {"$set": {"push": PushState.SENDING.value, "pushed_at": now, "wake_at": until}, "$inc": {"attempts": 1}},
        )
        if result.modified_count == len(ids):
            return set(ids)
        query = {"_id": {"$in": list(ids)}, "claim": token, "push": PushState.SENDING.value}
        found = self._collection.find(query, {"_id": 1}).batch_size(max(len(ids), 2))
        return {document["_id"] for document in await found.to_list(len(ids))}

    async def write_back(self, changes: Mapping[str, Mapping[str, Any]], token: str, was: PushState) -> None:
        """Id → fields, in one round trip; lets go of each that is still ours and whose push is as it was."""
        if changes:
            await self._collection.bulk_write(
                [
                    UpdateOne({"_id": key, "claim": token, "push": was.value}, {"$set": {**fields, "claim": None}})
                    for key, fields in changes.items()
                ],
                ordered=False,
            )

    async def count_reserved(self, subjects: Sequence[str], rank: int) -> dict[tuple[str, str], int]:
        """How many booked notices of a rank above this one wait for a push, by subject and template."""
        query = {"subject": {"$in": list(subjects)}, "state": NoticeState.BOOKED.value, "rank": {"$gt": rank}}
        counts: dict[tuple[str, str], int] = {}
        async for document in self._collection.find(query, {"subject": 1, "template": 1}):
            key = (document["subject"], document.get("template") or "")
            counts[key] = counts.get(key, 0) + 1
        return counts

    async def note_result(self, tx: Tx, message_id: str, fields: Mapping[str, Any]) -> None:
        """What WeChat's event says of a message that it had accepted."""
        await self._collection.update_one(
            {"message_id": message_id, "push": PushState.SENT.value}, {"$set": dict(fields)}, session=tx
        )

    async def backlog(self, now: datetime, most: int) -> tuple[int, datetime | None]:
        """How many are due, counted up to `most`, and since when the longest has waited."""
        count = await self._collection.count_documents(self._due(now), limit=most)
        oldest = await self._collection.find(self._due(now), {"wake_at": 1}).sort("wake_at", 1).limit(1).to_list(1)
        return count, oldest[0]["wake_at"] if oldest else None

    def explainable(self, now: datetime, limit: int) -> dict[str, Any]:
        """The pass's own query, for the test that asks the server how it runs it."""
        return {
            "filter": self._due(now),
            "projection": {"_id": 1},
            "sort": {"wake_at": 1, "_id": 1},
            "limit": limit,
        }


class SubscriptionStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Subscription] = Codec(Subscription, SUBSCRIPTIONS, keys)
        self._collection = database.collection(SUBSCRIPTIONS)

    async def find(self, account: str, tx: Tx = None) -> Subscription:
        """An empty one where the account has never been asked."""
        document = await self._collection.find_one({"_id": account}, session=tx)
        return self.codec.decode(document) if document else Subscription(id=account)

    async def find_many(self, accounts: Sequence[str]) -> dict[str, Subscription]:
        found = self._collection.find({"_id": {"$in": list(accounts)}}).batch_size(max(len(accounts), 2))
        return {d["_id"]: self.codec.decode(d) for d in await found.to_list(max(len(accounts), 1))}

    async def save(self, tx: Tx, before: Subscription, after: Subscription) -> None:
        """Inside a transaction that has read `before`: the server refuses when another writer came between."""
        document = self.codec.encode(after)
        await self._collection.replace_one({"_id": before.id}, document, upsert=True, session=tx)

    async def spend(self, spent: Sequence[tuple[str, str, str, bool]]) -> None:
        """(account, template, `confirmed` or `claimed`, whether WeChat says that none are left), in one round trip."""
        writes = []
        for account, template, which, is_empty in spent:
            path = f"banks.{template}"
            change: dict[str, Any] = (
                {"$set": {f"{path}.confirmed": 0, f"{path}.claimed": 0}}
                if is_empty
                else {"$inc": {f"{path}.{which}": -1}}
            )
            writes.append(UpdateOne({"_id": account, path: {"$exists": True}}, change))
        if writes:
            await self._collection.bulk_write(writes, ordered=True)

    async def delete(self, tx: Tx, account: str) -> None:
        await self._collection.delete_one({"_id": account}, session=tx)


class EventStore:
    """Which events were seen: each signature counts once, and each event once however often WeChat repeats it."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(EVENTS)

    async def note(self, tx: Tx, key: str, now: datetime) -> None:
        """Raises AlreadyThere("_id_")."""
        await write(self._collection.insert_one({"_id": key, "expires_at": now + _EVENT_KEPT}, session=tx))

    async def is_noted(self, tx: Tx, key: str) -> bool:
        return await self._collection.find_one({"_id": key}, {"_id": 1}, session=tx) is not None


class TemplateStore:
    """Templates that WeChat has refused: they rest, and operators are told."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(TEMPLATES)

    async def stop(self, template_id: str, name: str, errcode: int, now: datetime, until: datetime) -> None:
        await self._collection.update_one(
            {"_id": template_id},
            {"$set": {"name": name, "errcode": errcode, "stopped_at": now, "until": until}},
            upsert=True,
        )

    async def clear(self, template_id: str) -> None:
        await self._collection.delete_one({"_id": template_id})

    async def list_stopped(self) -> dict[str, datetime]:
        """Template id → until when it rests. A rest that is over lets one batch through, to see."""
        found = await self._collection.find({}).limit(100).to_list(100)
        return {document["_id"]: document["until"] for document in found}


class _Reach(msgspec.Struct, frozen=True):
    id: str
    subject: str | None
    openid: Secret[str] | None


class Receiver(msgspec.Struct, frozen=True):
    """Where a person can be reached by push."""

    account: str
    openid: str

    def __repr__(self) -> str:
        return f"Receiver({self.account})"


class ReceiverStore:
    """Reads of the open accounts, by person and by WeChat identity: only what a push needs is opened.

    Who refused to be reminded by WeChat is not among them.
    """

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self._keys = keys
        self._codec: Codec[_Reach] = Codec(_Reach, "accounts", keys)
        self._collection = database.collection("accounts")

    async def find_many(self, subjects: Sequence[str]) -> dict[str, Receiver]:
        query = {"subject": {"$in": list(subjects)}, "status": "open", "refusals": {"$ne": "push"}}
        found = self._collection.find(query, {"subject": 1, "openid": 1}).batch_size(max(len(subjects), 2))
        receivers: dict[str, Receiver] = {}
        for document in await found.to_list(max(len(subjects), 1)):
            reach = self._codec.decode(document)
            if reach.subject and reach.openid:
                receivers[reach.subject] = Receiver(account=reach.id, openid=reach.openid)
        return receivers

    async def account_of(self, openid: str, tx: Tx = None) -> str | None:
        query = {"openid_index": self._keys.blind_index("openid", openid), "status": "open"}
        document = await self._collection.find_one(query, {"_id": 1}, session=tx)
        return document["_id"] if document else None
