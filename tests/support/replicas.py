"""A replica set of real servers whose members are killed, frozen, stopped, cut off, and started again."""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import PyMongoError

from api.demo import database as embedded
from deploy.database import PARAMETERS, SETTINGS
from tests.support.mongo import end, free_port, spawn

_START_SECONDS = 90
_networks = itertools.count()


class Replicas:
    """Members are named by their number. `cable` puts each into a network of its own (root, Linux), so that it can be cut."""

    def __init__(self, folder: Path, count: int, *, cable: "Cable | None" = None) -> None:
        self._folder = folder
        self._cable = cable
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self.addresses = [(cable.address(n) if cable else "127.0.0.1", free_port()) for n in range(count)]
        self.uri = embedded.uri(*self.addresses)

    def start(self) -> None:
        """Returns when there is a primary and everybody is a member."""
        for number in range(len(self.addresses)):
            self.launch(number)
        hosts = [{"_id": n, "host": f"{host}:{port}"} for n, (host, port) in enumerate(self.addresses)]
        end = time.monotonic() + _START_SECONDS
        while not all(self.hello(number) for number in range(len(hosts))):
            assert time.monotonic() < end, "the members do not start"
            time.sleep(0.1)
        self.ask(0, {"replSetInitiate": {"_id": embedded.REPLICA_SET, "members": hosts, "settings": SETTINGS}})
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        """A primary, and every other member its secondary."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            told = [self.hello(number) for number in range(len(self.addresses))]
            if sum(t.get("isWritablePrimary", False) for t in told) == 1 and all(
                t.get("isWritablePrimary") or t.get("secondary") for t in told
            ):
                return
            time.sleep(0.1)
        raise TimeoutError("the replica set is not whole")

    def ask(self, number: int, command: dict[str, Any], seconds: float = 5) -> dict[str, Any]:
        """An administrator's command to this member alone."""
        host, port = self.addresses[number]
        milliseconds = int(seconds * 1000)
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            host, port, directConnection=True, serverSelectionTimeoutMS=milliseconds, socketTimeoutMS=milliseconds
        )
        with client:
            return client.admin.command(command)

    def hello(self, number: int) -> dict[str, Any]:
        """What it says of itself; nothing where it does not answer."""
        try:
            return self.ask(number, {"hello": 1}, 1)
        except PyMongoError:
            return {}

    def primary(self, but: int | None = None) -> int:
        """Waits for one that takes writes; `but` is one that may still think so."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            for number in range(len(self.addresses)):
                if number != but and self.hello(number).get("isWritablePrimary"):
                    return number
            time.sleep(0.05)
        raise TimeoutError("no primary")

    def launch(self, number: int) -> None:
        host, port = self.addresses[number]
        prefix = self._cable.inside(number) if self._cable else []
        self._processes[number] = spawn(
            self._folder / f"member-{number}", port, host=host, prefix=prefix, parameters=PARAMETERS
        )

    def kill(self, number: int) -> None:
        self._processes[number].kill()
        self._processes[number].wait()

    def restart(self, number: int) -> None:
        """As an operator does: asked to stop, started again, waited for."""
        end(self._processes[number], 30)
        self.launch(number)
        self.wait_until_whole()

    def freeze(self, number: int) -> None:
        """It accepts connections and never answers; nor is it in the middle of an answer when this returns."""
        self._processes[number].send_signal(signal.SIGSTOP)
        os.waitpid(self._processes[number].pid, os.WUNTRACED)

    def thaw(self, number: int) -> None:
        self._processes[number].send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def standing_still(self, *numbers: int) -> Iterator[None]:
        """These members vote and answer, and copy nothing: what the primary writes is held by no majority, until this is over."""
        for number in numbers:
            self.ask(number, {"configureFailPoint": "stopReplProducer", "mode": "alwaysOn"})
        try:
            yield
        finally:
            for number in numbers:
                self.ask(number, {"configureFailPoint": "stopReplProducer", "mode": "off"})
            held = {"w": "majority", "wtimeout": 1000 * _START_SECONDS}
            note = {"appendOplogNote": 1, "data": {"held": "by a majority"}, "writeConcern": held}
            self.ask(self.primary(), note, _START_SECONDS)

    def stop(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()


class Cable:
    """A bridge with a network namespace for each member; what hangs on it can be reached from here until it is cut."""

    def __init__(self, count: int) -> None:
        self._name = f"cw{os.getpid() % 100_000}x{next(_networks)}"
        self._net = f"10.{200 + os.getpid() % 50}.{next(_networks) % 250}"
        self._count = count

    @staticmethod
    def can_be_laid() -> bool:
        return os.name == "posix" and os.geteuid() == 0 and shutil.which("ip") is not None and _has_namespaces()

    def address(self, number: int) -> str:
        return f"{self._net}.{number + 1}"

    def inside(self, number: int) -> list[str]:
        return ["ip", "netns", "exec", f"{self._name}n{number}"]

    def lay(self) -> None:
        bridge = self._name
        _ip("link", "add", bridge, "type", "bridge")
        _ip("addr", "add", f"{self._net}.254/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        for number in range(self._count):
            space, here, there = f"{bridge}n{number}", f"{bridge}h{number}"[-15:], f"{bridge}t{number}"[-15:]
            _ip("netns", "add", space)
            _ip("link", "add", here, "type", "veth", "peer", "name", there)
            _ip("link", "set", here, "master", bridge)
            _ip("link", "set", here, "up")
            _ip("link", "set", there, "netns", space)
            _ip("-n", space, "addr", "add", f"{self.address(number)}/24", "dev", there)
            _ip("-n", space, "link", "set", there, "up")
            _ip("-n", space, "link", "set", "lo", "up")

    def cut(self, number: int) -> None:
        """From the other members, both ways. Clients still reach it."""
        for other in self._others(number):
            _ip("-n", f"{self._name}n{number}", "route", "add", "blackhole", f"{self.address(other)}/32")

    def mend(self, number: int) -> None:
        for other in self._others(number):
            _ip("-n", f"{self._name}n{number}", "route", "del", "blackhole", f"{self.address(other)}/32")

    def _others(self, number: int) -> list[int]:
        return [other for other in range(self._count) if other != number]

    def take_up(self) -> None:
        for number in range(self._count):
            _ip("netns", "del", f"{self._name}n{number}", must=False)
        _ip("link", "del", self._name, must=False)


def _ip(*arguments: str, must: bool = True) -> None:
    subprocess.run(["ip", *arguments], check=must, capture_output=True, timeout=20)


def _has_namespaces() -> bool:
    name = f"cwtry{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, timeout=20)
    _ip("netns", "del", name, must=False)
    return made.returncode == 0


@contextlib.contextmanager
def cable(count: int) -> Iterator[Cable]:
    laid = Cable(count)
    try:
        laid.lay()
        yield laid
    finally:
        laid.take_up()
