"""Fifty thousand made-up inputs to every parser: none may end in anything but reading or refusing."""

import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.parsers import TARGETS

CASES = 50_000


def run() -> list[dict[str, object]]:
    figures: list[dict[str, object]] = []
    total, faults, began = 0, 0, time.monotonic()
    for name, (target, strategy, share) in TARGETS.items():
        done, fault = _feed(target, strategy, CASES * share // 100)
        total += done
        faults += fault is not None
        figures.append({"name": f"fuzz: {name}", "value": done, "unit": "cases", "fault": fault})
    seconds = round(time.monotonic() - began)
    return [
        *figures,
        {"name": "fuzz: all parsers", "value": total, "unit": "cases", "target": ">= 50000", "seconds": seconds},
        {"name": "fuzz: parsers with a fault", "value": faults, "unit": "parsers", "target": "0"},
    ]


def _feed(target: Callable[[Any], None], strategy: st.SearchStrategy[Any], times: int) -> tuple[int, str | None]:
    done = 0

    @settings(
        max_examples=times, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(strategy)
    def read(value: object) -> None:
        nonlocal done
        done += 1
        target(value)

    try:
        read()
    except Exception as fault:
        return done, f"{type(fault).__name__}: {fault}"[:300]
    return done, None


if __name__ == "__main__":
    for figure in run():
        print(figure)
