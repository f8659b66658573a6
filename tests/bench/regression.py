"""The last results beside the new ones, by ratio: `tests/bench/last.json` is committed, one number for each figure.

What stands beside a reference is compared by its ratio to that, which another machine changes little; the rest by its value.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

LAST = Path(__file__).parent / "last.json"
_WORTH_SAYING = 1.25


def figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows:
        value = row["ratio"][1] if "ratio" in row else row.get("measured")
        if isinstance(value, int | float) and not isinstance(value, bool):
            beside = f", beside {row['beside']}" if "ratio" in row and "beside" in row else ""
            found[f"{row['module']}: {row['what']}{beside}"] = float(f"{value:.4g}")
    return found


def last() -> dict[str, float]:
    return msgspec.json.decode(LAST.read_bytes(), type=dict[str, float]) if LAST.exists() else {}


def note(before: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """The figures that differ by a quarter or more, the largest difference first; only what both runs have."""
    ratios = {name: now[name] / before[name] for name in before.keys() & now.keys() if before[name] > 0 < now[name]}
    told = [name for name, ratio in ratios.items() if not 1 / _WORTH_SAYING < ratio < _WORTH_SAYING]
    told.sort(key=lambda name: (-max(ratios[name], 1 / ratios[name]), name))
    return [f"{ratios[name]:.2f} ×  {name}: {before[name]:g} → {now[name]:g}" for name in told]


def keep(now: Mapping[str, float]) -> None:
    """Figures of parts that were not measured stay as they are."""
    kept = dict(sorted({**last(), **now}.items()))
    LAST.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
