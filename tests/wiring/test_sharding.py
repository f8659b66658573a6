"""The hot queries name the shard key of their collection, so that one shard answers them."""

import contextlib
from typing import Any

import msgspec

from api.composition import Services
from api.infra.errors import NotFound
from api.infra.privacy import Unsealable
from tests.support.api import make_settings
from tests.support.kept import emptied
from tests.support.mongo import Server
from tests.support.world import FixedClock
from tests.wiring.test_queries import Caught, queries

# Asked of every shard, with the reason: rare, or made for all of them side by side.
CROSSING = {
    "accounts by WeChat identity",  # a sign-in, once a month a device
    "sessions revoked",  # every five seconds a process
    "a provider's record",  # an official at work
    "records of a provider",
    "records on a document",  # an officer's search
    "records past disclosure",  # the worker's scans
    "records published too long",
    "due notices",
    "notices to forget",
    "audit of a person",  # auditors
    "issued documents of a person",  # the export of one's own data, rare
    "repairs that opened",  # the figures, once a month or so
    "audit of an action",
    "audit of an officer",
    "audit of a case",
    "audit, newest of a place",
}


def _names(filters: Any, field: str) -> bool:
    if isinstance(filters, dict):
        return field in filters or any(_names(value, field) for value in filters.values())
    return isinstance(filters, list) and any(_names(one, field) for one in filters)


async def test_hot_queries_carry_the_shard_key(mongo_server: Server, clock: FixedClock) -> None:
    caught = Caught()
    crossing, looked_at = set(), set()
    keys = {one.name: one.shard_key for one in Services.COLLECTIONS if one.shard_key}
    async with emptied(mongo_server, [caught]) as database:
        await Services(make_settings(), clock=clock, database=database).prepare()
        for what, call in queries(database).items():
            caught.commands.clear()
            with contextlib.suppress(msgspec.ValidationError, Unsealable, NotFound, KeyError, TypeError):
                await call()
            for command in caught.commands:
                if command.get("find") in keys:
                    key = keys[command["find"]].split()[0]
                    looked_at.add(command["find"])
                    if not _names(command["filter"], key):
                        crossing.add(what)
    assert looked_at >= {
        "records",
        "footprints",
        "notices",
        "accounts",
        "audits",
        "sessions",
        "consents",
    }
    assert crossing == CROSSING
