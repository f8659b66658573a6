"""Transactions that count before they write, taken one after the other where they count the same."""

from datetime import datetime, timedelta

from api.infra.collections import EXPIRY, Collection
from api.infra.documents import Kept
from api.infra.mongo import Database, Tx

TURNS = Collection(
    "turns",
    None,
    kept=Kept(ours="id times", when="expires_at"),
    indexes=(EXPIRY,),
    shard_key="_id hashed",
    why="each is found by its own id",
)
_KEPT_FOR = timedelta(hours=1)


async def in_turn(database: Database, tx: Tx, key: str, now: datetime) -> None:
    """Call before the count. Of two transactions at the same time with one key the second is done again, and sees what the first wrote.

    For limits that no unique key can hold. Without a transaction it does nothing.
    """
    if tx is not None:
        change = {"$inc": {"times": 1}, "$set": {"expires_at": now + _KEPT_FOR}}
        await database.collection(TURNS.name).update_one({"_id": key}, change, upsert=True, session=tx)
