"""Every refusal has a code of its own, a title, a next step, and its row in docs/problems.md.

After adding one: `CW_WRITE_DOCS=1 python -m pytest tests/wiring/test_problems.py` writes the page anew.
"""

import importlib
import os
from pathlib import Path

from api.http.problems import STATUS
from api.infra.errors import Refusal

_PAGE = Path(__file__).parents[2] / "docs" / "problems.md"
_HEAD = """# Problems

Every error is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `code`, `instance` (the incident number
for support), `nextStep {text, flow}`, and where law stands behind it a `citation`. `errors` names the fields at fault. The codes
below are stable; a client may act on them. `title` and the usual next step are what a resident reads.

| code | status | title | usual next step |
| --- | --- | --- | --- |
"""


def refusals() -> list[type[Refusal]]:
    importlib.import_module("api.app")  # defines every refusal there is
    found: list[type[Refusal]] = []

    def walk(kind: type[Refusal]) -> None:
        for child in kind.__subclasses__():
            if child.__module__.startswith("api.") and "code" in child.__dict__:
                found.append(child)
            walk(child)

    walk(Refusal)
    return sorted(set(found), key=lambda kind: kind.code)


def page() -> str:
    rows = [f"| `{r.code}` | {STATUS[r.kind]} | {r.title} | {r.default_step} |" for r in refusals()]
    return _HEAD + "\n".join(rows) + "\n"


def test_codes_are_unique() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert sorted(codes) == sorted(set(codes))


def test_every_refusal_says_what_happened_and_what_to_do_next_in_chinese() -> None:
    for refusal in refusals():
        assert any("一" <= character <= "鿿" for character in refusal.title), refusal
        assert any("一" <= character <= "鿿" for character in refusal.default_step), refusal


def test_the_page_of_problems_is_current() -> None:
    if os.environ.get("CW_WRITE_DOCS"):
        _PAGE.write_text(page())
    assert _PAGE.read_text() == page()
