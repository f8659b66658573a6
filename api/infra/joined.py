"""Transactions of many people, committed as one: the statements, their way to the server and the commit cost more than what one
person writes. See decision 42."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pymongo
from pymongo import _csot
from pymongo.errors import NetworkTimeout

from api.infra.held import Found, Statement, Write

_AT_ONCE = 1
_MOST = 16
_MOST_WRITES = 16
"""Of one person: whoever writes more gains little, and would make the others wait."""
_LONGEST_WAIT = 0.05
"""Seconds that somebody waits for what is under way. A primary that has stopped keeps nobody from asking the next."""
_ITEMS = {"insert": "documents", "update": "updates", "delete": "deletes"}

Documents = frozenset[tuple[str, Any]]
"""Collection and id."""


class _Member(NamedTuple):
    writes: Sequence[Write]
    documents: Documents
    is_committed: asyncio.Future[bool]


class Joined:
    """Transactions that only write. Each is committed at once, by itself, while no other is under way; all that come meanwhile are then
    committed as one, by `commit`. That returns False where it is certain that nothing was written: then each is committed by
    itself after all, and gets its own answer. What `commit` raises leaves the outcome open, for each of them.
    """

    def __init__(self, commit: Callable[[Sequence[Write]], Awaitable[bool]], seconds: float) -> None:
        self._commit = commit
        self._seconds = seconds
        self._waiting: list[_Member] = []
        self._under_way = 0
        self.tasks: set[asyncio.Task[None]] = set()
        """Under way, even if nobody waits for them any more."""
        self._later: asyncio.TimerHandle | None = None

    async def commit(self, writes: Sequence[Write], alone: Callable[[], Awaitable[None]]) -> bool:
        """Whether the writes were committed with those of others. If not, `alone` has done it."""
        documents = documents_of(writes)
        if documents is not None and self._under_way >= _AT_ONCE and await self._with_others(writes, documents):
            return True
        self._under_way += 1
        try:
            await alone()
        finally:
            self._is_done()
        return False

    async def _with_others(self, writes: Sequence[Write], documents: Documents) -> bool:
        member = _Member(writes, documents, asyncio.get_running_loop().create_future())
        self._waiting.append(member)
        self._see_to_it()
        try:
            async with asyncio.timeout(_csot.remaining()):  # the driver's own deadline, which has no public way
                return await member.is_committed
        except TimeoutError:
            raise NetworkTimeout("no answer from those who commit together") from None

    def _see_to_it(self) -> None:
        if self._later is None and self._waiting:
            self._later = asyncio.get_running_loop().call_later(_LONGEST_WAIT, self._go)

    def _go(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        chosen = self._choose()
        self._see_to_it()
        if len(chosen) == 1:
            chosen[0].is_committed.set_result(False)
        elif chosen:
            self._under_way += 1
            task = asyncio.get_running_loop().create_task(
                self._together(chosen), context=contextvars.Context()
            )  # nobody's deadline
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _choose(self) -> list[_Member]:
        """Those who waited longest, but of several that write the same document only the first."""
        chosen: list[_Member] = []
        later: list[_Member] = []
        written: set[tuple[str, Any]] = set()
        for member in self._waiting:
            if member.is_committed.done():  # nobody waits for it any more
                continue
            is_next = len(chosen) < _MOST and written.isdisjoint(member.documents)
            (chosen if is_next else later).append(member)
            written |= member.documents
        self._waiting = later
        return chosen

    async def _together(self, members: Sequence[_Member]) -> None:
        waiting = [member.is_committed for member in members]
        try:
            with pymongo.timeout(self._seconds):
                is_committed = await self._commit(merged(write for member in members for write in member.writes))
        except Exception as fault:
            for outcome in waiting:
                if not outcome.done():
                    outcome.set_exception(fault)
        else:
            for outcome in waiting:
                if not outcome.done():
                    outcome.set_result(is_committed)
        finally:
            self._is_done()

    def _is_done(self) -> None:
        self._under_way -= 1
        self._go()


def documents_of(writes: Sequence[Write]) -> Documents | None:
    """What a transaction writes. None where it cannot be one of several: a statement does not name its documents by id or is looked at
    in a way of its own, one document is written twice, so that the order matters, or there are too many."""
    found: set[tuple[str, Any]] = set()
    for write in writes:
        plain = _plain(write)
        if plain is None:
            return None
        kind, collection, items, _ = plain
        for item in items:
            key = (item if kind == "insert" else item["q"]).get("_id")
            if not isinstance(key, str) or (collection, key) in found or len(found) == _MOST_WRITES:
                return None
            found.add((collection, key))
    return frozenset(found)


def merged(writes: Iterable[Write]) -> list[Write]:
    """The same in one statement for each kind, collection and whether each update must find its document."""
    together: dict[tuple[str, str, str, bool], list[Statement]] = {}
    for write in writes:
        plain = _plain(write)
        if plain is None:
            raise ValueError("not to be joined")
        kind, collection, items, must_find = plain
        together.setdefault((write.database, kind, collection, must_find), []).extend(items)
    return [
        Write(database, {kind: collection, _ITEMS[kind]: items}, check=Found(len(items)) if must_find else None)
        for (database, kind, collection, must_find), items in together.items()
    ]


def _plain(write: Write) -> tuple[str, str, Sequence[Statement], bool] | None:
    """Kind, collection, what is written, and whether each of it must find its document."""
    (kind, collection), *more = write.statement.items()
    if write.as_update is not None:
        return "update", collection, [write.as_update], True
    if [name for name, _ in more] != [_ITEMS.get(kind)]:
        return None
    items = more[0][1]
    if write.check is None:
        return kind, collection, items, False
    return (kind, collection, items, True) if write.check == Found(len(items)) else None
