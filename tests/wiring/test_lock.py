"""What a deployment installs is pinned by hash, whole, and the same as what the tests ran on."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_LOCK = Path("deploy/requirements.txt").read_text()


def pins(text: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in _PIN.findall(text)}


def test_every_pin_has_its_hashes_and_is_that_of_the_constraints() -> None:
    locked, tested = pins(_LOCK), pins(Path("constraints.txt").read_text())
    assert {name: version for name, version in locked.items() if tested.get(name) != version} == {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", _LOCK)[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_everything_that_production_asks_for_is_locked() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["tracing"]]
    locked = pins(_LOCK)
    for line in asked:
        need = Requirement(line)
        assert need.specifier.contains(locked[canonicalize_name(need.name)]), f"{line}: make lock writes the lock anew"


def test_the_image_installs_nothing_else() -> None:
    install = re.findall(r"pip install [^\n]*", Path("Dockerfile").read_text())
    assert len(install) == 2 and all("--no-deps" in line for line in install)
    assert "--require-hashes -r deploy/requirements.txt" in install[0]
