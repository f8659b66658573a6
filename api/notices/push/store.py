"""Queries on the outbox, permissions to push, stopped templates and events seen."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import msgspec
from pymongo import UpdateOne

from api.infra import collections
from api.infra.collections import EXPIRY, index
from api.infra.database_faults import write
from api.infra.documents import Codec, Kept
from api.infra.log import get_log
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing
from api.infra.queries import Query
from api.infra.wechat import SendResult
from api.notices.models import Notice, NoticeState, PushState, Subscription
from api.notices.store import NOTICES

SUBSCRIPTIONS = collections.Collection(
    "subscriptions", Subscription, shard_key="_id hashed", why="one for each account, found by the account's id"
)
EVENTS = collections.Collection(
    "wechat_events", None, kept=Kept(digest="id", when="expires_at"), indexes=(EXPIRY,), why="live for an hour"
)
CLAIMS = collections.Collection(
    "outbox_claims",
    None,
    kept=Kept(ours="id is_lost sending answers", when="expires_at"),
    indexes=(EXPIRY,),
    why="live for a month, one a batch",
)
MESSAGES = collections.Collection(
    "wechat_messages",
    None,
    kept=Kept(word="result template", ours="id notice account", when="at expires_at"),
    indexes=(
        EXPIRY,
        # contains events of messages that no notice owns (yet)
        index("ownerless", "account template", partialFilterExpression={"account": {"$exists": True}}),
    ),
    shard_key="_id hashed",
    why="an event names WeChat's number of the message; kept for days",
)
TEMPLATES = collections.Collection(
    "wechat_templates", None, kept=Kept(word="id name errcode", when="stopped_at until"), why="a handful"
)
_log = get_log("outbox")
_EVENT_KEPT = timedelta(hours=1)
_CLAIM_KEPT = timedelta(days=30)  # longer than any outage during which nobody takes over a dead worker's batch
_MESSAGE_KEPT = timedelta(days=7)
_SKEW, _NEAR = timedelta(minutes=1), timedelta(minutes=15)
"""How long before and after it was claimed a notice's event may have been made. A claim sends for five minutes at most."""
_FEW = 20


class Due(msgspec.Struct, frozen=True):
    """A due notice, and the claim under which a worker last held it, if any: then `wake_at` is the end of its lease."""

    id: str
    claim: str | None
    wake_at: datetime


class OutboxStore:
    """A claim is a separate document for one batch, which keeps a late worker from sending.

    Before a chunk is sent to WeChat, its ids are added to the claim together with WeChat's answers for the chunk before. A worker
    that finds an expired lease first marks the old claim as lost, and then reads what was added. So either the old worker added
    first, and those notices are answered or unknown; or it is too late, adds nothing and sends nothing. What it read goes into its own
    claim before it takes the notices, as it may die too.
    """

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Notice] = Codec(Notice, NOTICES.name, keys)
        self._database = database
        self._collection = database.collection(NOTICES.name)
        self._claims = database.collection(CLAIMS.name)
        self._messages = database.collection(MESSAGES.name)

    async def find_due(self, now: datetime, limit: int) -> list[Due]:
        return await self._database.read(self.due(now, limit))

    def due(self, now: datetime, limit: int) -> Query[list[Due]]:
        """Due notices that are not done, the longest waiting first."""
        order = {"wake_at": 1, "_id": 1}
        return Query(NOTICES.name, self._due(now), _all_due, limit, fields={"claim": 1, "wake_at": 1}, sort=order)

    @staticmethod
    def _due(now: datetime) -> dict[str, Any]:
        return {"wake_at": {"$lte": now}}

    async def open_claim(
        self, token: str, until: datetime, begun: Mapping[str, SendResult | None] = MappingProxyType({})
    ) -> None:
        """`begun` is what was read of seized claims: whoever takes over from this worker has to know it too."""
        answers = [[key, msgspec.to_builtins(answer)] for key, answer in begun.items() if answer is not None]
        claim = {"_id": token, "is_lost": False, "sending": list(begun), "answers": answers}
        await self._claims.insert_one({**claim, "expires_at": until + _CLAIM_KEPT})

    async def close_claim(self, token: str) -> None:
        """One that was lost stays: whoever took over reads it."""
        await self._claims.delete_one({"_id": token, "is_lost": False})

    async def is_held(self, token: str) -> bool:
        """Whether no other worker has taken it over."""
        return await self._claims.find_one({"_id": token, "is_lost": False}, {"_id": 1}) is not None

    async def seize(self, tokens: Collection[str]) -> dict[str, dict[str, SendResult | None]]:
        """Ends claims whose lease has expired.

        Returns for each claim the notices whose sending had begun, with WeChat's answers as far as they were written.
        """
        wanted = {"_id": {"$in": list(tokens)}}
        await self._claims.update_many(wanted, {"$set": {"is_lost": True}})
        begun: dict[str, dict[str, SendResult | None]] = {}
        async for document in self._claims.find(wanted, {"sending": 1, "answers": 1}):
            answers = {key: msgspec.convert(answer, SendResult) for key, answer in document.get("answers", ())}
            begun[document["_id"]] = {key: answers.get(key) for key in document["sending"]}
        return begun

    async def claim(self, due: Sequence[Due], token: str, now: datetime, until: datetime) -> list[Notice]:
        """Claims the notices that no other worker has taken; booked ones thereby count as told.

        Old claims on them must have been seized. Returns the claimed notices; one that cannot be read is logged, and found again when
        its lease is over.
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
        return await self._database.read(Query(NOTICES.name, held_now, self._decoded, len(due)))

    def _decoded(self, documents: list[dict[str, Any]]) -> list[Notice]:
        return [one for _, one in readable(self.codec, documents) if one is not None]

    async def note_sending(
        self, token: str, beginning: Sequence[str], answered: Iterable[tuple[str, SendResult]] = ()
    ) -> bool:
        """Call before sending to WeChat. False if the claim was lost: then send nothing and write nothing more."""
        answers = [[key, msgspec.to_builtins(answer)] for key, answer in answered]
        result = await self._claims.update_one(
            {"_id": token, "is_lost": False},
            {"$push": {"sending": {"$each": list(beginning)}, "answers": {"$each": answers}}},
        )
        return bool(result.matched_count)

    async def write_same(self, ids: Sequence[str], fields: Mapping[str, Any], token: str) -> None:
        """Writes the same fields to all notices that are still claimed by us, and releases them."""
        if ids:
            await self._collection.update_many(
                {"_id": {"$in": list(ids)}, "claim": token}, {"$set": {**fields, "claim": None}}
            )

    async def write_back(self, changes: Mapping[str, Mapping[str, Any]], token: str) -> None:
        """Writes fields by id to the notices that are still claimed by us, and releases them, in one round trip."""
        if changes:
            await self._collection.bulk_write(
                [
                    UpdateOne({"_id": key, "claim": token}, {"$set": {**fields, "claim": None}})
                    for key, fields in changes.items()
                ],
                ordered=False,
            )

    async def note_messages(self, messages: Mapping[str, str], now: datetime) -> None:
        """Maps WeChat's message ids to ours, for the event with the result, which may have come before."""
        if not messages:
            return
        expires_at = now + _MESSAGE_KEPT
        documents = [{"_id": key, "notice": notice, "expires_at": expires_at} for key, notice in messages.items()]
        early = [one["_id"] for one in await self._database.insert_missing(MESSAGES.name, lambda: documents)]
        if not early:
            return
        nobodys = {"account": 1, "template": 1, "at": 1}
        await self._messages.bulk_write(
            [UpdateOne({"_id": key}, {"$set": {"notice": messages[key]}, "$unset": nobodys}) for key in early],
            ordered=False,
        )
        async for document in self._messages.find({"_id": {"$in": early}, "result": {"$exists": True}}):
            await self.set_result(None, messages[document["_id"]], document["result"])

    async def count_reserved(self, subjects: Sequence[str], rank: int) -> dict[tuple[str, str], int]:
        """How many booked notices of higher rank wait for a push, by subject and template."""
        query = {"subject": {"$in": list(subjects)}, "state": NoticeState.BOOKED.value, "rank": {"$gt": rank}}
        counts: dict[tuple[str, str], int] = {}
        async for document in self._collection.find(query, {"subject": 1, "template": 1}):
            key = (document["subject"], document.get("template") or "")
            counts[key] = counts.get(key, 0) + 1
        return counts

    async def owner_of(self, tx: Tx, message_id: str) -> str | None:
        """The notice whose message it is, as soon as the worker that sent it has written so."""
        message = await self._messages.find_one({"_id": message_id}, {"notice": 1}, session=tx)
        return message.get("notice") if message else None

    async def keep_event(self, tx: Tx, message_id: str, fields: Mapping[str, Any], now: datetime) -> None:
        """Keeps what an event says of a message without an owner: `result` if it failed, and `account`, `template` (our name) and `at`
        for `find_message`."""
        kept = {**fields, "expires_at": now + _MESSAGE_KEPT}
        await self._messages.update_one({"_id": message_id}, {"$set": kept}, upsert=True, session=tx)

    async def set_result(self, tx: Tx, notice: str, fields: Mapping[str, Any]) -> None:
        query = {"_id": notice, "push": PushState.SENT.value}
        await self._collection.update_one(query, {"$set": dict(fields)}, session=tx)

    async def find_message(self, notice: Notice, account: str) -> str | None:
        """The message of a notice of unknown outcome, by WeChat's event; from then on the notice owns it. None while it may be another's.

        It is this one's if the event was made for the same person and template near the time of the claim, if no notice of theirs is
        in a worker's hands, whose message it could be, and if there are as many such events as notices that miss theirs.
        """
        assert notice.pushed_at is not None
        near = {"$gte": notice.pushed_at - _NEAR, "$lte": notice.pushed_at + _NEAR}
        in_hand = {"push": PushState.WAITING.value, "claim": {"$ne": None}}
        missing = {"$or": [{"push": PushState.UNKNOWN.value, "pushed_at": near}, in_hand]}
        alike = {"subject": notice.subject, "state": NoticeState.TOLD.value, "template": notice.template}
        rivals = await self._collection.find({**alike, **missing}, {"push": 1}).to_list(_FEW)
        if any(rival["push"] == PushState.WAITING.value for rival in rivals):
            return None
        made = {"$gte": notice.pushed_at - _SKEW, "$lte": notice.pushed_at + _NEAR}
        of_theirs = {"account": account, "template": notice.template, "at": made}
        found = await self._messages.find(of_theirs).sort([("at", 1), ("_id", 1)]).to_list(_FEW)
        owners = {message["_id"]: message.get("notice") for message in found}
        own = [key for key, owner in owners.items() if owner == notice.id]  # the worker that took it has died
        free = [key for key, owner in owners.items() if owner is None and not await self._is_answer(key)]
        without = [rival for rival in rivals if rival["_id"] not in owners.values()]
        for message in own or (free if len(free) >= len(without) else []):
            taken = {"_id": message, "notice": {"$in": [None, notice.id]}}
            if (await self._messages.update_one(taken, {"$set": {"notice": notice.id}})).matched_count:
                return str(message)
        return None

    async def _is_answer(self, message_id: str) -> bool:
        """Whether a worker has noted it as an answer. There are few claims: two a worker, and those of a month's dead workers."""
        noted = {"answers": {"$elemMatch": {"$elemMatch": {"message_id": message_id}}}}
        return await self._claims.find_one(noted, {"_id": 1}) is not None

    async def backlog(self, now: datetime, most: int) -> tuple[int, datetime | None]:
        """How many notices are due and not done, counted up to `most`, and since when the longest has waited.

        Postponed ones count from their first attempt, because an operator has to know when WeChat is away or refuses everything.
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


class SubscriptionStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Subscription] = Codec(Subscription, SUBSCRIPTIONS.name, keys)
        self._collection = database.collection(SUBSCRIPTIONS.name)

    async def find(self, account: str, tx: Tx = None) -> Subscription:
        """The account's permissions; empty if it was never asked."""
        document = await self._collection.find_one({"_id": account}, session=tx)
        return self.codec.decode(document) if document else Subscription(id=account)

    async def find_many(self, accounts: Sequence[str]) -> dict[str, Subscription]:
        found = self._collection.find({"_id": {"$in": list(accounts)}}).batch_size(len(accounts) + 1)
        return {one.id: one for one in self.codec.decode_all(await found.to_list(max(len(accounts), 1)))}

    async def save(self, tx: Tx, before: Subscription, after: Subscription) -> None:
        """Call in the transaction that has read `before`: the server refuses it if another writer was faster."""
        document = self.codec.encode(after)
        await self._collection.replace_one({"_id": before.id}, document, upsert=True, session=tx)

    async def spend(self, accounts: Sequence[str], template: str) -> None:
        """Uses up one push of each account, as often as it is named: a confirmed one, else a claimed one. What is empty stays so, since
        what was found out late is no debt."""
        bank = f"banks.{template}"
        confirmed, claimed = ({"$ifNull": [f"${bank}.{name}", 0]} for name in ("confirmed", "claimed"))
        first, second = {"$gt": [confirmed, 0]}, {"$and": [{"$lte": [confirmed, 0]}, {"$gt": [claimed, 0]}]}
        one_less = {
            f"{bank}.confirmed": {"$add": [confirmed, {"$cond": [first, -1, 0]}]},
            f"{bank}.claimed": {"$add": [claimed, {"$cond": [second, -1, 0]}]},
        }
        left = Counter(accounts)
        while left:
            once = list(left)
            await self._collection.update_many({"_id": {"$in": once}, bank: {"$exists": True}}, [{"$set": one_less}])
            left -= Counter(once)

    async def empty(self, accounts: Sequence[str], template: str) -> None:
        """Sets an account's pushes to zero, because WeChat says that none is left."""
        path = f"banks.{template}"
        await self._collection.update_many(
            {"_id": {"$in": list(accounts)}, path: {"$exists": True}},
            {"$set": {f"{path}.confirmed": 0, f"{path}.claimed": 0}},
        )

    async def delete(self, tx: Tx, account: str) -> None:
        await self._collection.delete_one({"_id": account}, session=tx)


class EventStore:
    """Events that were seen: each signature and each event counts once, even if WeChat repeats it."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(EVENTS.name)

    async def note(self, tx: Tx, key: str, now: datetime) -> None:
        """Raises AlreadyThere("_id_")."""
        await write(self._collection.insert_one({"_id": key, "expires_at": now + _EVENT_KEPT}, session=tx))

    async def is_noted(self, tx: Tx, key: str) -> bool:
        return await self._collection.find_one({"_id": key}, {"_id": 1}, session=tx) is not None


class TemplateStore:
    """Templates that WeChat has refused: they are suspended for a while, and operators are told."""

    def __init__(self, database: Database) -> None:
        self._collection = database.collection(TEMPLATES.name)

    async def stop(self, template_id: str, name: str, errcode: int, now: datetime, until: datetime) -> None:
        await self._collection.update_one(
            {"_id": template_id},
            {"$set": {"name": name, "errcode": errcode, "stopped_at": now, "until": until}},
            upsert=True,
        )

    async def clear(self, template_id: str) -> None:
        """Resumes a template that WeChat accepts again."""
        await self._collection.delete_one({"_id": template_id})

    async def list_stopped(self) -> dict[str, datetime]:
        """Template id → end of its suspension. After that end one chunk is sent as a trial."""
        found = await self._collection.find({}).limit(100).to_list(100)
        return {document["_id"]: document["until"] for document in found}


def readable(codec: Codec[Any], documents: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Each with its id, and None for one that cannot be read: it keeps nothing from the others of its batch."""
    found: list[tuple[str, Any]] = []
    for document, one in zip(documents, codec.decode_each(documents), strict=True):
        if isinstance(one, Exception):
            _log.error("not-read", case=document["id"], fault=type(one).__name__)
            found.append((document["id"], None))
        else:
            found.append((document["id"], one))
    return found


def _all_due(documents: list[dict[str, Any]]) -> list[Due]:
    return [Due(document["_id"], document.get("claim"), document["wake_at"]) for document in documents]
