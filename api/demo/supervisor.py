"""Starts the processes of the demo and watches them. When one dies, or at Ctrl-C, all are stopped."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

_GRACE_SECONDS = 12
_PR_SET_PDEATHSIG = 1


class CannotStart(Exception):
    """One line for the person at the terminal."""


def check_port(port: int, what: str, setting: str) -> None:
    """Raises CannotStart when somebody already listens there."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            raise CannotStart(
                f"Port {port} for {what} is taken. Free it, or choose another with {setting}=PORT."
            ) from None


def _die_with_parent() -> None:
    """On Linux the child is told to stop when the supervisor is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class _Awaited(msgspec.Struct, frozen=True):
    name: str
    process: Any
    is_ready: Callable[[], bool]
    seconds: float
    end: float


class Supervisor:
    """`begin` in order and `wait` for them, `watch` until something ends, `stop` in reverse order."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._since: dict[str, int] = {}
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._awaited: list[_Awaited] = []
        self._asked_to_stop = False

    def begin(
        self,
        name: str,
        command: list[str],
        environ: Mapping[str, str],
        is_ready: Callable[[], bool],
        seconds: float = 120,
    ) -> None:
        """Starts a process with its output in a separate file; `seconds` is how long it may take to be ready."""
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{name}.log").open("ab") as log:
            self._since[name] = log.tell()
            process = subprocess.Popen(
                command,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent if os.name == "posix" else None,  # noqa: PLW1509 - one thread
            )
        self._running.append((name, process))
        self._awaited.append(_Awaited(name, process, is_ready, seconds, time.monotonic() + seconds))

    def wait(self, *names: str) -> None:
        """Waits until these are ready, or all that were started. Raises CannotStart if any ends or is not ready in time."""
        while any(not names or one.name in names for one in self._awaited):
            for one in self._awaited:
                if one.process.poll() is not None:
                    told = self._last_words(one.name)
                    raise CannotStart(f"{one.name} ended at once (exit {one.process.returncode}): {told}")
            self._awaited = [one for one in self._awaited if not one.is_ready()]
            if late := next((one for one in self._awaited if time.monotonic() > one.end), None):
                raise CannotStart(
                    f"{late.name} was not ready after {late.seconds:.0f} s; see {self._logs / late.name}.log"
                )
            if self._asked_to_stop:
                raise KeyboardInterrupt
            if self._awaited:
                time.sleep(0.1)

    def watch(self) -> str | None:
        """Waits for the end: None when asked to stop, or else the reason."""
        while not self._asked_to_stop:
            for name, process in self._running:
                if process.poll() is not None:
                    return f"{name} ended (exit {process.returncode}): {self._last_words(name)}"
            time.sleep(0.3)
        return None

    def on_signals(self) -> None:
        def ask(_: int, __: FrameType | None) -> None:
            self._asked_to_stop = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, ask)

    def stop(self) -> None:
        """Stops the processes, the last started first, each with its whole process group."""
        for _, process in reversed(self._running):
            self._signal(process, signal.SIGTERM)
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._signal(process, signal.SIGKILL)
                process.wait()
            self._signal(process, signal.SIGKILL)  # whatever is left of its group
        self._running.clear()

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return

    def _last_words(self, name: str) -> str:
        return last_words(self._logs / f"{name}.log", self._since[name])


def last_words(log: Path, since: int = 0) -> str:
    """Why a process ended: the last line of its log, or the last error where the lines are MongoDB's (JSON). What stands before
    `since`, in bytes, is of an earlier start.
    """
    words = "it said nothing"
    for line in log.read_bytes()[since:].decode(errors="replace").splitlines():
        try:
            entry = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            words = line.strip() or words
            continue
        if entry.get("s") in ("E", "F") and isinstance(attributes := entry.get("attr", {}), dict):
            error = attributes.get("error", "")
            words = f"{entry.get('msg', '')} {error if isinstance(error, str) else msgspec.json.encode(error).decode()}"
    return words.strip()
