"""`python -m tests.bench [--only NAME] [--night 1|2|3] [--quick]`: measurements, as one table and as JSON in tests/bench/results/.

Each runs in a process of its own and is broken off when it takes too long. The longest proofs need eighty minutes together; the
nights share them, so that each run ends within forty minutes and none of its parts is cut short. Everything else is in each run.
"""

import argparse
import contextlib
import importlib
import inspect
import os
import pkgutil
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tests.bench import regression

_HERE = Path(__file__).parent
_NOT_MEASUREMENTS = {"__main__", "figures", "load", "regression", "site", "reference"}
_BOUND = re.compile(r"^(>=|<=|<|>|≥|≤|at least|at most)\s*(?:×\s*)?([\d.]+)")
_CROWDED = 1.3
_WORK = """
import time
wall, used = time.perf_counter(), time.process_time()
while time.process_time() - used < 0.3:
    sum(range(1000))
print((time.perf_counter() - wall) / (time.process_time() - used))
"""
_MOST_SECONDS = 120.0  # for one
_LONG = {
    "report": 180.0,
    "attacks": 240.0,
    "fuzz": 340.0,
    "security": 300.0,
    "schemathesis": 300.0,
    "reminders": 420.0,
    "growth": 600.0,
    "counting": 500.0,
    "guided": 520.0,  # of two processes: ten minutes of fuzzing
    "faults": 1000.0,
    "morning": 1000.0,
    "members": 1600.0,
}  # they come last: what runs out of time is one of them
_NIGHTS = (
    ("faults", "reminders", "growth", "security"),
    ("morning", "guided", "schemathesis"),
    ("members", "counting"),
)
"""Whole in one of three runs. By the day, so that no machine has to remember which was last."""
_ALL_SECONDS = 2400.0  # for all
_SHARE_OF_WORK = 0.75  # of the time of one; the rest is for starting and ending
_TIDY_SECONDS = 30  # to end the processes it has started


def names() -> list[str]:
    """The long ones last."""
    found = {module.name for module in pkgutil.iter_modules([str(_HERE)])} - _NOT_MEASUREMENTS
    return sorted(found, key=lambda name: (_LONG.get(name, 0.0), name))


def tonight(night: int) -> list[str]:
    """What the first, second or third night runs, in order."""
    others = {name for other, part in enumerate(_NIGHTS, 1) if other != night for name in part}
    return [name for name in names() if name not in others]


def measure(name: str, *, quick: bool, seconds: float) -> list[dict[str, Any]]:
    """The rows of one module, in one shape. Modules say `quick` or `small` where they have a short form, and `seconds` where
    they do as much as fits.
    """
    run = getattr(importlib.import_module(f"tests.bench.{name}"), "run", None)
    if run is None:
        return []
    known = inspect.signature(run).parameters
    bounds = {"seconds": seconds * _SHARE_OF_WORK} if "seconds" in known else {}
    found = run(**{word: quick for word in ("quick", "small") if word in known}, **bounds)
    rows = found if isinstance(found, list) else [_flat(found)]
    return [row_of(name, row) for row in rows]


def _flat(found: dict[str, Any], head: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in found.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{head}{key}.")
        else:
            flat[f"{head}{key}"] = value
    return flat


def row_of(module: str, row: dict[str, Any]) -> dict[str, Any]:
    if "what" in row:
        return {"module": module, **row}
    if "value" not in row:
        return {"module": module, "what": module, **row}
    value, target = row["value"], str(row.get("target") or row.get("beside") or "")
    shaped = {"module": module, "what": row["name"], "measured": value, "unit": row.get("unit", ""), **row}
    if row.get("unit") == "ratio":
        shaped["ratio"] = [row.get("minimum", value), value, row.get("maximum", value)]
    if bound := _BOUND.match(target):
        limit = float(bound[2])
        shaped["target"] = target
        shaped["reached"] = value >= limit if bound[1] in (">=", ">", "≥", "at least") else value <= limit
    return shaped


def crowding() -> float:
    """How much longer work on all processors takes than the processor time it needs: 1 on a quiet machine. Work on one
    alone would find a free one beside a busy one.
    """
    command = [sys.executable, "-c", _WORK]
    at_once = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(os.cpu_count() or 1)]
    return max(float(one.communicate()[0]) for one in at_once)


def machine() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load": os.getloadavg(),
    }


def show(rows: list[dict[str, Any]]) -> None:
    heads = ("what", "measured", "reference", "ratio min/median/max", "target", "reached?")
    table = [heads, *(_cells(row) for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    for cells in table:
        print(
            "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)).rstrip()
        )


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    unit = row.get("unit", "")
    if "measured" not in row:
        rest = "; ".join(f"{key}={value}" for key, value in row.items() if key not in ("module", "what"))
        return (str(row["what"]), rest[:160], "", "", "", "")
    reference = f"{row['reference']:,.4g} ({row['beside']})" if "reference" in row else ""
    ratio = " / ".join(f"{value:.2f}" for value in row["ratio"]) if "ratio" in row else ""
    measured = f"{row['measured']:,.4g}" if isinstance(row["measured"], int | float) else str(row["measured"])
    reached = {True: "yes", False: "NO"}.get(row["reached"], "") if "reached" in row else ""
    return (str(row["what"]), f"{measured} {unit}", reference, ratio, str(row.get("target", "")), reached)


def _width(text: str) -> int:
    return sum(2 if "⺀" <= character <= "￯" else 1 for character in text)


def apart(name: str, *, quick: bool, seconds: float) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of one module, measured in a process of its own; and why there are none."""
    if seconds <= 0:
        return [], "no time was left"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.json"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench", "--into", str(file), "--only", name]
            + (["--quick"] if quick else ["--seconds", str(seconds)])
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            end(process)
            return [], f"broken off after {seconds:.0f} s"
        except KeyboardInterrupt:
            process.wait(_TIDY_SECONDS)
            raise
        if status != 0:
            return [], f"failed with {status}"
        return msgspec.json.decode(file.read_bytes()), None


def end(process: subprocess.Popen[bytes], patience: float = _TIDY_SECONDS) -> None:
    """Asks it to end what it has started and itself; after so many seconds both are killed (what it has started, on Linux)."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        started = _descendants(process.pid)  # while it is there: afterwards nobody knows whose they were
        process.kill()
        process.wait()
        for one in started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)


def _descendants(process: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for state in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(state.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(state.parent.name))
    found = list(children.get(process, []))
    for one in found:  # grows as it is gone through
        found += children.get(one, [])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=names(), metavar="NAME", help=f"of {', '.join(names())}")
    parser.add_argument(
        "--night", type=int, choices=(1, 2, 3), default=datetime.now(UTC).toordinal() % len(_NIGHTS) + 1,
        help=f"which of the long proofs: {'; '.join(' '.join(part) for part in _NIGHTS)} (the day decides where it is not said)",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="short runs: whether it works, not what it gives")
    parser.add_argument("--seconds", type=float, help="for each measurement, in place of its own bound")
    parser.add_argument("--keep", action="store_true", help="what is measured is what later runs are compared with")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.into is not None:
        seconds = chosen.seconds or _MOST_SECONDS
        chosen.into.write_bytes(msgspec.json.encode(measure(chosen.only[0], quick=chosen.quick, seconds=seconds)))
        return 0
    rows: list[dict[str, Any]] = []
    failed: dict[str, str] = {}
    taken: dict[str, int] = {}
    facts = machine()
    noise: dict[str, float] = {}
    wanted = chosen.only or (names() if chosen.quick else tonight(chosen.night))
    end = time.monotonic() + (chosen.seconds or 0) * len(wanted) + _ALL_SECONDS
    for name in wanted:
        print(f"… {name}", file=sys.stderr, flush=True)
        noise[name] = round(crowding(), 2)
        begun = time.monotonic()
        seconds = min(chosen.seconds or _LONG.get(name, _MOST_SECONDS), end - begun)
        try:
            found, fault = apart(name, quick=chosen.quick, seconds=seconds)
        except KeyboardInterrupt:  # what was measured until then is shown and kept
            failed[name] = "interrupted"
            break
        taken[name] = round(time.monotonic() - begun)
        rows += found
        if fault is not None:
            failed[name] = fault
            print(f"  {name}: {fault}", file=sys.stderr, flush=True)
    show(rows)
    crowded = [f"{name} {value:g}" for name, value in noise.items() if value > _CROWDED]
    note = (
        f"The machine was busy with other things: work took longer than its processor time by ({', '.join(crowded)}). "
        "Rates are low and ratios scatter."
        if crowded
        else "The machine was quiet."
    )
    print(f"\n{note}")
    if not chosen.quick:
        now = regression.figures(rows)
        for line in regression.note(regression.last(), now):
            print(f"Since the last kept results: {line}")
        if chosen.keep:
            regression.keep(now)
    folder = _HERE / "results"
    folder.mkdir(exist_ok=True)
    file = folder / f"{time.strftime('%Y%m%dT%H%M%S')}.json"
    result = {
        "machine": facts,
        "quick": chosen.quick,
        "crowding": noise,
        "seconds": taken,
        "note": note,
        "failed": failed,
        "rows": rows,
    }
    file.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
    print(f"Written to {file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file}")
    if failed:
        print("Not measured: " + "; ".join(f"{name}: {why}" for name, why in failed.items()), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
