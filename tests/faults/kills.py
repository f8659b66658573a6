"""Processes killed with -9 at random."""

import asyncio
import random

from tests.support.fleet import Fleet


async def kill_at_random(started: Fleet, kills: int, *, seed: int = 11) -> None:
    """Every second kill takes an API process, the others the database; each is started again at once."""
    chance = random.Random(seed)
    for number in range(kills):
        await asyncio.sleep(chance.uniform(0.5, 2.0))
        if number % 2 == 0:
            started.kill_database()
            await asyncio.to_thread(started.start_database)
        else:
            await kill_api(started, chance.randrange(len(started.ports)))


async def kill_api(started: Fleet, index: int) -> None:
    started.kill_api(index)
    started.launch_api(index)
    await started.wait_until_ready(index)
