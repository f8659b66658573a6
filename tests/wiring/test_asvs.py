"""What docs/security.md says of ASVS names tests that there are, and duties that are written down, for every section."""

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "security.md").read_text()
_ARGUED = _PAGE[_PAGE.index("## ASVS") :]
_ROW = re.compile(r"(?m)^\| (\d+\.\d+)\b[^|]*\| (.+?) \| (.+?) \|$")
_DUTY = re.compile(r"(?m)^\* \*\*(D\d+)\*\*")
_LAST = {1: 14, 2: 10, 3: 7, 4: 3, 5: 5, 6: 4, 7: 4, 8: 3, 9: 2, 10: 3, 11: 1, 12: 6, 13: 4, 14: 5}
_NOT_OF_LEVEL_2 = {
    "1.3",
    "1.13",
    "3.6",
    "10.1",
}  # two kept free by the standard; federation and source review are level 3


def test_every_section_of_level_2_is_argued_once() -> None:
    wanted = {f"{chapter}.{section}" for chapter, last in _LAST.items() for section in range(1, last + 1)}
    argued = [row[0] for row in _ROW.findall(_ARGUED)]
    assert sorted(argued) == sorted(wanted - _NOT_OF_LEVEL_2)
    assert len(re.findall(r"(?m)^### V\d+ ", _ARGUED)) == 14


def test_each_stands_on_a_test_or_a_duty() -> None:
    duties = _DUTY.findall(_ARGUED)
    assert duties == [f"D{number}" for number in range(1, len(duties) + 1)]
    for section, how, grounds in _ROW.findall(_ARGUED):
        assert len(how) >= 4, section
        assert "`tests/" in grounds or re.search(r"\bD\d+", grounds), section
        assert set(re.findall(r"\bD\d+", grounds)) <= set(duties), section


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"tests/[\w/]+\.py|tests/[\w/]+/(?=`)", _PAGE))
    assert len(named) > 40
    for name in named:
        place = _ROOT / name
        assert place.exists(), name
        tests = [place] if place.is_file() else list(place.rglob("test_*.py"))
        if place.is_dir() or place.name.startswith("test_"):
            assert any("def test_" in file.read_text() for file in tests), name
