"""Every state and field that the page can be sent has words on it: nobody reads a code."""

import ast
import re
from pathlib import Path

import pytest

import api as package
from api.accounts.consents import WORDS as CONSENT_WORDS
from api.accounts.readable import value_words
from api.errands import ERRANDS
from api.infra.actors import Role
from api.infra.transitions import Row, Table
from api.objections.models import TYPED
from api.records.models import Section
from api.records.showing import STANDING_LABELS
from knowledge.rules import rules
from tests.support.api import Api
from tests.wiring.test_states import tables

_API = Path(package.__file__).parent
_JS = _API / "web" / "static" / "js"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CODE = re.compile(r"[A-Za-z_]")
_PAIR = re.compile(r'"?([\w-]+)"?: (?:\["\w+", )?"([^"]+)"')
_OF_THE_WEB = {"Problem", "Health"}


def _object(file: str, name: str) -> str:
    """The literal that a module gives to a constant, up to its closing brace."""
    found = re.search(rf"const {name} = (\{{.*?\}});\n", (_JS / file).read_text("utf-8"), re.DOTALL)
    assert found, f"{file} has no {name}"
    return found[1]


def _keys(literal: str) -> set[str]:
    return {plain or quoted for plain, quoted in re.findall(r'(?:(\w+)|"([\w-]+)"):', literal)}


def test_a_table_is_not_made_without_words_for_each_state_nor_with_words_for_none() -> None:
    row = Row(("begun",), "end", (Role.RESIDENT,), "ended", "结束")
    words = {"begun": "已开始", "ended": "已结束"}
    assert Table("cases", "begun", ("ended",), (row,), words).label("ended") == "已结束"
    for odd in ({"begun": "已开始"}, {**words, "gone": "已消失"}):
        with pytest.raises(ValueError, match="do not match"):
            Table("cases", "begun", ("ended",), (row,), odd)


def test_the_words_of_every_state_are_chinese() -> None:
    named = [*(table.words for errand in ERRANDS.values() for table in errand.tables), CONSENT_WORDS]
    assert all(_CHINESE.search(words) and not _CODE.search(words) for known in named for words in known.values())


async def test_whatever_is_answered_with_a_status_is_answered_with_its_words(api: Api) -> None:
    document = (await api.anyone.get("/schema/openapi.json")).json()
    schemas = {name: set(schema.get("properties", ())) for name, schema in document["components"]["schemas"].items()}
    with_status = {name: named for name, named in schemas.items() if "status" in named and name not in _OF_THE_WEB}
    assert len(with_status) >= 11, sorted(with_status)
    assert not [name for name, named in with_status.items() if "statusLabel" not in named]
    assert not [name for name, named in schemas.items() if named & {"statusTitle", "stateLabel", "stateTitle"}]


def test_no_module_of_the_page_names_states() -> None:
    known = {pair for table in tables() for pair in table.words.items()}
    for file in _JS.rglob("*.js"):
        if file.name != "records.js":  # the standing of a record has words of its own, some of them the same
            assert not set(_PAIR.findall(file.read_text("utf-8"))) & known, file.name


def test_every_table_belongs_to_one_errand() -> None:
    declared = [id(table) for errand in ERRANDS.values() for table in errand.tables]
    assert len(declared) == len(set(declared)) and {id(table) for table in tables()} <= set(declared)


def test_every_clock_that_an_errand_declares_is_one_of_the_law() -> None:
    known = {rule.id for rule in rules()}
    for errand in ERRANDS.values():
        assert set(errand.clocks) <= known


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


async def test_page_and_desk_learn_every_errand_from_one_answer(api: Api) -> None:
    answer = await api.anyone.get("/errands")
    found = {one["name"]: one for one in answer.json()}
    assert list(found) == list(ERRANDS) and answer.headers["etag"]
    for name, errand in ERRANDS.items():
        assert {one["name"]: one["label"] for one in found[name]["statuses"]} == errand.statuses
        assert {one["tone"] for one in found[name]["statuses"]} <= {"good", "bad", "warn", "info"}
        assert set(errand.tones) <= set(errand.statuses) and set(errand.drafted) <= set(errand.steps)
    assert {one["code"] for one in found["objections"]["codes"] if one["field"] == "kind"} >= {
        "inspection",
        "appraisal",
    }
    assert [one["action"] for one in found["repairs"]["steps"] if one["drafted"]] == ["decline", "approve", "refuse"]


def test_a_last_day_is_named_as_the_last_and_never_as_the_one_before_which() -> None:
    """在12月15日前 lets a reader take the 14th for the last day; what is counted ends on the 15th."""
    texts = [path for pattern in ("**/*.toml", "**/*.py") for path in _API.glob(pattern)]
    found = [
        f"{path.name}: {line.strip()}"
        for path in texts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\{[^{}]*(?:day|until|due\.on)[^{}]*\}\s*(?:前|以前|之前)", line)
    ]
    assert found == []
