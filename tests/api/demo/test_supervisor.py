"""The supervisor of `make run`: one dies, all stop; nothing is left behind; what cannot start says so in a line."""

import os
import sys
import time
from pathlib import Path

import pytest

from api.demo.supervisor import CannotStart, Supervisor, check_port
from tests.support.mongo import free_port

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] if sys.platform == "linux" else True
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_gone(pid: int) -> bool:
    """Within 10 s: a kill returns before the kernel, on a busy machine, has ended a process that is not our child."""
    end = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_alive(pid)


def wait_for(file: Path) -> str:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if file.exists() and file.read_text():
            return file.read_text()
        time.sleep(0.05)
    raise TimeoutError


def test_one_dies_and_all_stop_with_the_reason_and_their_children_too(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "logs")
    child = tmp_path / "child"
    parent = (
        "import subprocess, sys, time, pathlib; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"pathlib.Path({str(child)!r}).write_text(str(p.pid)); time.sleep(60)"
    )
    supervisor.begin("long", [sys.executable, "-c", parent], os.environ, lambda: True)
    grandchild = int(wait_for(child))
    short = "import sys, time; time.sleep(0.5); print('the reason'); sys.exit(3)"
    supervisor.begin("short", [sys.executable, "-u", "-c", short], os.environ, lambda: True)
    supervisor.wait()
    assert supervisor.watch() == "short ended (exit 3): the reason"
    supervisor.stop()
    assert is_gone(grandchild)


def test_what_it_said_at_an_earlier_start_is_no_reason_for_the_present_end(tmp_path: Path) -> None:
    (tmp_path / "bad.log").write_text("the reason of yesterday\n")
    for said, told in (("", "it said nothing"), ("print('the reason of today')", "the reason of today")):
        supervisor = Supervisor(tmp_path)
        supervisor.begin("bad", [sys.executable, "-c", f"{said}\nraise SystemExit(3)"], os.environ, lambda: False)
        with pytest.raises(CannotStart, match=f"bad ended at once.*: {told}$"):
            supervisor.wait()
        supervisor.stop()


def test_what_ends_at_once_and_what_never_gets_ready_cannot_start(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.begin("good", SLEEP, os.environ, lambda: True)
    supervisor.begin("bad", [sys.executable, "-c", "raise SystemExit('no such module')"], os.environ, lambda: False)
    with pytest.raises(CannotStart, match="bad ended at once.*no such module"):
        supervisor.wait()
    supervisor.stop()

    supervisor = Supervisor(tmp_path)
    supervisor.begin("good", SLEEP, os.environ, lambda: True)
    supervisor.begin("slow", SLEEP, os.environ, lambda: False, seconds=0.3)
    with pytest.raises(CannotStart, match="slow was not ready"):
        supervisor.wait()
    supervisor.stop()


def test_one_can_be_waited_for_while_another_is_not_ready_and_whatever_ends_meanwhile_is_told(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.begin("good", SLEEP, os.environ, lambda: True)
    supervisor.begin("slow", SLEEP, os.environ, lambda: False)
    supervisor.wait("good")
    supervisor.wait("nobody")
    supervisor.begin("bad", [sys.executable, "-c", "raise SystemExit('no such module')"], os.environ, lambda: False)
    with pytest.raises(CannotStart, match="bad ended at once.*no such module"):
        supervisor.wait("slow")
    supervisor.stop()


def test_a_taken_port_is_named_with_the_setting_that_moves_it() -> None:
    import socket

    port = free_port()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", port))
        sock.listen()
        with pytest.raises(CannotStart, match=f"{port}.*CW_PORT"):
            check_port(port, "the page", "CW_PORT")
