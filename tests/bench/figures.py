"""Rows of the table of measurements: ours beside a reference, run in turn, as a ratio."""

import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any


def beside(
    what: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    unit: str,
    reference: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    **more: object,
) -> dict[str, Any]:
    """`ours[i]` and `theirs[i]` were measured one after the other; the ratio is of such pairs."""
    ratios = sorted(own / other for own, other in zip(ours, theirs, strict=True))
    median = statistics.median(ratios)
    return {
        "what": what,
        "measured": statistics.median(ours),
        "unit": unit,
        "beside": reference,
        "reference": statistics.median(theirs),
        "ratio": [ratios[0], median, ratios[-1]],
        **_judged(median, at_least, at_most, "× "),
        **more,
    }


def alone(
    what: str,
    value: float,
    unit: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    **more: object,
) -> dict[str, Any]:
    return {"what": what, "measured": value, "unit": unit, **_judged(value, at_least, at_most, ""), **more}


def _judged(value: float, at_least: float | None, at_most: float | None, unit: str) -> dict[str, Any]:
    if at_least is not None:
        return {"target": f"≥ {unit}{at_least:g}", "reached": value >= at_least}
    if at_most is not None:
        return {"target": f"≤ {unit}{at_most:g}", "reached": value <= at_most}
    return {}


async def in_turn(
    runs: int, ours: Callable[[], Awaitable[Any]], *theirs: Callable[[], Awaitable[Any]]
) -> tuple[list[Any], ...]:
    """A B A B …: what disturbs the machine disturbs all of them. One round before is thrown away."""
    found: tuple[list[Any], ...] = tuple([] for _ in range(1 + len(theirs)))
    for number in range(runs + 1):
        print(f"  round {number} of {runs}", file=sys.stderr, flush=True)
        for kept, measure in zip(found, (ours, *theirs), strict=True):
            result = await measure()
            if number:
                kept.append(result)
    return found
