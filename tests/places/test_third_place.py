"""The product serves a place that joins it as a folder of data."""

import subprocess
import sys
from pathlib import Path

from bot import packaged

_HERE = Path(__file__).parent


def test_a_place_that_is_data_alone_passes_report_objection_repair_withdrawal_chat_and_desk() -> None:
    """In a process of its own: the law is read once, at the start. What the bot has learnt without that place stays."""
    learnt = {file: file.read_bytes() for file in packaged.FOLDER.glob("*.msgpack")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.places.invented", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, str(_HERE / "journeys.py")], cwd=_HERE.parents[1], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-1000:]
    assert " passed" in run.stdout and "skipped" not in run.stdout
    assert {file: file.read_bytes() for file in learnt} == learnt
