"""Stored answers by Idempotency-Key, each written in the transaction that did the work."""

import zlib
from datetime import datetime, timedelta
from typing import Any

import msgspec

from api.infra.collections import EXPIRY, Collection
from api.infra.documents import Codec, Kept, Secret, Stored
from api.infra.errors import Conflict
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing

KEPT_FOR = timedelta(hours=24)
_PURPOSE = "once"
_QUICKLY = 1  # of the nine levels
TOKENS_KEPT_FOR = timedelta(seconds=60)  # an answer with tokens: long enough for a repeat after a lost connection


class Answer(Stored):
    """A stored answer. `id` is a digest of actor, route and key, which the client draws at random. `request` is a keyed digest of
    the request, because a request may hold little more than a person's number. `body` is compressed, since what is sealed does
    not compress any more and to seal it takes longer; a text is one that an earlier version stored.
    """

    KEPT = Kept(ours="id status", keyed="request", when="expires_at")

    id: str
    request: str
    status: int
    body: Secret[Any]
    expires_at: datetime

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else zlib.decompress(self.body)


ANSWERS = Collection(
    "once", Answer, indexes=(EXPIRY,), shard_key="_id hashed", why="each stored answer is found by its own id"
)


def packed(content: bytes) -> bytes:
    """The `body` of an answer."""
    return zlib.compress(content, _QUICKLY)


class KeyReused(Conflict):
    code = "idempotency-key-reused"
    title = "重复提交的内容不一致"
    default_detail = "这次提交与之前用同一编号提交的内容不同，没有办理。"
    default_step = "请刷新页面后重新填写并提交。"


class AnswerGone(Conflict):
    code = "answer-gone"
    title = "这次登录的结果已经过期"
    default_detail = "同一次登录的结果只在一分钟内可以再取。"
    default_step = "请重新登录。"


class OnceStore:
    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Answer] = Codec(Answer, ANSWERS.name, keys)
        self._database = database
        self._keys = keys

    async def find(self, key: str, request: str, now: datetime) -> Answer | None:
        """The stored answer, once a majority holds it. Raises KeyReused if the key was used for another request, AnswerGone if its
        time is over, and an outage if no majority holds it.
        """
        document = await self._database.certain(lambda newest: newest.find_one({"_id": key}), ANSWERS.name)
        if document is None:
            return None
        answer = self.codec.decode(document)
        if not self._keys.matches(answer.request, _PURPOSE, request, retired=True):
            raise KeyReused
        if answer.expires_at <= now:  # the database clears away once a minute
            raise AnswerGone
        return answer

    async def has(self, key: str) -> bool:
        """Whether an answer is stored, of whichever request; nothing of it is opened."""
        found = await self._database.collection(ANSWERS.name).find_one({"_id": key}, {"_id": 1})
        return found is not None

    async def insert(self, tx: Tx, answer: Answer) -> None:
        """The transaction raises AlreadyThere when the key was used in the meantime."""
        stored = msgspec.structs.replace(answer, request=self._keyed(answer.request))
        self._database.hold(tx, {"insert": ANSWERS.name, "documents": [self.codec.encode(stored)]})

    def _keyed(self, request: str) -> str:
        return self._keys.blind_index(_PURPOSE, request)
