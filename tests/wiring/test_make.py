"""The Makefile as a newcomer meets it."""

import shutil
import subprocess
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_BY_EVERY_DEBIAN = ("awk", "sh")


def test_help_wants_no_tool_beyond_what_the_readme_names(tmp_path: Path) -> None:
    """`column` is not in Debian's small images: there `make` alone, the first thing that one types, ended in error 127."""
    for tool in _BY_EVERY_DEBIAN:
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    made = subprocess.run(
        [str(shutil.which("make")), "help", "PYTHON=python3"],
        cwd=_ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    for name in ("run", "test", "bench"):
        assert any(line.startswith(f"  make {name} ") for line in made.stdout.splitlines()), made.stdout
