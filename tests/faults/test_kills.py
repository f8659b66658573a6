"""Nothing acknowledged is lost, whatever ends or dies. The whole form, fifty kills, is in `tests/bench/faults.py`."""

import asyncio
import copy
import re

import pytest

from tests.faults.kills import kill_at_random
from tests.faults.restart import restart_in_turn
from tests.support.fleet import Fleet
from tests.support.siege import Siege, faults_of

_TOO_SLOW = re.compile(r'"database-away".*Timeout|Timeout.*"database-away"')
_PAUSE = 0.1  # seconds, between two steps of a resident: in the whole form they do nothing else


def too_slow(pair: Fleet) -> int:
    """How often its database did not answer in its time, which a busy machine does and no restart: both say so in their logs."""
    return sum(len(_TOO_SLOW.findall(pair.log(index))) for index in range(len(pair.ports)))


@pytest.mark.processes
async def test_a_rolling_restart_fails_no_request_and_nothing_acknowledged_is_lost_when_processes_are_killed(
    pair: Fleet,
) -> None:
    """Looked through once for both: processes that are there already are half of what either costs."""
    services = pair.services()
    slow_before = too_slow(pair)
    siege = Siege(pair, services, 2, pause=_PAUSE)
    await siege.prepare(40)
    raging = asyncio.create_task(siege.rage())
    exits = await restart_in_turn(pair)
    siege.is_over = True
    await raging
    restarted, slow = copy.deepcopy(siege.notes), too_slow(pair) - slow_before

    siege = Siege(pair, services, 2, pause=_PAUSE, before=siege)
    await siege.prepare(80)
    raging = asyncio.create_task(siege.rage())
    await kill_at_random(pair, 3)
    await asyncio.sleep(1)
    siege.is_over = True
    await raging
    faults, notes = await faults_of(services, siege.notes), siege.notes
    await services.close()
    await services.database.close()

    assert exits == [0, 0]
    assert restarted.answers > 20 and restarted.given_up == 0
    assert set(restarted.refused) <= {"503 unavailable"} and sum(restarted.refused.values()) <= slow, restarted.shown
    assert faults == []
    assert len(notes.filed) >= 10 and notes.files and notes.withdrawn
    felt = notes.cut + notes.unreachable + sum(notes.refused.values()) - restarted.cut - restarted.unreachable
    assert felt > 0, "the kills were felt"
    assert notes.given_up == 0
    assert not [code for code in notes.refused if not code.startswith("503")], notes.refused
