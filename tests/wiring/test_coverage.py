"""Every article of both regulations has a row; what a row names, a place in the code and a test, is there."""

import os
import re
from pathlib import Path

import pytest

from knowledge.articles import regulation
from knowledge.coverage import coverage, table
from knowledge.places import jurisdictions

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "law-coverage.md"
ROWS = [(place, row) for place in jurisdictions() for row in coverage(place)]


@pytest.mark.parametrize("place", jurisdictions())
def test_no_article_is_without_a_row(place: str) -> None:
    covered = {number for row in coverage(place) for number in row.articles}
    assert covered == {article.number for article in regulation(place).articles}


def test_every_named_test_exists() -> None:
    for _, row in ROWS:
        for name in row.tests:
            path, _, test = name.partition("::")
            assert (ROOT / path).is_file(), name
            assert re.search(rf"^(async )?def {test}\(", (ROOT / path).read_text(), re.MULTILINE), name


def test_every_place_in_the_code_exists() -> None:
    for place, row in ROWS:
        for path in re.findall(r"\b(?:api|knowledge|docs)/[\w./-]*\w", row.where):
            assert (ROOT / path).exists(), (place, row.articles, path)
    routes = (ROOT / "tests/wiring/access.toml").read_text()
    for _, row in ROWS:
        for method, path in re.findall(r"(GET|POST) (/[\w/{}-]+)", row.where):
            assert re.search(rf'"{method} /api/v1{re.sub("{id}", "{[^}]+}", path)}"', routes), path


def test_the_page_is_what_the_data_says() -> None:
    if os.environ.get("CW_WRITE_DOCS"):
        PAGE.write_text(table())
    assert PAGE.read_text() == table(), "CW_WRITE_DOCS=1 python -m pytest tests/wiring writes it"


def test_a_row_says_what_is_done_or_why_nothing_is() -> None:
    for place, row in ROWS:
        assert bool(row.because) != bool(row.says and row.where and row.tests), (place, row.articles)
