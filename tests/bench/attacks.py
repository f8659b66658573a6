"""The red team's matrix whole: each place's people, units and officers ask for all that is the other's, both ways round; and every place
of every body holds once each of what nobody should send.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from api.infra.mongo import Database
from tests.attacks.matrix import defects, findings
from tests.attacks.test_bodies import days
from tests.attacks.worlds import PLACES
from tests.support.api import Api, open_api
from tests.support.mongo import start_server
from tests.support.world import FixedClock

_HOSTILE: Mapping[str, tuple[Any, ...]] = {
    "string": (
        "", "\x00", "\ud800", "\u202e\u2066\u200b", "\r\n=1+1", "＝1", "../../x", "$where", "\ufffe", "a" * 201, "甲" * 6000,
    ),
    "integer": (-1, 0, 2**31, 2**63, 2**64, 1e308, True),
    "number": (-1, 1e308, 2**64),
    "boolean": (0, "false"),
    "array": ([], [None], ["x"] * 200),
}  # fmt: skip


def hostile(schema: Mapping[str, Any]) -> Iterable[Any]:
    return [*days(schema), *_HOSTILE.get(str(schema.get("type")), ())]


T = TypeVar("T")


async def _in_a_world(uri: str, name: str, work: Callable[[Api], Awaitable[T]]) -> T:
    database = Database(uri, name, timeout_ms=10_000)
    try:
        async with open_api(database, FixedClock.at("2026-11-21T10:00+08:00")) as api:
            return await work(api)
    finally:
        await database.drop()
        await database.close()


def run() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    began, wrong, requests = time.monotonic(), [], 0
    with start_server() as server:
        for victim in PLACES:
            found, counts = asyncio.run(_in_a_world(server.uri, server.new_name(), partial(findings, victim=victim)))
            wrong += found
            requests += counts["requests"]
        found, bodies = asyncio.run(_in_a_world(server.uri, server.new_name(), partial(defects, hostile=hostile)))
        wrong += found
    seconds = round(time.monotonic() - began)
    rows.append(
        {"name": "attacks: requests for what is another's", "value": requests, "unit": "requests", "seconds": seconds}
    )
    rows.append({"name": "attacks: bodies with something hostile in them", "value": bodies, "unit": "requests"})
    rows.append(
        {"name": "attacks: findings", "value": len(wrong), "unit": "findings", "target": "0", "shown": wrong[:20]}
    )
    return rows


if __name__ == "__main__":
    for row in run():
        print(row)
