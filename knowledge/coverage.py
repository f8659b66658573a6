"""What each article of the regulations asks of the product, where that is done, and the test that shows it."""

from functools import cache

from msgspec import Struct

from knowledge.articles import article, regulation
from knowledge.errors import KnowledgeError
from knowledge.packaged import DATA, DataFile, Faults
from knowledge.places import jurisdictions

__all__ = ["Row", "coverage", "table"]


class BrokenCoverage(KnowledgeError):
    """Every fault of the rows, one a line."""


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """Some articles of one place, or one paragraph. Either `says`, `where` and `tests`, or `because`: why nothing is asked.

    `lacks`: what of it the product does not do.
    """

    articles: tuple[int, ...]
    paragraph: int | None = None
    says: str = ""
    where: str = ""
    tests: tuple[str, ...] = ()
    because: str = ""
    lacks: str = ""


@cache
def coverage(jurisdiction: str) -> tuple[Row, ...]:
    """In the order of the articles. Raises BrokenCoverage for an article without a row, or a row that says nothing."""
    faults = Faults()
    file = DataFile(DATA / "places" / jurisdiction / "coverage.toml", faults, "rows")
    found = file.rows("rows", Row)
    for where, row in found:
        is_done = bool(row.says and row.where and row.tests)
        if is_done == bool(row.because):
            faults.add(where, "either says, where and tests, or because")
        if row.paragraph is not None:
            for number in row.articles:
                if not 0 < row.paragraph <= len(article(jurisdiction, number).paragraphs):
                    faults.add(where, f"article {number} has no paragraph {row.paragraph}")
    known = {one.number for one in regulation(jurisdiction).articles}
    covered = {number for _, row in found for number in row.articles}
    for number in sorted(known ^ covered):
        faults.add(jurisdiction, f"article {number} has no row" if number in known else f"there is no article {number}")
    if faults.lines:
        raise BrokenCoverage("\n".join(faults.lines))
    return tuple(row for _, row in found)


def table() -> str:
    """All places as a page in Markdown."""
    lines = [
        "# What the law asks, and where it is done",
        "",
        "Made by `python -m knowledge coverage` from `coverage.toml` of each place in `knowledge/data/places/`. A test finds an article without a row, a path and a "
        "test that do not exist. A last column says what of an article is still lacking.",
    ]
    for place in jurisdictions():
        title = regulation(place).title
        lines += [
            "",
            f"## {title}",
            "",
            "| article | asks | done in | shown by | lacking |",
            "| --- | --- | --- | --- | --- |",
        ]
        for row in coverage(place):
            tests = "<br>".join(f"`{name}`" for name in row.tests)
            asks = row.says or f"nothing of the product: {row.because}"
            lines.append(f"| {_places(row)} | {asks} | {row.where} | {tests} | {row.lacks} |")
    return "\n".join(lines) + "\n"


def _places(row: Row) -> str:
    whole = ", ".join(str(number) for number in row.articles)
    return f"{whole} ¶{row.paragraph}" if row.paragraph else whole
