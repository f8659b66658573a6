"""docs/asvs.md answers every requirement of ASVS level 2, once, with what shows it. `CW_WRITE_DOCS=1` writes it anew."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "asvs.md"
VERDICTS = ("holds", "duty", "not applicable", "open")
HEAD = """# ASVS 4.0.3, level 2, by requirement

Written from `docs/asvs.toml`; argued by section, with the duties D1 to D16 of a deployment, in [security.md](security.md#asvs-403-level-2).
By those who built it; nobody independent has looked. {counts}.

| requirement | | shown by, or why not |
| --- | --- | --- |
"""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"verdict": "is"}):
    of: str
    verdict: str
    why: str = ""
    by: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    requirements: dict[str, str]
    row: tuple[Row, ...]


def table() -> Table:
    return msgspec.toml.decode((ROOT / "docs" / "asvs.toml").read_bytes(), type=Table)


def numbers(section: str, written: str) -> Iterator[str]:
    """1-3,5 of a section, one by one."""
    for part in written.split(","):
        first, _, last = part.partition("-")
        yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def of_row(row: Row) -> list[str]:
    section, _, written = row.of.rpartition(".")
    return list(numbers(section, written))


def page() -> str:
    rows = [(number, row) for row in table().row for number in of_row(row)]
    counts = Counter(row.verdict for _, row in rows)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    lines = []
    for number, row in rows:
        shown = ", ".join(one if one.startswith("D") and one[1:].isdigit() else f"`{one}`" for one in row.by)
        lines.append(f"| {number} | {row.verdict} | {'; '.join(filter(None, (row.why, shown)))} |")
    return HEAD.format(counts=f"Of {len(rows)}: {said}") + "\n".join(lines) + "\n"


def test_every_requirement_is_answered_once() -> None:
    wanted = [number for section, written in table().requirements.items() for number in numbers(section, written)]
    assert [number for row in table().row for number in of_row(row)] == wanted


def test_what_is_said_to_show_it_is_there() -> None:
    duties = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    for row in table().row:
        assert row.verdict in VERDICTS, row
        assert row.by if row.verdict in ("holds", "duty") else row.why, row
        for one in row.by:
            if one.startswith("D") and one[1:].isdigit():
                assert f"* **{one}** " in duties, row
            else:
                assert (ROOT / one).is_file(), row


def test_the_page_is_written_from_the_data() -> None:
    if os.environ.get("CW_WRITE_DOCS"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "run: CW_WRITE_DOCS=1 pytest tests/wiring/test_asvs.py"
