"""Two API processes stopped with SIGTERM and started again, one after the other, while residents work."""

import asyncio
import time
from pathlib import Path

import msgspec

from tests.support.fleet import Fleet, fleet
from tests.support.siege import Notes, Siege, faults_of


class Outcome(msgspec.Struct):
    notes: Notes
    exits: list[int]
    faults: list[str]
    seconds: float


async def restart_in_turn(started: Fleet, rounds: int = 1) -> list[int]:
    """Their exit statuses."""
    exits = []
    for _ in range(rounds):
        for index in range(len(started.ports)):
            await asyncio.sleep(1)
            started.ask_api_to_stop(index)
            exits.append(await started.wait_for_end(index))
            started.launch_api(index)
            await started.wait_until_ready(index)
    await asyncio.sleep(1)
    return exits


async def rolling_restart(folder: Path, *, clients: int, records: int, rounds: int = 1) -> Outcome:
    """A resident asks the other process where one does not answer, as the proxy does; `notes.cut` counts connections
    that broke after the request was sent, which only a repeated Idempotency-Key makes harmless.
    """
    began = time.monotonic()
    async with fleet(folder, 2) as started:
        services = started.services()
        try:
            siege = Siege(started, services, clients)
            await siege.prepare(records)
            raging = asyncio.create_task(siege.rage())
            exits = await restart_in_turn(started, rounds)
            siege.is_over = True
            await raging
            return Outcome(siege.notes, exits, await faults_of(services, siege.notes), time.monotonic() - began)
        finally:
            await services.close()
            await services.database.close()
