"""Fifty thousand made-up inputs to every parser: none may end in anything but reading or refusing."""

import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.parsers import TARGETS

CASES = 50_000
_SECONDS = 900


class _TimeIsOver(BaseException):
    """No fault, so that hypothesis does not look for a smaller one."""


def run(*, seconds: float = _SECONDS) -> list[dict[str, object]]:
    """All of them, or as many as fit into the time, which the parsers share as they share the cases."""
    figures: list[dict[str, object]] = []
    total, faults, began = 0, 0, time.monotonic()
    for name, (target, strategy, share) in TARGETS.items():
        done, fault = _feed(target, strategy, CASES * share // 100, seconds * share / 100)
        total += done
        faults += fault is not None
        figures.append({"name": f"fuzz: {name}", "value": done, "unit": "cases", "fault": fault})
    return [
        *figures,
        {
            "name": "fuzz: all parsers",
            "value": total,
            "unit": "cases",
            "target": ">= 50000",
            "seconds": round(time.monotonic() - began),
        },
        {"name": "fuzz: parsers with a fault", "value": faults, "unit": "parsers", "target": "0"},
    ]


def _feed(
    target: Callable[[Any], None], strategy: st.SearchStrategy[Any], times: int, seconds: float
) -> tuple[int, str | None]:
    done, end = 0, time.monotonic() + seconds

    @settings(
        max_examples=times, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(strategy)
    def read(value: object) -> None:
        nonlocal done
        if time.monotonic() > end:
            raise _TimeIsOver
        done += 1
        target(value)

    try:
        read()
    except _TimeIsOver:
        return done, None
    except Exception as fault:
        return done, f"{type(fault).__name__}: {fault}"[:300]
    return done, None


if __name__ == "__main__":
    for figure in run():
        print(figure)
