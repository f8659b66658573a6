"""docs/page.md says which test stands for which complaint; each of those tests is there."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docs" / "page.md").read_text()
_TABLES = _TEXT[_TEXT.index("## What stands for what") : _TEXT.index("## Helpers")]
_ROWS = [
    [cell.strip() for cell in line.strip("|").split("|", 1)]
    for line in _TABLES.splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| fault |", "| wish |"))
]


@pytest.mark.parametrize(("what", "tests"), _ROWS, ids=[what for what, _ in _ROWS])
def test_each_complaint_and_wish_has_a_test_that_is_there(what: str, tests: str) -> None:
    found = re.findall(r"`([\w/]+(?:\.py|/))`([^`|;]*)", tests)
    assert found, f"{what} names no test"
    for name, words in found:
        file = _ROOT / (name if "/" in name else f"tests/browser/{name}")
        assert file.exists(), file
        missing = [word for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", words) if word not in file.read_text()]
        assert not missing, f"{what}: {file.name} has no {missing}"


def _numbers(table: str) -> set[int]:
    found = re.findall(r"(?m)^\| (\d+(?:, \d+)*) [^|]*[a-z]", table)
    return {int(one) for row in found for one in row.split(", ")}


def test_every_line_of_both_lists_has_its_row() -> None:
    faults, wishes = _TABLES.split("| wish |")
    assert _numbers(faults) == set(range(1, 22))
    assert _numbers(wishes) - {120} == set(range(1, 18))  # 120 is kilobytes
