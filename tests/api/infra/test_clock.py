"""The present is what the database can keep."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.infra import clock
from api.infra.clock import ShiftedClock, SystemClock

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_A_CENTURY = 100 * 366 * 24 * 3600 * 10**9  # nanoseconds


@given(nanoseconds=st.integers(0, _A_CENTURY))
def test_the_present_is_cut_to_the_millisecond_and_never_ahead(nanoseconds: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "time_ns", lambda: nanoseconds)
        assert SystemClock().now() == _BEGIN + timedelta(milliseconds=nanoseconds // 10**6)


def test_a_clock_that_is_moved_while_it_is_read_never_shows_the_true_time(tmp_path: Path) -> None:
    file, year = tmp_path / "shift", 365 * 24 * 3600
    ShiftedClock.move(file, year)
    over = threading.Event()

    def moves() -> None:
        while not over.is_set():
            ShiftedClock.move(file, year)

    mover = threading.Thread(target=moves)
    mover.start()
    seen = [ShiftedClock(file).now() - SystemClock().now() for _ in range(2000)]
    over.set()
    mover.join()
    assert min(seen) > timedelta(days=364)
