"""Every state and field that the page can be sent has words on it: nobody reads a code."""

import ast
import re
from pathlib import Path

import api
from api.accounts.holdings import value_words
from api.desk.copies import ERRAND as CORRECTIONS
from api.grants.states import TABLE as GRANTS
from api.listings.service import ERRAND as LISTINGS
from api.objections.models import TYPED
from api.objections.service import ERRAND as OBJECTIONS
from api.pledges.service import ERRAND as PLEDGES
from api.pledges.states import TABLE as PLEDGE_STATES
from api.records.models import Section
from api.records.views import STANDING_LABELS
from api.repairs.service import ERRAND as REPAIRS
from api.withdrawals.states import COURTESY, RIGHT
from tests.wiring.test_states import tables

_API = Path(api.__file__).parent
_JS = _API / "web" / "static" / "js"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _object(file: str, name: str) -> str:
    """The literal that a module gives to a constant, up to its closing brace."""
    found = re.search(rf"const {name} = (\{{.*?\}});\n", (_JS / file).read_text("utf-8"), re.DOTALL)
    assert found, f"{file} has no {name}"
    return found[1]


def _keys(literal: str) -> set[str]:
    return {plain or quoted for plain, quoted in re.findall(r'(?:(\w+)|"([\w-]+)"):', literal)}


def test_every_state_of_every_table_has_words_on_the_page() -> None:
    states = _object("cases.js", "STATES")
    of = {name: _keys(inner) for name, inner in re.findall(r"(\w+): \{(.*?)\}", states, re.DOTALL)}
    for table in tables():
        if table in (RIGHT, COURTESY):
            words = of["withdrawals"]
        else:
            words = of[table.name] if table is not GRANTS else _keys(_object("screens/grants.js", "STATES"))
        shown = {row.target for row in table.rows} | ({table.initial} - {"new"})
        assert shown <= words, f"{table.name}: {sorted(shown - words)}"
    assert of[CORRECTIONS] == {"told"}


def test_every_errand_of_the_queue_and_every_state_of_a_pledge_has_words_on_the_desk() -> None:
    assert _keys(_object("desk/queue.js", "ERRANDS")) == {OBJECTIONS, REPAIRS, LISTINGS, PLEDGES, CORRECTIONS}
    found = {row.target for row in PLEDGE_STATES.rows if row.action.startswith("find-")}
    assert found | {"effective", "performed"} <= _keys(_object("desk/pledges.js", "STATES"))


def test_every_field_that_a_change_of_a_record_names_is_chinese_or_has_words_on_the_page() -> None:
    named = set(TYPED)
    for path in _API.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Change":
                said = [one for word in node.keywords if word.arg == "fields" for one in ast.walk(word.value)]
                named |= {str(one.value) for one in said if isinstance(one, ast.Constant)}
    codes = {name for name in named if not _CHINESE.search(name)}
    assert {"standing", "barred_until", "decided_on"} <= codes <= _keys(_object("cases.js", "FIELDS"))


def test_the_readable_export_calls_sections_and_standings_as_the_page_does() -> None:
    assert {value: value_words("standing", value) for value in STANDING_LABELS} == STANDING_LABELS
    assert all(_CHINESE.search(value_words("section", section)) for section in Section)
