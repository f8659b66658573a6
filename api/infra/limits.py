"""Rate limits: counters in the database, so that they hold across processes.

Windows are fixed and start at whole multiples of their length, so up to twice the limit can pass around an edge. For hot purposes
a process leases several permits in one write and spends them from memory. Unspent permits lapse with the window: the limit is
never exceeded, only reached a little early. Where most callers ask only once or twice, a process gives the first few permits
without asking the database and counts them with its first lease; it may exceed the limit by that many and no more.

A pace is different: for so many seconds after an accepted request, no other is accepted from the same person.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from math import ceil
from typing import Any

import msgspec

from api.infra.collections import EXPIRY, Collection
from api.infra.data_files import FromFile
from api.infra.documents import Kept
from api.infra.errors import DailyQuotaUsed, TooFast, TooMany
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing

COUNTERS = Collection(
    "limits",
    None,
    kept=Kept(keyed="id", ours="count", when="expires_at"),
    indexes=(EXPIRY,),
    shard_key="_id hashed",
    why="each counter is found by its own id",
)


_OF_SHANGHAI = 8 * 3600  # how many seconds its clock is ahead


class Purpose(msgspec.Struct, frozen=True):
    """At most `times` within each `window`; a process takes `lease` permits at once, after the first `unasked`."""

    times: int
    window: timedelta
    lease: int = 1
    unasked: int = 0

    def window_of(self, now: datetime) -> int:
        """The start of the window, in Unix seconds; a day is one of Shanghai, as whoever is told to come tomorrow counts."""
        at = int(now.timestamp())
        return at - (at + _OF_SHANGHAI) % self._seconds

    def end_of(self, window: int) -> datetime:
        return datetime.fromtimestamp(window + self._seconds, UTC)

    @property
    def _seconds(self) -> int:
        return int(self.window.total_seconds())


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PURPOSES: Mapping[str, Purpose] = {
    # by address, since the person is not known yet; many phones share an address of a mobile network
    "sign-in": Purpose(300, _MINUTE, lease=10),
    "refresh": Purpose(600, _MINUTE, lease=20),
    "verify-code": Purpose(60, _MINUTE),
    "staff-address": Purpose(60, timedelta(minutes=15)),
    # by what is being guessed. A success returns the permit, so these count failures
    "staff-sign-in": Purpose(8, timedelta(minutes=15)),  # a name from one network, or on a known device
    "staff-name": Purpose(100, timedelta(minutes=15)),  # a name from anywhere except known devices
    "step-up": Purpose(6, timedelta(hours=12)),  # of one session
    "step-up-account": Purpose(30, timedelta(hours=12)),
    "redeem": Purpose(20, _HOUR),
    # by what is being guessed, successes too: one needs no second
    "identity": Purpose(6, _DAY),
    "identity-document": Purpose(20, _HOUR),  # by all accounts together: no single one can use it up
    # by caller: account, unit or, without either, address
    "bot": Purpose(120, _MINUTE, lease=30, unasked=10),
    "report": Purpose(60, _MINUTE, lease=15, unasked=5),  # most people look once or twice
    "pdf": Purpose(10, timedelta(minutes=10)),
    "export": Purpose(6, _HOUR),
    "figures": Purpose(30, _MINUTE),  # of a province they are megabytes
    "upload": Purpose(60, _HOUR),
    "unit-token": Purpose(60, _MINUTE),
    "provider-intake": Purpose(600, _MINUTE, lease=30),
}
_MAX_REMEMBERED = 50_000
_FEW = 5  # permits a day that a process grants without asking the database; most people need no more


class Quota(FromFile):
    """`pace`: how many seconds a person needs at the least before they can have done anything after one of these."""

    times: int
    reason: str
    pace: int = 0


@cache
def quotas() -> dict[str, Quota]:
    """What one account may do in a day, by kind: `quotas.toml`."""
    return msgspec.toml.decode((resources.files("api.infra") / "quotas.toml").read_bytes(), type=dict[str, Quota])


def _all_purposes() -> Mapping[str, Purpose]:
    daily = {f"daily-{kind}": Purpose(quota.times, _DAY, unasked=_FEW) for kind, quota in quotas().items()}
    return {**PURPOSES, **daily}


class _Held(msgspec.Struct, gc=False):
    """What this process holds for one key in one window: unspent permits, or the knowledge that there are no more. `uncounted`
    permits were given without asking the database. There is one for each calling address, so the garbage collector skips them.
    """

    window: int
    permits: int
    uncounted: int
    is_used_up: bool = False
    leasing: asyncio.Lock | None = None


class Limiter:
    def __init__(
        self,
        database: Database,
        keys: KeyRing,
        purposes: Mapping[str, Purpose] | None = None,
        *,
        keeps_pace: bool = True,
    ) -> None:
        self._keys = keys
        self._keeps_pace = keeps_pace
        self._database = database
        self._collection = database.collection(COUNTERS.name)
        self._purposes = _all_purposes() if purposes is None else purposes
        self._held: dict[tuple[str, str], _Held] = {}

    async def take(self, purpose: str, key: str, now: datetime) -> None:
        """Uses one permit. Raises TooMany with the seconds until the window ends."""
        rule = self._purposes[purpose]
        held = self._holding(purpose, key, rule, now)
        if held.permits == 0 and not held.is_used_up:
            held.leasing = held.leasing or asyncio.Lock()
            async with held.leasing:  # a caller who waited uses what the one before leased
                if held.permits == 0 and not held.is_used_up:
                    uncounted, held.uncounted = held.uncounted, 0
                    granted = await self._lease(purpose, key, rule, held.window, uncounted)
                    held.permits += granted
                    held.is_used_up = granted == 0
        if held.permits == 0:
            left = rule.end_of(held.window) - now
            raise TooMany(retry_after_seconds=max(1, int(left.total_seconds()) + 1))
        held.permits -= 1

    async def take_daily(self, kind: str, account: str, now: datetime) -> None:
        """Counts one more change of the account today. Raises DailyQuotaUsed with the seconds until tomorrow."""
        try:
            await self.take(f"daily-{kind}", account, now)
        except TooMany as used_up:
            raise DailyQuotaUsed(retry_after_seconds=used_up.retry_after_seconds) from None

    async def keep_pace(self, tx: Tx, kind: str, person: str, now: datetime) -> None:
        """In the transaction of what the person did: they can do nothing more that has a pace until that of `kind` is over. One
        clock a person, whatever they do, in all processes. Raises TooFast, which undoes the transaction, with the seconds left.
        """
        pace = quotas()[kind].pace
        if not pace or not self._keeps_pace:
            return
        name = f"pace:{self._keys.blind_index('limit', f'pace/{person}')}"
        free_at = now + timedelta(seconds=pace)

        def is_free(answer: Mapping[str, Any]) -> None:
            before = answer["value"]
            if before and before["expires_at"] > now:
                left = before["expires_at"] - now
                raise TooFast(retry_after_seconds=ceil(left.total_seconds()))

        there, then = {"_id": name}, {"$set": {"expires_at": free_at}}
        self._database.hold(
            tx,
            {"findAndModify": COUNTERS.name, "query": there, "update": then, "upsert": True},
            check=is_free,
            as_update={"q": {**there, "expires_at": {"$lte": now}}, "u": then, "upsert": True},
        )

    def take_at_hand(self, purpose: str, key: str, now: datetime) -> bool:
        """Uses one permit if this process holds one, without asking the database."""
        held = self._holding(purpose, key, self._purposes[purpose], now)
        if held.permits == 0:
            return False
        held.permits -= 1
        return True

    def _holding(self, purpose: str, key: str, rule: Purpose, now: datetime) -> _Held:
        window = rule.window_of(now)
        held = self._held.get((purpose, key))
        if held is None or held.window != window:
            self._forget(now)
            held = self._held[purpose, key] = _Held(window, rule.unasked, rule.unasked)
        return held

    async def give_back(self, purpose: str, key: str, now: datetime) -> None:
        """Returns a permit just taken: for purposes that count failures only."""
        window = self._purposes[purpose].window_of(now)
        held = self._held.get((purpose, key))
        if held is not None and held.window == window:
            held.is_used_up = False
        name = self._name(purpose, key, window)
        await self._collection.update_one({"_id": name, "count": {"$gt": 0}}, {"$inc": {"count": -1}})

    async def _lease(self, purpose: str, key: str, rule: Purpose, window: int, uncounted: int) -> int:
        name = self._name(purpose, key, window)
        before = await self._count(name, rule.lease + uncounted, rule.end_of(window)) + uncounted
        granted = max(0, min(rule.lease, rule.times - before))
        if granted < rule.lease:  # refused requests do not count, so that a returned permit can be used
            await self._collection.update_one({"_id": name}, {"$inc": {"count": granted - rule.lease}})
        return granted

    async def _count(self, name: str, more: int, ends_at: datetime) -> int:
        """Adds to the counter and returns its value before."""
        before = await self._collection.find_one_and_update(
            {"_id": name}, {"$inc": {"count": more}, "$setOnInsert": {"expires_at": ends_at}}, upsert=True
        )
        return int(before["count"]) if before else 0

    def _forget(self, now: datetime) -> None:
        if len(self._held) < _MAX_REMEMBERED:
            return
        self._held = {
            (purpose, key): held
            for (purpose, key), held in self._held.items()
            if held.window == self._purposes[purpose].window_of(now)
        }
        if len(self._held) >= _MAX_REMEMBERED:
            self._held.clear()  # leased permits are lost, never doubled; those granted without asking start again

    def _name(self, purpose: str, key: str, window: int) -> str:
        """The counter's id, a keyed digest: without the key somebody could try all addresses."""
        return f"{purpose}:{self._keys.blind_index('limit', f'{purpose}/{key}')}:{window}"
