"""No number of the law stands in code: it would have no date, no source and no certainty there."""

import ast
import re
from pathlib import Path

import knowledge
from knowledge.loading import NEEDED
from knowledge.periods import record_classes
from knowledge.places import places

ROOT = Path(knowledge.__file__).parents[1]
CODE = sorted(Path(knowledge.__file__).parent.glob("*.py"))

# Integers that carry no legal meaning, each with what it is.
INNOCENT = {
    ("clocks.py", 12): "months of a year",
    ("identity.py", 2): "ISO 7064 MOD 11-2",
    ("identity.py", 11): "ISO 7064 MOD 11-2",
    ("identity.py", 17): "GB 11643: places before the check digit",
    ("identity.py", 3): "GB 32100: the weights are powers of it",
    ("citations.py", 1024): "size of a cache",
    ("clocks.py", 4096): "size of a cache",
    ("__main__.py", 2): "exit status",
}
COUNTED = re.compile(r"[\d一二三四五六七八九十百]+\s*(个工作日|工作日|个月|周岁|年|日|元)")


def docstrings(tree: ast.AST) -> set[int]:
    """Identities of the constants that only explain."""
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def constants() -> list[tuple[str, int, object]]:
    found: list[tuple[str, int, object]] = []
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        explained = docstrings(tree)
        found += [
            (path.name, node.lineno, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and id(node) not in explained
        ]
    return found


def test_no_integer_of_the_law_stands_in_code() -> None:
    legal = [
        (name, line, value)
        for name, line, value in constants()
        if type(value) in (int, float) and value not in (0, 1) and (name, value) not in INNOCENT
    ]
    assert legal == []


def test_every_innocent_integer_is_still_there() -> None:
    present = {(name, value) for name, _, value in constants() if type(value) is int}
    assert set(INNOCENT) <= present


def test_no_period_or_amount_is_written_into_a_sentence() -> None:
    written = [
        (name, line, value) for name, line, value in constants() if isinstance(value, str) and COUNTED.search(value)
    ]
    assert written == []


def test_every_data_file_is_one_that_the_loader_reads() -> None:
    """A file nobody reads would look like law and be none."""
    data = Path(knowledge.__file__).parent / "data"
    known = {
        "instruments.toml",
        "capabilities.toml",
        "catalogue.toml",
        "measures.toml",
        "remedies.toml",
        "screening.toml",
        "identity.toml",
    }
    assert {p.name for p in data.iterdir() if p.is_file()} == known
    assert {p.name for p in data.iterdir() if p.is_dir()} == {"places", "rules", "calendar"}
    assert {p.suffix for folder in ("rules", "calendar") for p in (data / folder).iterdir()} == {".toml"}
    for folder in (data / "places").iterdir():
        assert {p.name for p in folder.iterdir()} - known == {"place.toml", "coverage.toml", f"{folder.name}.txt"}


def test_what_code_asks_for_by_name_is_needed_at_loading() -> None:
    """So that a rule renamed in the data stops the start, and not the first request that asks for it."""
    asked = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "in_force":
                asked |= {a.value for a in node.args if isinstance(a, ast.Constant)}
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "library().rules":
                asked |= {node.slice.value} if isinstance(node.slice, ast.Constant) else set()
    of_classes = {f"publicity.{name}.{end}" for name in record_classes() for end in ("minimum", "maximum")}
    of_classes |= {
        f"earlier.publicity.{name}.{end}" for name in ("general", "serious") for end in ("minimum", "maximum")
    }
    assert asked | of_classes == set(NEEDED)


def test_no_code_names_a_place() -> None:
    """A place is its folder of data: code asks what it has. The demo shows two of them and may say so."""
    words = re.compile("|".join(rf"(?<![a-z]){one.id}(?![a-z])|{one.name}" for one in places()))
    named = []
    for package in ("api", "bot", "knowledge", "schedulers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            explained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            named += [
                f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in explained
                and words.search(node.value)
                and not path.is_relative_to(ROOT / "api" / "demo")
                and path != ROOT / "api" / "records" / "unit_routes.py"  # an example in the reference of the API
            ]
    assert named == []
