"""Nothing acknowledged is lost, whatever dies. The whole form, fifty kills, is in `tests/bench/faults.py`."""

import pytest

from tests.faults.kills import kill_at_random


@pytest.mark.processes
@pytest.mark.timeout(250)
async def test_nothing_acknowledged_is_lost_halved_or_doubled_when_processes_are_killed() -> None:
    outcome = await kill_at_random(3, clients=2, records=40)
    assert outcome.faults == []
    assert len(outcome.notes.filed) >= 10 and outcome.notes.files and outcome.notes.withdrawn
    assert outcome.notes.cut + outcome.notes.unreachable + sum(outcome.notes.refused.values()) > 0, (
        "the kills were felt"
    )
    assert outcome.notes.given_up == 0
    assert not [code for code in outcome.notes.refused if not code.startswith("503")], outcome.notes.refused
