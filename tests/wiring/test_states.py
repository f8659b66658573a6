"""docs/states.md shows the transition tables as they are. `CW_WRITE_DOCS=1` writes it anew."""

import importlib
import os
from pathlib import Path

import api
from api.infra.transitions import Table

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
HEAD = """# States

Drawn from the transition tables of the errands (`api/<errand>/states.py`); a test keeps this page current.
Above each diagram: what people read for each state, whoever they are (`Table.words`, sent as `statusLabel`).
Each arrow: action [who may do it] (articles). Without articles it is a service of ours.
Actions that change nothing but the history (urging, adding files, acknowledging) stand in the list below each diagram.
"""


def tables() -> list[Table]:
    """Every table of every errand, so that none is forgotten."""
    found = []
    for file in sorted(Path(api.__file__).parent.glob("*/states.py")):
        module = importlib.import_module(f"api.{file.parent.name}.states")
        found += [value for value in vars(module).values() if isinstance(value, Table)]
    return found


def section(table: Table) -> str:
    words = [f"- `{state}` {words}" for state, words in table.words.items()]
    moving = [line for line in table.diagram().splitlines() if not _stays(line)]
    staying: dict[str, list[str]] = {}
    for row in table.rows:
        for source in row.sources:
            if source == row.target:
                law = f" ({', '.join(row.law)})" if row.law else ""
                staying.setdefault(f"{row.action} [{'/'.join(row.roles)}]{law}", []).append(source)
    lines = [f"## {table.name}", "", *words, "", "```mermaid", *moving, "```", ""]
    lines += [f"- {what}: {', '.join(states)}" for what, states in staying.items()]
    return "\n".join(lines).rstrip() + "\n"


def _stays(line: str) -> bool:
    source, arrow, rest = line.strip().partition(" --> ")
    return bool(arrow) and rest.startswith(f"{source}:")


def test_the_page_shows_the_tables_as_they_are() -> None:
    page = HEAD + "\n" + "\n".join(section(table) for table in tables())
    if os.environ.get("CW_WRITE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "run: CW_WRITE_DOCS=1 pytest tests/wiring/test_states.py"
