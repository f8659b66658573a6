"""A real mongod on a free port of the loopback interface: one node as a replica set, as `make run` starts it."""

import contextlib
import fcntl
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pymongo

from api.demo import database as embedded
from api.infra.mongo import Database

_names = itertools.count()
_PORTS = range(20_000, 27_000)
_OWN_PORTS = 500  # of a process
_PREFIX = "cw-mongo-"
_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 3 << 30
_START_SECONDS = 60
_program = cache(embedded.program)


class Server(msgspec.Struct):
    port: int
    process: subprocess.Popen[bytes]

    @property
    def uri(self) -> str:
        return embedded.uri(("127.0.0.1", self.port))

    def new_name(self) -> str:
        return f"t{os.getpid()}_{next(_names)}"


def free_port() -> int:
    """One that no process of these tests is given before this one has been round all of its own: many are listened on late, or
    again after a kill. Below those that the system gives to outgoing connections: one of them could take it meanwhile.
    """
    while True:
        port = next(_own_ports())
        with socket.socket() as sock, contextlib.suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port


@cache
def _own_ports() -> Iterator[int]:
    for first in range(_PORTS.start, _PORTS.stop, _OWN_PORTS):
        held = os.open(
            Path(tempfile.gettempdir()) / f"cw-ports-{first}", os.O_CREAT | os.O_RDWR
        )  # as long as the process lives
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return itertools.cycle(range(first, first + _OWN_PORTS))
        os.close(held)
    raise RuntimeError("more processes of tests than ranges of ports")


def wait_for_port(port: int, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as sock:
            sock.settimeout(0.5)
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def spawn(
    storage: Path,
    port: int,
    *,
    host: str = "127.0.0.1",
    prefix: Sequence[str] = (),
    parameters: Sequence[str] = (),
    cache_gb: float = 0.25,
) -> subprocess.Popen[bytes]:
    """Does not wait for anything. Nothing expires by the server's clock: that of the tests stands on another day."""
    storage.mkdir(parents=True, exist_ok=True)
    more = [
        word
        for parameter in ("enableTestCommands=1", "ttlMonitorEnabled=false", *parameters)
        for word in ("--setParameter", parameter)
    ]
    started = embedded.command(_program(), storage, port, *more, host=host, cache_gb=cache_gb)
    return subprocess.Popen(
        [*prefix, *started], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def launch(storage: Path, port: int, cache_gb: float = 0.25, *, is_in_memory: bool = False) -> subprocess.Popen[bytes]:
    """Returns when it takes writes. Data that is in `storage` already is taken over."""
    process = spawn(storage, port, cache_gb=cache_gb)
    if is_in_memory:
        wait_for_port(port, _START_SECONDS)
        _form_in_memory(port)
    is_primary = embedded.is_primary(port)
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"mongod ended at once (exit {process.returncode})")
        if is_primary():
            return process
        time.sleep(0.05)
    process.kill()
    raise TimeoutError("mongod takes no writes")


def _form_in_memory(port: int) -> None:
    """What a majority holds need not stand in the journal first: in memory that outlives nothing, and takes a sixth of the server's
    work and of the tests' seconds. Whose data is on a disk, or who is killed, is formed as in production.
    """
    client: pymongo.MongoClient[dict[str, Any]]
    with pymongo.MongoClient("127.0.0.1", port, directConnection=True) as client:
        members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
        formed = {"_id": embedded.REPLICA_SET, "members": members, "writeConcernMajorityJournalDefault": False}
        client.admin.command("replSetInitiate", formed)


def end(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@asynccontextmanager
async def hindered(database: Database, **data: Any) -> AsyncIterator[None]:
    """The server's own fault injection (`failCommand`), for as long as the context lasts."""
    admin = database.raw.client.admin
    await admin.command({"configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data})
    try:
        yield
    finally:
        await admin.command({"configureFailPoint": "failCommand", "mode": "off"})


def sweep(where: Path) -> None:
    """Takes away what runs that were killed have left there: neither who made it nor the server in it is running any more."""
    for folder in where.glob(f"{_PREFIX}*-*"):
        made_by = folder.name.removeprefix(_PREFIX).partition("-")[0]
        lock = folder / "mongod.lock"
        server = lock.read_text().strip() if lock.exists() else ""
        if made_by.isdecimal() and not any(pid.isdecimal() and _runs(int(pid)) for pid in (made_by, server)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def start_server(cache_gb: float = 0.25, *, in_memory: bool = True) -> Iterator[Server]:
    """A server of its own, gone with its data at the end. In memory, where there is room, an index is made in a fifth of the time."""
    if _MEMORY.is_dir():
        sweep(_MEMORY)
    has_room = in_memory and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _MEMORY_BYTES
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY if has_room else None) as folder:
        port = free_port()
        process = launch(Path(folder), port, cache_gb, is_in_memory=has_room)
        try:
            yield Server(port=port, process=process)
        finally:
            end(process)
