"""The rows of the table in docs/security.md that have no measurement of their own: their tests, run and counted."""

import re
import subprocess
import sys
from pathlib import Path

_TABLE = Path(__file__).parents[2] / "docs" / "security.md"
_ROW = re.compile(r"^\| ([^|]+) \|[^|]*\|[^|]*\| (.*`pytest ([^`]+)`.*) \|$", re.MULTILINE)
_SECONDS = 900


def commands() -> dict[str, list[str]]:
    """What is counted, and the test files that count it."""
    return {
        what.strip(): files.split()
        for what, repeat, files in _ROW.findall(_TABLE.read_text())
        if "tests.bench" not in repeat
    }


def run() -> list[dict[str, object]]:
    return [_row(what, files) for what, files in commands().items()]


def _row(what: str, files: list[str]) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *files], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    counted = {kind: int(number) for number, kind in re.findall(r"(\d+) (passed|failed|errors?)", done.stdout)}
    if done.returncode:
        print(done.stdout[-2000:])
    return {
        "name": f"{what} (pytest {' '.join(files)})",
        "value": sum(number for kind, number in counted.items() if kind != "passed") + (not counted),
        "unit": f"of {counted.get('passed', 0)} tests failed",
        "target": "<= 0",
    }


if __name__ == "__main__":
    for figure in run():
        print(figure)
