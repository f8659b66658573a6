"""Three database nodes whose primary is killed. The whole form, sixty faults of seven kinds, is in `tests/bench/members.py`."""

import pytest

from tests.faults.members import FAULTS, endure, kill, place

SMALL = [name for name, fault in FAULTS.items() if fault is kill]  # stepping down, no majority: test_majority.py


@pytest.mark.processes
async def test_nothing_acknowledged_is_lost_halved_or_doubled_when_the_primary_fails() -> None:
    """Whoever was not served was told to come again. An officer may come too late: the resident has withdrawn."""
    async with place(clients=2, records=100, reminders=10, workers=1, pause=0.1) as here:
        outcome = await endure(here, *SMALL)
    notes = outcome.notes
    assert outcome.faults == []
    assert notes.filed and notes.answers > 20 and notes.given_up == 0
    assert set(notes.refused) <= {"503 unavailable", "409 action-not-allowed"}, notes.shown
    assert all("'retry-after'" in shown for shown in notes.shown if "503 unavailable" in shown)
    assert sum(outcome.reminders.values()) == 10, outcome.reminders
