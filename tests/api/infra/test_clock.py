"""The present is what the database can keep."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.infra import clock
from api.infra.clock import SystemClock

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_A_CENTURY = 100 * 366 * 24 * 3600 * 10**9  # nanoseconds


@given(nanoseconds=st.integers(0, _A_CENTURY))
def test_the_present_is_cut_to_the_millisecond_and_never_ahead(nanoseconds: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "time_ns", lambda: nanoseconds)
        assert SystemClock().now() == _BEGIN + timedelta(milliseconds=nanoseconds // 10**6)
