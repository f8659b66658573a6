"""Whatever the code can write into the audit has a name in Chinese, and an auditor reads no code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from api.audits.wording import ActionNames, basis_words, outcome_name
from api.desk.copies import ERRAND as COPIES
from api.errands import ERRANDS
from api.journal.models import KINDS as JOURNAL
from knowledge.citations import titles
from tests.support.api import Api, auditor, officer
from tests.support.cases import done, signed_in
from tests.support.world import FixedClock

_ROOT = Path(__file__).parents[2]
_POSITION = {"write": 2, "write_reads": 1, "turn_away": 1}
_CODE = re.compile(r"[a-z-]+\.[a-z_-]+")


_NAMES = ActionNames(ERRANDS)
_CASES = [errand for errand in ERRANDS.values() if errand is not COPIES]

# What a call says that does not say a code outright, and every code that this can be.
_SAID = {
    "f'{self.errand.name}.{action}'": {f"{errand.name}.{action}" for errand in _CASES for action in errand.steps},
    "f'{self.errand.name}.read'": {f"{errand.name}.read" for errand in _CASES},
    "f'{self.cases.errand.name}.draft'": {f"{errand.name}.draft" for errand in _CASES if errand.drafted},
    "f'{errand}.read'": set(),  # `turn_away`: its callers say which errand
    "self.errand.name": set(),
    "f'statements.{what}'": {"statements.written", "statements.removed"},
    "f'consents.{decision}'": {"consents.given", "consents.refused", "consents.withdrawn"},
    "f'reports.issue-{kind}'": {
        "reports.issue-report",
        "reports.issue-objection-result",
        "reports.issue-repair-decision",
        "reports.issue-slip",
        "reports.issue-withdrawal-receipt",
    },
    "f'journal.{kind}'": {f"journal.{kind}" for kind in JOURNAL},
    "f'reviews.{deed}'": {f"reviews.{deed}" for deed in ("propose", "sign", "issue", "return", "read")},
    "kind": {"records.expired", "records.unpublished"},  # the end of a period
}


def _calls() -> Iterator[tuple[str, ast.expr]]:
    """Where something is written to the audit, and what stands for the action there."""
    for path in sorted([*(_ROOT / "api").rglob("*.py"), *(_ROOT / "schedulers").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            to = ast.unparse(node.func.value)
            is_audit = to.endswith("audits") or (path.parts[-2:] == ("audits", "service.py") and to == "self")
            if is_audit and node.func.attr in _POSITION:
                said = node.args[_POSITION[node.func.attr]]
                yield f"{path.relative_to(_ROOT)}:{node.lineno} {node.func.attr}", said


def _written() -> set[str]:
    codes: set[str] = set()
    for where, said in _calls():
        if isinstance(said, ast.Constant):
            code = str(said.value)
            codes.add(f"{code}.read" if where.endswith("turn_away") else code)
        elif ast.unparse(said) == "ERRAND.name":
            codes.add(f"{where.split('/')[1]}.read")
        else:
            assert ast.unparse(said) in _SAID, f"{where}: say here which actions {ast.unparse(said)} can be"
            codes |= _SAID[ast.unparse(said)]
    return codes


def test_every_action_that_the_code_can_write_has_a_name_and_no_name_is_left_over() -> None:
    written = _written()
    named = {one.action for one in _NAMES.all()}
    assert written - named == set(), "actions without a name in api/audits/names.toml"
    assert named - written == set(), "names that nothing writes"
    assert len(written) > 100 and all(_CODE.fullmatch(code) for code in written)


def test_no_name_is_a_code_and_no_two_actions_of_one_errand_are_called_the_same() -> None:
    names = [one.name for one in _NAMES.all()]
    assert not [name for name in names if re.search(r"[A-Za-z_.]", name)]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)


def test_an_action_of_an_older_version_is_shown_as_it_was_written() -> None:
    assert _NAMES.of("gone.long-ago") == "gone.long-ago" and outcome_name("odd") == "odd"


def test_a_basis_that_names_articles_is_read_as_articles_and_any_other_stands_as_it_is() -> None:
    assert basis_words("yunnan-38,dalian-44") == "《云南省社会信用条例》第三十八条、《大连市社会信用条例》第四十四条"
    assert basis_words("order-36") == f"《{titles()['order-36']}》"
    assert basis_words("审计职责") == "审计职责" and basis_words("rep_01") == "rep_01" and basis_words(None) is None


def test_every_state_table_rests_on_articles_that_can_be_read() -> None:
    laws = {law for errand in _CASES for table in errand.tables for row in table.rows for law in row.law}
    assert laws and all(str(basis_words(law)).startswith("《") for law in laws)


async def test_an_auditor_reads_names_and_can_ask_by_them(api: Api, clock: FixedClock) -> None:
    desk, reader = signed_in(api, officer("dalian")), signed_in(api, auditor())
    done(await desk.post("/staff/records/search", json={"purpose": "window", "actNumber": "没有这个文号"}))
    names = {one["action"]: one["name"] for one in done(await reader.get("/staff/audit/actions"))["items"]}
    found = done(await reader.get("/staff/audit", params={"action": "records.search"}))["items"]
    assert [(one["actionName"], one["outcomeName"]) for one in found] == [(names["records.search"], "没有找到")]
    (own,) = done(await reader.get("/staff/audit", params={"action": "audits.read"}))["items"]
    assert (own["actionName"], own["roleName"], own["outcomeName"]) == (names["audits.read"], "审计人员", "已办")
