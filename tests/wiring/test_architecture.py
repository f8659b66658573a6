"""The code that docs/architecture.md shows is code of this product: it runs, and what it calls is there."""

import ast
import importlib
import inspect
import re
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.di import Provide

import api
from api.desk.casework import Casework
from api.records.service import RecordService
from bot.engine import Bot
from bot.replies import Reply

_ROOT = Path(api.__file__).parents[1]
_PAGE = (_ROOT / "docs" / "architecture.md").read_text("utf-8")
_LISTED, _OF_THE_BOT, _USE_CASE, _ROUTE, _STEPS = re.findall(r"```python\n(.*?)```", _PAGE, re.DOTALL)
_HELD = {"self": Casework, "records": RecordService}


def _listed() -> list[tuple[str, str]]:
    """Module and what stands at its line's beginning: `due(clock, jurisdiction, received_on, pauses=())`."""
    found, module = [], ""
    for line in _LISTED.splitlines():
        if named := re.match(r"# (\w+)\.py", line):
            module = named[1]
        elif line and not line.startswith((" ", "#")):
            found += [(module, said.strip()) for said in re.split(r";(?=\s)", re.sub(r"\s+#.*", "", line))]
    return found


@pytest.mark.parametrize(("module", "said"), _listed())
def test_what_the_law_offers_is_there_with_the_parameters_that_are_shown(module: str, said: str) -> None:
    shown = importlib.import_module(f"knowledge.{module}")
    parts = re.match(r"(?:class )?(\w+)(?:\((.*?)\))?", said)
    assert parts is not None, said
    name, given = parts.groups()
    there = getattr(shown, name)
    if said.startswith("class"):
        fields = re.search(r": (.+)", said)
        assert (
            issubclass(there, object) and all(hasattr(there, one.strip()) for one in fields[1].split(","))
            if fields
            else there
        )
        return
    names = re.findall(r"(?:^|,)\s*(\w+)", given or "")
    assert set(names) <= set(inspect.signature(there).parameters), said


def test_what_the_bot_offers_runs_and_its_reply_has_the_fields_that_are_shown() -> None:
    space: dict[str, Any] = {"Bot": Bot, "message": "异议多久处理完", "date": date(2026, 11, 21)}
    exec(_OF_THE_BOT, space)
    assert isinstance(space["reply"], Reply)
    told = _PAGE[_PAGE.index("`Reply`:") :].split("\n\n")[0]
    fields = {one.name for one in msgspec.structs.fields(Reply)}
    assert {name for name in re.findall(r"`(\w+)` \(|`(\w+)`,", told) for name in name if name} & fields


def test_the_use_case_calls_what_is_there() -> None:
    tree = ast.parse(_USE_CASE)
    called = [
        (ast.unparse(node.func.value).rpartition(".")[2], node.func.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert {held for held, _ in called} == set(_HELD)
    assert [(held, name) for held, name in called if not hasattr(_HELD[held], name)] == []


@pytest.mark.parametrize("sample", [_ROUTE, _STEPS], ids=["route", "steps"])
def test_a_route_that_is_shown_is_a_route(sample: str) -> None:
    space: dict[str, Any] = {}
    for name in ("api.objections.routes", "api.objections.handling_routes", "api.desk.routing"):
        space |= vars(importlib.import_module(name))
    (made,) = [value for key, value in _run(sample, space).items() if key.endswith("Controller")]
    given = {name: Provide(_nothing()) for name in ("visit", "objections", "handling", "objection_handling")}
    app = Litestar([made], dependencies=given, openapi_config=None)
    assert [route for route in app.routes if "objections" in route.path or "reject" in route.path]


def _nothing() -> Callable[[], Awaitable[None]]:
    """In the place of a service: nothing is asked of it."""

    async def give() -> None:
        return

    return give


def _run(sample: str, space: dict[str, Any]) -> dict[str, Any]:
    known = dict(space)
    exec(sample, space)
    return {key: value for key, value in space.items() if known.get(key) is not value}


def test_decisions_are_numbered_one_after_the_other() -> None:
    files = sorted((_ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for file in files:
        assert re.match(rf"# (0*{int(file.name[:4])})[.:]? ", file.read_text()), file.name


def test_every_package_says_in_its_first_line_what_is_in_it() -> None:
    packages = [
        file for room in ("api", "bot", "knowledge", "schedulers", "tests") for file in _ROOT.glob(f"{room}/**/*.py")
    ]
    silent = {
        str(folder.relative_to(_ROOT))
        for folder in {file.parent for file in packages}
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    }
    assert not silent
