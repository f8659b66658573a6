"""Two API processes over one database, for whoever is content with what the others leave."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.infra.clock import ShiftedClock, SystemClock
from tests.support.fleet import Fleet

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def stand_at_noon(fleet: Fleet) -> None:
    """A window of any length that divides the day begins now."""
    ShiftedClock.move(Path(fleet.environ["CW_CLOCK_SHIFT_FILE"]), (NOON - SystemClock().now()).total_seconds())


@pytest.fixture(scope="package")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Ready, and so it is left: whoever ends a process starts it again."""
    folder = tmp_path_factory.mktemp("pair")
    fleet = Fleet(
        folder, 2, CW_CLOCK_SHIFT_FILE=str(folder / "shift"), CW_OVERWRITE_MEMORY="on"
    )  # which production does
    stand_at_noon(fleet)
    try:
        asyncio.run(fleet.start())
        yield fleet
    finally:
        fleet.stop()
