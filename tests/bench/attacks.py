"""The red team's matrix whole: each place's people, units and officers ask for all that is the other's, both ways round."""

import asyncio
import time

from api.infra.mongo import Database
from tests.attacks.matrix import PLACES, findings
from tests.support.api import open_api
from tests.support.mongo import start_server
from tests.support.world import FixedClock


async def _walk(uri: str, name: str, victim: str) -> tuple[list[str], dict[str, int]]:
    database = Database(uri, name, timeout_ms=10_000)
    try:
        async with open_api(database, FixedClock.at("2026-11-21T10:00+08:00")) as api:
            return await findings(api, victim)
    finally:
        await database.drop()
        await database.close()


def run() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    began, wrong, requests = time.monotonic(), [], 0
    with start_server() as server:
        for victim in PLACES:
            found, counts = asyncio.run(_walk(server.uri, server.new_name(), victim))
            wrong += found
            requests += counts["requests"]
    seconds = round(time.monotonic() - began)
    rows.append(
        {"name": "attacks: requests for what is another's", "value": requests, "unit": "requests", "seconds": seconds}
    )
    rows.append(
        {"name": "attacks: findings", "value": len(wrong), "unit": "findings", "target": "0", "shown": wrong[:20]}
    )
    return rows


if __name__ == "__main__":
    for row in run():
        print(row)
