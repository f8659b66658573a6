"""Queries on the outbox, permissions to push, stopped templates and events seen."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, UpdateOne

from api.infra import collections
from api.infra.documents import Codec, Kept, Secret
from api.infra.mongo import AlreadyThere, Database, Tx, write
from api.infra.privacy import KeyRing
from api.infra.wechat import SendResult
from api.notices.models import Notice, NoticeState, PushState, Subscription
from api.notices.store import NOTICES

_EXPIRY = IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0)
SUBSCRIPTIONS = collections.Collection(
    name="subscriptions",
    struct=Subscription,
    shard_key="_id hashed",
    why="one for each account, found by the account's id",
)
EVENTS = collections.Collection(
    name="wechat_events",
    kept=Kept(digest="id", when="expires_at"),
    indexes=(_EXPIRY,),
    why="live for an hour",
)
CLAIMS = collections.Collection(
    name="outbox_claims",
    kept=Kept(ours="id is_lost sending answers", when="expires_at"),
    indexes=(_EXPIRY,),
    why="live for a month, one a batch",
)
MESSAGES = collections.Collection(
    name="wechat_messages",
    kept=Kept(word="result", ours="id notice", when="expires_at"),
    indexes=(_EXPIRY,),
    shard_key="_id hashed",
    why="an event names WeChat's number of the message; kept for days",
)
TEMPLATES = collections.Collection(
    name="wechat_templates",
    kept=Kept(word="id name errcode", when="stopped_at until"),
    why="a handful",
)
COLLECTIONS = (SUBSCRIPTIONS, EVENTS, CLAIMS, MESSAGES, TEMPLATES)
_EVENT_KEPT = timedelta(hours=1)
_CLAIM_KEPT = timedelta(days=30)  # longer than any outage in which nobody takes a dead worker's batch over
_MESSAGE_KEPT = timedelta(days=7)


class Due(msgspec.Struct, frozen=True):
    """A notice that is due, and the claim under which a worker held it last, if one did."""

    id: str
    claim: str | None


class OutboxStore:
    """A claim is a document of its own, used for one batch, and the fence of every worker.

    Before a chunk is handed to WeChat its ids are added to the claim, and with them what WeChat answered to the chunk before;
    whoever finds a lease run out first marks the old claim as lost, and then reads what had been added. So either the old
    worker added first, and those notices have their answer or are unknown, or it comes too late, adds nothing and sends nothing.
    """

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Notice] = Codec(Notice, NOTICES.name, keys)
        self._database = database
        self._collection = database.collection(NOTICES.name)
        self._claims = database.collection(CLAIMS.name)
        self._messages = database.collection(MESSAGES.name)

    async def find_due(self, now: datetime, limit: int) -> list[Due]:
        """All that is due and not yet done, longest waiting first."""
        found = await self._database.read(
            NOTICES.name, self._due(now), fields={"claim": 1}, sort={"wake_at": 1, "_id": 1}, most=limit
        )
        return [Due(d["_id"], d.get("claim")) for d in found]

    @staticmethod
    def _due(now: datetime) -> dict[str, Any]:
        return {"wake_at": {"$lte": now}}

    async def open_claim(self, token: str, until: datetime) -> None:
        await self._claims.insert_one(
            {"_id": token, "is_lost": False, "sending": [], "answers": [], "expires_at": until + _CLAIM_KEPT}
        )

    async def close_claim(self, token: str) -> None:
        await self._claims.delete_one({"_id": token})

    async def seize(self, tokens: Collection[str]) -> dict[str, dict[str, SendResult | None]]:
        """Ends the claims of workers that let their lease run out.

        Returns by claim what each had begun to send, with WeChat's answer where it was written down.
        """
        wanted = {"_id": {"$in": list(tokens)}}
        await self._claims.update_many(wanted, {"$set": {"is_lost": True}})
        begun: dict[str, dict[str, SendResult | None]] = {}
        async for document in self._claims.find(wanted, {"sending": 1, "answers": 1}):
            answers = {key: msgspec.convert(answer, SendResult) for key, answer in document.get("answers", ())}
            begun[document["_id"]] = {key: answers.get(key) for key in document["sending"]}
        return begun

    async def claim(self, due: Sequence[Due], token: str, now: datetime, until: datetime) -> list[Notice]:
        """Takes hold, until then, of those that nobody else took first; what was booked is told by it.

        Old claims among them have been seized. Returns what is now held.
        """
        held = 0
        by_claim: dict[str | None, list[str]] = {}
        for one in due:
            by_claim.setdefault(one.claim, []).append(one.id)
        hold = {"claim": token, "wake_at": until}
        for old, ids in by_claim.items():
            query = {"_id": {"$in": ids}, "claim": old, **self._due(now)}
            told = await self._collection.update_many(
                {**query, "state": NoticeState.BOOKED.value},
                {"$set": {**hold, "state": NoticeState.TOLD.value, "told_at": now}},
            )
            held += told.modified_count
            if told.modified_count < len(ids):
                again = await self._collection.update_many(query, {"$set": hold})
                held += again.modified_count
        if held == 0:
            return []
        held_now = {"_id": {"$in": [one.id for one in due]}, "claim": token}
        found = await self._database.read(NOTICES.name, held_now, most=len(due))
        return [self.codec.decode(document) for document in found]

    async def note_sending(
        self, token: str, beginning: Sequence[str], answered: Iterable[tuple[str, SendResult]] = ()
    ) -> bool:
        """Written before WeChat is called. False when the claim was lost: then nothing is sent, and nothing more written."""
        answers = [[key, msgspec.to_builtins(answer)] for key, answer in answered]
        result = await self._claims.update_one(
            {"_id": token, "is_lost": False},
            {"$push": {"sending": {"$each": list(beginning)}, "answers": {"$each": answers}}},
        )
        return bool(result.matched_count)

    async def write_same(self, ids: Sequence[str], fields: Mapping[str, Any], token: str) -> None:
        """The same fields for all of them; lets go of each that is still ours."""
        if ids:
            await self._collection.update_many(
                {"_id": {"$in": list(ids)}, "claim": token}, {"$set": {**fields, "claim": None}}
            )

    async def write_back(self, changes: Mapping[str, Mapping[str, Any]], token: str) -> None:
        """Id → fields, in one round trip; lets go of each that is still ours."""
        if changes:
            await self._collection.bulk_write(
                [
                    UpdateOne({"_id": key, "claim": token}, {"$set": {**fields, "claim": None}})
                    for key, fields in changes.items()
                ],
                ordered=False,
            )

    async def note_messages(self, messages: Mapping[str, str], now: datetime) -> None:
        """WeChat's message id → ours, for the event that tells what became of it; also where the event was quicker."""
        if not messages:
            return
        expires_at = now + _MESSAGE_KEPT
        documents = [{"_id": key, "notice": notice, "expires_at": expires_at} for key, notice in messages.items()]
        try:
            await write(self._messages.insert_many(documents, ordered=False))
        except AlreadyThere:
            await self._database.confirm()
            early = self._messages.find({"_id": {"$in": list(messages)}, "result": {"$exists": True}})
            async for document in early:
                await self._set_result(None, messages[document["_id"]], document["result"])

    async def count_reserved(self, subjects: Sequence[str], rank: int) -> dict[tuple[str, str], int]:
        """How many booked notices of a rank above this one wait for a push, by subject and template."""
        query = {"subject": {"$in": list(subjects)}, "state": NoticeState.BOOKED.value, "rank": {"$gt": rank}}
        counts: dict[tuple[str, str], int] = {}
        async for document in self._collection.find(query, {"subject": 1, "template": 1}):
            key = (document["subject"], document.get("template") or "")
            counts[key] = counts.get(key, 0) + 1
        return counts

    async def note_result(self, tx: Tx, message_id: str, fields: Mapping[str, Any], now: datetime) -> None:
        """What WeChat's event says of a message that it had accepted; kept until the worker has written that it sent it."""
        message = await self._messages.find_one({"_id": message_id}, session=tx)
        if message is not None and "notice" in message:
            await self._set_result(tx, message["notice"], fields)
            return
        await self._messages.update_one(
            {"_id": message_id},
            {"$set": {"result": dict(fields), "expires_at": now + _MESSAGE_KEPT}},
            upsert=True,
            session=tx,
        )

    async def _set_result(self, tx: Tx, notice: str, fields: Mapping[str, Any]) -> None:
        query = {"_id": notice, "push": PushState.SENT.value}
        await self._collection.update_one(query, {"$set": dict(fields)}, session=tx)

    async def backlog(self, now: datetime, most: int) -> tuple[int, datetime | None]:
        """How many are due and not done, counted up to `most`, and since when the longest has waited.

        Those that were put off count from the first try: WeChat away, or refusing all of us, is when somebody has to be told.
        """
        due, put_off = self._due(now), {"wake_at": {"$gt": now}, "tried_at": {"$type": "date"}}
        since: list[datetime] = []
        for query, field in ((due, "wake_at"), (put_off, "tried_at")):
            found = await self._collection.find(query, {field: 1}).sort(field, 1).limit(1).to_list(1)
            since += [document[field] for document in found]
        count = await self._collection.count_documents(due, limit=most)
        if count < most:
            count += await self._collection.count_documents(put_off, limit=most - count)
        return count, min(since, default=None)

    def explainable(self, now: datetime, limit: int) -> dict[str, Any]:
        """The pass's own query, for the test that asks the server how it runs it."""
        return {
            "filter": self._due(now),
            "projection": {"claim": 1},
            "sort": {"wake_at": 1, "_id": 1},
            "limit": limit,
        }


class SubscriptionStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Subscription] = Codec(Subscription, SUBSCRIPTIONS.name, keys)
        self._collection = database.collection(SUBSCRIPTIONS.name)

    async def find(self, account: str, tx: Tx = None) -> Subscription:
        """An empty one where the account has never been asked."""
        document = await self._collection.find_one({"_id": account}, session=tx)
        return self.codec.decode(document) if document else Subscription(id=account)

    async def find_many(self, accounts: Sequence[str]) -> dict[str, Subscription]:
        found = self._collection.find({"_id": {"$in": list(accounts)}}).batch_size(len(accounts) + 1)
        return {d["_id"]: self.codec.decode(d) for d in await found.to_list(max(len(accounts), 1))}

    async def save(self, tx: Tx, before: Subscription, after: Subscription) -> None:
        """Inside a transaction that has read `before`: the server refuses when another writer came between."""
        document = self.codec.encode(after)
        await self._collection.replace_one({"_id": before.id}, document, upsert=True, session=tx)

    async def spend(self, accounts: Sequence[str], template: str, which: str) -> None:
        """One push of each; `which` is `confirmed` or `claimed`."""
        path = f"banks.{template}"
        left = Counter(accounts)
        while left:
            once = list(left)
            await self._collection.update_many(
                {"_id": {"$in": once}, path: {"$exists": True}}, {"$inc": {f"{path}.{which}": -1}}
            )
            left -= Counter(once)

    async def empty(self, accounts: Sequence[str], template: str) -> None:
        """WeChat says that none are left."""
        path = f"banks.{template}"
        await self._collection.update_many(
            {"_id": {"$in": list(accounts)}, path: {"$exists": True}},
            {"$set": {f"{path}.confirmed": 0, f"{path}.claimed": 0}},
        )

    async def delete(self, tx: Tx, account: str) -> None:
        await self._collection.delete_one({"_id": account}, session=tx)


class EventStore:
    """Which events were seen: each signature counts once, and each event once however often WeChat repeats it."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(EVENTS.name)

    async def note(self, tx: Tx, key: str, now: datetime) -> None:
        """Raises AlreadyThere("_id_")."""
        await write(self._collection.insert_one({"_id": key, "expires_at": now + _EVENT_KEPT}, session=tx))

    async def is_noted(self, tx: Tx, key: str) -> bool:
        return await self._collection.find_one({"_id": key}, {"_id": 1}, session=tx) is not None


class TemplateStore:
    """Templates that WeChat has refused: they rest, and operators are told."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(TEMPLATES.name)

    async def stop(self, template_id: str, name: str, errcode: int, now: datetime, until: datetime) -> None:
        await self._collection.update_one(
            {"_id": template_id},
            {"$set": {"name": name, "errcode": errcode, "stopped_at": now, "until": until}},
            upsert=True,
        )

    async def clear(self, template_id: str) -> None:
        """WeChat takes it again."""
        await self._collection.delete_one({"_id": template_id})

    async def list_stopped(self) -> dict[str, datetime]:
        """Template id → until when it rests. A rest that is over lets one chunk through, to see."""
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
        query = {"subject": {"$in": list(subjects)}, "status": "open"}
        found = self._collection.find(query, {"subject": 1, "openid": 1, "refusals": 1}).batch_size(len(subjects) + 1)
        receivers: dict[str, Receiver] = {}
        for document in await found.to_list(max(len(subjects), 1)):
            if "push" in (document.pop("refusals", None) or ()):
                continue
            reach = self._codec.decode(document)
            if reach.subject and reach.openid:
                receivers[reach.subject] = Receiver(account=reach.id, openid=reach.openid)
        return receivers

    async def account_of(self, openid: str, tx: Tx = None) -> str | None:
        query = {"openid_index": {"$in": self._keys.blind_indexes("openid", openid)}, "status": "open"}
        document = await self._collection.find_one(query, {"_id": 1}, session=tx)
        return document["_id"] if document else None
