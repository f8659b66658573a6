"""Processes killed with -9 at random while residents work: how often, and what was found wrong afterwards."""

import asyncio
import random
import tempfile
import time
from pathlib import Path

import msgspec

from tests.support.fleet import Fleet, fleet
from tests.support.siege import Notes, Siege, faults_of


class Outcome(msgspec.Struct):
    kills: int
    of_database: int
    notes: Notes
    faults: list[str]
    seconds: float


async def kill_at_random(kills: int, *, clients: int, records: int, processes: int = 2, seed: int = 11) -> Outcome:
    """Every second kill takes the database, the others an API process; each is started again at once."""
    began = time.monotonic()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="credit-window-faults-") as folder:
        async with fleet(Path(folder), processes) as started:
            services = started.services()
            try:
                siege = Siege(started, services, clients)
                await siege.prepare(records)
                raging = asyncio.create_task(siege.rage())
                of_database = 0
                for number in range(kills):
                    await asyncio.sleep(chance.uniform(0.5, 2.0))
                    if number % 2 == 0:
                        of_database += 1
                        started.kill_database()
                        await asyncio.to_thread(started.start_database)
                    else:
                        await kill_api(started, chance.randrange(processes))
                await asyncio.sleep(1)
                siege.is_over = True
                await raging
                faults = await faults_of(services, siege.notes)
            finally:
                await services.close()
                await services.database.close()
    return Outcome(kills, of_database, siege.notes, faults, time.monotonic() - began)


async def kill_api(started: Fleet, index: int) -> None:
    started.kill_api(index)
    started.launch_api(index)
    await started.wait_until_ready(index)
