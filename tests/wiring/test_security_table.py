"""The table of counts in docs/security.md can be repeated: every row has a command, and what the command runs is there."""

import importlib.util
import re
from pathlib import Path

from tests.bench.security import commands

_ROOT = Path(__file__).parents[2]


def _rows() -> list[str]:
    counts = (_ROOT / "docs" / "security.md").read_text().partition("\n## Counts")[2].partition("\n## ")[0]
    return [
        line
        for line in counts.splitlines()
        if line.startswith("| ") and not line.startswith(("| what |", "| what was seen |", "| ---"))
    ]


def test_every_row_says_how_to_repeat_it_and_what_it_names_is_there() -> None:
    rows = _rows()
    assert len(rows) >= 10
    for row in rows:
        repeat = row.rstrip(" |").rpartition(" | ")[2]
        names = re.findall(r"`([^`]+)`", repeat)
        assert names, row
        for name in names:
            for file in re.findall(r"tests/\S+\.py", name):
                assert (_ROOT / file).exists(), file
            for module in re.findall(r"-m (tests\.\S+)", name):
                assert importlib.util.find_spec(module), module


def test_what_has_no_measurement_of_its_own_is_run_by_the_bench() -> None:
    rows = [row for row in _rows() if "tests.bench" not in row]
    assert len(commands()) == sum("`pytest " in row for row in rows) >= 7
