"""Does for the worker what is due, each by itself, so that one that cannot be done keeps none of the others waiting."""

from collections.abc import Awaitable, Callable, Sequence

from api.infra.database_faults import is_outage
from api.infra.errors import NotFound, Outdated
from api.infra.log import get_log
from api.infra.mongo import Database, Tx

_AT_ONCE = 200  # ids read
_log = get_log("worker")

Find = Callable[[int], Awaitable[Sequence[str]]]
"""The ids of what is due, at most so many."""
Do = Callable[[Tx, str], Awaitable[bool]]
"""Does it in a transaction; False if there was nothing to do any more."""


async def one_by_one(database: Database, *works: tuple[Find, Do]) -> int:
    """Does everything that each `find` finds, each in its own transaction. Returns how many were done.

    What fails is logged and passed over until the next call; when all others are done, the first such fault is raised. An outage is
    raised at once.
    """
    done = 0
    first: Exception | None = None
    for find, do in works:
        seen: set[str] = set()  # each once in a call, whatever it comes to, so that no fault loops for ever
        left = 0
        while due := [key for key in await find(_AT_ONCE + left) if key not in seen]:
            seen.update(due)
            for key in due:
                try:
                    is_done = await _in_transaction(database, do, key)
                except Exception as fault:
                    if is_outage(fault):
                        raise
                    _log.error("not-done", case=key, fault=type(fault).__name__)
                    first, is_done = first or fault, False
                done += is_done
                left += not is_done
    if first is not None:
        raise first
    return done


async def _in_transaction(database: Database, do: Do, key: str) -> bool:
    try:
        return await database.transact(lambda tx: do(tx, key))
    except (NotFound, Outdated):  # somebody else was first
        return False
