"""No parser ever raises what it does not say: a thousand cases here, fifty thousand in `tests/bench/fuzz.py`."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.parsers import TARGETS

CASES = 1000


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_written_is_read_or_refused(name: str) -> None:
    target, strategy, share = TARGETS[name]

    @settings(max_examples=CASES * share // 100, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def read(value: object) -> None:
        target(value)

    read()


def test_the_shares_are_the_whole() -> None:
    assert sum(share for _, _, share in TARGETS.values()) == 100
    assert all(isinstance(strategy, st.SearchStrategy) for _, strategy, _ in TARGETS.values())
