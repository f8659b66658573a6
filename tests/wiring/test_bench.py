"""The nights of `make bench` leave nothing out."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.__main__ import end, names, tonight

_STUBBORN = """
import signal, subprocess
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(subprocess.Popen(["sleep", "60"], start_new_session=True).pid, flush=True)
signal.pause()
"""


def test_each_measurement_is_in_every_night_or_in_one_of_them() -> None:
    nights = [tonight(night) for night in (1, 2, 3)]
    times = {name: sum(name in night for night in nights) for name in names()}
    assert set(times.values()) == {1, 3}, times
    assert times["members"] == times["morning"] == times["faults"] == 1, "too long to stand in one night together"
    assert times["report"] == times["filing"] == 3


def is_there(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has started is looked up in /proc")
def test_what_a_measurement_has_started_ends_with_it() -> None:
    process = subprocess.Popen([sys.executable, "-c", _STUBBORN], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as told:
        started = int(told.readline())
    assert is_there(started)
    end(process, patience=0.2)
    for _ in range(200):
        if not is_there(started):
            return
        time.sleep(0.05)
    raise AssertionError("it goes on")
