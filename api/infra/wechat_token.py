"""WeChat's access token: shared by all processes, sealed in the database, refreshed by one of them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from api.infra.clock import Clock
from api.infra.collections import Collection
from api.infra.database_faults import AlreadyThere, write
from api.infra.documents import Codec, Kept, Secret, Stored
from api.infra.ids import new_id
from api.infra.mongo import Database
from api.infra.privacy import KeyRing

_OVERLAP = timedelta(minutes=5)  # WeChat renews this long before expiry; both tokens are valid meanwhile
_LEAST_SECONDS, _MOST_SECONDS = 60, 7200
_LEASE = timedelta(seconds=10)
_WAIT_SECONDS = 0.1
_WAITS = 120

Fetch = Callable[[], Awaitable[tuple[str, int]]]
"""Asks WeChat: the token and the seconds for which it holds."""


class TokenUnavailable(Exception):
    """No token was to be had in time: WeChat is away, or refuses our credentials."""


class _Token(Stored):
    """`id` is the appid. `number` counts the refreshes, so that a late writer is noticed.

    From `renew_at` on one worker asks for the next one, while the others go on with this one until `expires_at`.
    """

    KEPT = Kept(ours="id number leased_by", when="expires_at renew_at leased_until")

    id: str
    value: Secret[str] | None = None
    number: int = 0
    expires_at: datetime | None = None
    renew_at: datetime | None = None
    leased_until: datetime | None = None
    leased_by: str | None = None


TOKENS = Collection("wechat_tokens", _Token, why="one a mini-program")


class SharedToken:
    """`get` is answered from memory until shortly before the token's end; then one worker refreshes for all."""

    def __init__(self, database: Database, keys: KeyRing, clock: Clock, appid: str, fetch: Fetch) -> None:
        self._codec: Codec[_Token] = Codec(_Token, TOKENS.name, keys)
        self._collection = database.collection(TOKENS.name)
        self._clock = clock
        self._appid = appid
        self._fetch = fetch
        self._me = new_id("tok")
        self._known: _Token | None = None
        self._not_before = datetime.min.replace(tzinfo=UTC)  # it is not asked for again, while the one before holds
        self._lock = asyncio.Lock()

    async def get(self, *, rejected: str | None = None) -> str:
        """A token that holds now and is not the one that WeChat has just rejected. Raises TokenUnavailable."""
        if (value := self._at_hand(rejected)) is not None:
            return value
        async with self._lock:
            for _ in range(_WAITS):
                if (value := self._at_hand(rejected)) is not None:
                    return value
                self._known = await self._read()
                if (value := self._fresh(self._known, rejected)) is not None:
                    return value
                if await self._lease():
                    try:
                        return await self._refresh()
                    except Exception:
                        if (value := self._usable(self._known, rejected)) is None:
                            raise
                        self._not_before = self._clock.now() + _LEASE
                        return value  # it holds for minutes yet, and others need not wait for each try
                if (value := self._usable(self._known, rejected)) is not None:
                    return value  # another worker is refreshing it; the old token is still valid
                await asyncio.sleep(_WAIT_SECONDS)
        raise TokenUnavailable

    def _at_hand(self, rejected: str | None) -> str | None:
        if self._clock.now() < self._not_before and (value := self._usable(self._known, rejected)) is not None:
            return value
        return self._fresh(self._known, rejected)

    def _fresh(self, token: _Token | None, rejected: str | None) -> str | None:
        return self._valid_until(token, rejected, token.renew_at if token else None)

    def _usable(self, token: _Token | None, rejected: str | None) -> str | None:
        return self._valid_until(token, rejected, token.expires_at if token else None)

    def _valid_until(self, token: _Token | None, rejected: str | None, end: datetime | None) -> str | None:
        if token is None or token.value is None or end is None or token.value == rejected:
            return None
        return token.value if self._clock.now() < end else None

    async def _read(self) -> _Token:
        """Without a value where it cannot be read: then another one is asked for."""
        document = await self._collection.find_one({"_id": self._appid})
        if document is not None:
            number = document["number"]
            (found,) = self._codec.decode_each([document])
            return _Token(id=self._appid, number=number) if isinstance(found, Exception) else found
        with contextlib.suppress(AlreadyThere):
            await write(self._collection.insert_one(self._codec.encode(_Token(id=self._appid))))
        return _Token(id=self._appid)

    async def _lease(self) -> bool:
        now = self._clock.now()
        number = self._known.number if self._known else 0
        result = await self._collection.update_one(
            {
                "_id": self._appid,
                "number": number,
                # a lease longer than possible was written by a machine with another clock
                "$or": [
                    {"leased_until": None},
                    {"leased_until": {"$lte": now}},
                    {"leased_until": {"$gt": now + _LEASE}},
                ],
            },
            {"$set": {"leased_until": now + _LEASE, "leased_by": self._me}},
        )
        return bool(result.modified_count)

    async def _refresh(self) -> str:
        number = self._known.number if self._known else 0
        try:
            value, seconds = await self._fetch()
        except BaseException:
            await self._change(number, {})
            raise
        # WeChat has been seen to give a token with less than the overlap left: it is used for half of that at least,
        # or each message would ask for another one.
        life = timedelta(seconds=min(max(seconds, _LEAST_SECONDS), _MOST_SECONDS))
        now = self._clock.now()
        expires_at, renew_at = now + life, now + life - min(_OVERLAP, life / 2)
        await self._change(
            number,
            {
                "value": self._codec.seal_field(self._appid, "value", value),
                "expires_at": expires_at,
                "renew_at": renew_at,
                "number": number + 1,
            },
        )
        self._known = _Token(id=self._appid, value=value, number=number + 1, expires_at=expires_at, renew_at=renew_at)
        return value

    async def _change(self, number: int, fields: dict[str, Any]) -> None:
        await self._collection.update_one(
            {"_id": self._appid, "number": number, "leased_by": self._me},
            {"$set": {**fields, "leased_until": None, "leased_by": None}},
        )
