"""Whatever the code can write into the audit has a name in Chinese, and an auditor reads no code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.audits.wording import ActionNames, basis_words, outcome_name
from api.desk.copies import ERRAND as COPIES
from api.errands import ERRANDS
from knowledge.citations import titles
from tests.support.api import Api, auditor, officer
from tests.support.cases import done, signed_in
from tests.support.world import FixedClock

_ROOT = Path(__file__).parents[2]
_POSITION = {"write": 2, "write_reads": 1, "turn_away": 1}
_CODE = re.compile(r"[a-z-]+\.[a-z_-]+")


_NAMES = ActionNames(ERRANDS)
_CASES = [errand for errand in ERRANDS.values() if errand is not COPIES]


def _trees() -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted([*(_ROOT / "api").rglob("*.py"), *(_ROOT / "schedulers").rglob("*.py")]):
        yield path, ast.parse(path.read_text("utf-8"))


def _written() -> Iterator[str]:
    """The actions that a call to the audit says outright."""
    for path, tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            to = ast.unparse(node.func.value)
            is_audit = to.endswith("audits") or (path.parts[-2:] == ("audits", "service.py") and to == "self")
            if is_audit and node.func.attr in _POSITION:
                said = node.args[_POSITION[node.func.attr]]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield f"{said.value}.read" if node.func.attr == "turn_away" else said.value


def _said() -> tuple[set[str], set[str]]:
    """Every text of the code, and what every composed text begins with, such as `consents.`."""
    nodes = [node for _, tree in _trees() for node in ast.walk(tree)]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    firsts = [node.values[0] for node in nodes if isinstance(node, ast.JoinedStr)]
    heads = {one.value for one in firsts if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return texts, {head for head in heads if re.fullmatch(r"[a-z-]+\.[a-z-]*", head)}


def test_every_action_that_a_call_says_outright_has_a_name() -> None:
    """What a call composes is seen where a test makes the product write it: `only_named` of `tests/support/api.py` refuses it."""
    written = set(_written())
    assert written - {one.action for one in _NAMES.all()} == set(), "actions without a name in api/audits/names.toml"
    assert len(written) > 30 and all(_CODE.fullmatch(code) for code in written)


def test_no_name_is_left_over() -> None:
    texts, heads = _said()
    composed = {f"{errand.name}.{step}" for errand in _CASES for step in (*errand.steps, "read")}
    composed |= {f"{errand.name}.draft" for errand in _CASES if errand.drafted}
    named = {one.action for one in _NAMES.all()} - composed - texts
    turned_away = {name for name in named if name.endswith(".read") and name.removesuffix(".read") in texts}
    assert {name for name in named - turned_away if not name.startswith(tuple(heads))} == set()


async def test_an_action_without_a_name_fails_the_test_that_writes_it(api: Api, clock: FixedClock) -> None:
    with pytest.raises(AssertionError, match="gone.long-ago"):
        await api.services.audits.write(None, auditor(), "gone.long-ago", "-", clock.now())


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
