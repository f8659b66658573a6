"""docs/page.md says which test stands for which complaint; each of those tests is there."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_COUNTS = {"fault": 21, "wish": 17, "desk: fault": 14, "desk: wish": 10}
_LISTS = {
    name: re.findall(r"(?m)^\| (.+?) \| (.+) \|$", table)
    for name, table in re.findall(
        r"(?ms)^\| ((?:desk: )?(?:fault|wish)) \| test \|\n\| --- \| --- \|\n(.*?)(?:\n\n|\Z)",
        (_ROOT / "docs" / "page.md").read_text(),
    )
}
_ROWS = [(f"{name} {what}", tests) for name, rows in _LISTS.items() for what, tests in rows]


@pytest.mark.parametrize(("what", "tests"), _ROWS, ids=[what for what, _ in _ROWS])
def test_each_complaint_and_wish_has_a_test_that_is_there(what: str, tests: str) -> None:
    found = re.findall(r"`([\w/]+(?:\.py|/))`([^`|;]*)", tests)
    assert found, f"{what} names no test"
    for name, words in found:
        file = _ROOT / (name if "/" in name else f"tests/browser/{name}")
        assert file.exists(), file
        missing = [word for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", words) if word not in file.read_text()]
        assert not missing, f"{what}: {file.name} has no {missing}"


def test_every_line_of_each_list_has_its_row() -> None:
    assert {name: _numbers(rows) for name, rows in _LISTS.items()} == {
        name: set(range(1, count + 1)) for name, count in _COUNTS.items()
    }


def _numbers(rows: list[tuple[str, str]]) -> set[int]:
    """A row may stand for several lines; one that begins with a quantity stands for none."""
    led = [re.match(r"(\d+(?:, \d+)*) (?!KB)", what) for what, _ in rows]
    return {int(one) for found in led if found for one in found[1].split(", ")}
