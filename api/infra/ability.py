"""Checks that the database is fit for use: transactions, a majority, free disk space, and a clock that agrees with ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from api.infra.database_faults import is_outage
from api.infra.mongo import Database

_OLDEST_WIRE = 17  # of MongoDB 6.0
_SECONDS = 2.0  # seconds for all checks together: a probe waits no longer than three
SAME_TIME = timedelta(minutes=2)
"""By which the clock of a machine may differ from the database's, at the most."""
_LEAST_FREE = 0.05
_DISK_FULL = 14031  # OutOfDiskSpace


class WrongDatabase(Exception):
    """This server can never be used by the product; the message says why."""


class Ability(msgspec.Struct, frozen=True):
    """`fault`: why the database cannot be used now, or None; `notes`: what will become a fault soon."""

    fault: str | None = None
    notes: tuple[str, ...] = ()


async def require(database: Database) -> None:
    """Raises WrongDatabase, or an outage if no server answers."""
    hello = await database.raw.command("hello")
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise WrongDatabase(
            "MONGODB_URI leads to a single server, which has no transactions: make it a replica set (docs/operations.md)"
        )
    if hello["maxWireVersion"] < _OLDEST_WIRE:
        raise WrongDatabase("MONGODB_URI leads to a MongoDB older than 6.0")


async def look(database: Database, now: datetime) -> Ability:
    """`now` is this machine's time, not that of the product's clock. Writes one small document, to see whether a majority confirms it."""
    with pymongo.timeout(_SECONDS):
        try:
            await require(database)
            hello = await database.raw.command("hello")
        except WrongDatabase:
            return Ability("database-unfit")
        except PyMongoError as fault:
            return Ability(_known(fault, "database-away"))
        if abs(hello["localTime"].replace(tzinfo=UTC) - now) > SAME_TIME:
            return Ability("clock-off")
        try:
            await database.confirm()
            room = await database.raw.command("dbStats")
        except PyMongoError as fault:
            return Ability(_known(fault, "database-no-majority"))
    return Ability(notes=_notes(room))


def _known(fault: PyMongoError, otherwise: str) -> str:
    if isinstance(fault, OperationFailure) and (fault.code == _DISK_FULL or "No space left" in str(fault)):
        return "database-full"
    if is_outage(fault):
        return otherwise
    return f"database-refuses:{getattr(fault, 'code', None) or type(fault).__name__}"


def _notes(room: dict[str, Any]) -> tuple[str, ...]:
    total, used = room.get("fsTotalSize", 0), room.get("fsUsedSize", 0)
    if total and (total - used) / total < _LEAST_FREE:
        return (f"database-disk-low:{round((total - used) / total * 100)}%",)
    return ()
