"""An operator's commands on the demo's data: the line of the guide, word for word."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from api.demo.__main__ import make_keys
from tests.support.mongo import Server

_GUIDE = Path(__file__).parents[3] / "docs/operations.md"


@pytest.mark.processes
def test_a_command_of_the_guide_runs_on_the_data_of_the_demo(mongo_server: Server, tmp_path: Path) -> None:
    (line,) = re.findall(r"`\.venv/bin/python (-m api\.demo [^`]+)`", _GUIDE.read_text())
    make_keys(tmp_path / ".data/keys.json")
    # what a demo that runs keeps for the other commands
    (tmp_path / ".data/ports.json").write_bytes(msgspec.json.encode({"CW_DATABASE_PORT": str(mongo_server.port)}))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CW_", "MONGODB_URI"))}
    environ["CW_DATABASE"] = mongo_server.new_name()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False
        )

    given = ("--name", "市场监督管理局", "--jurisdiction", "dalian", "--code", "11210200000000001A")
    added = run("-m", "api.demo", "api", "provider", "add", *given)
    assert added.returncode == 0, added.stderr
    listed = run(*shlex.split(line))
    assert listed.returncode == 0 and "市场监督管理局" in listed.stdout, listed.stderr
