"""A real secantusd on a free port of the loopback interface."""

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from pymongo import IndexModel

from api.infra.mongo import Database

_names = itertools.count()


class Server(msgspec.Struct):
    port: int
    process: subprocess.Popen[bytes]

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"

    def new_name(self) -> str:
        return f"t{os.getpid()}_{next(_names)}"


class TimelessDatabase(Database):
    """Lets nothing expire by the server's clock: the clock of the tests stands on another day."""

    async def ensure_indexes(self, indexes: dict[str, Sequence[IndexModel]]) -> None:
        await super().ensure_indexes({name: [_lasting(model) for model in models] for name, models in indexes.items()})


def _lasting(model: IndexModel) -> IndexModel:
    options = {name: value for name, value in model.document.items() if name not in ("key", "expireAfterSeconds")}
    return IndexModel(list(model.document["key"].items()), **options)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def wait_for_port(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as sock:
            sock.settimeout(0.5)
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def launch(storage: Path, port: int, *, sync: bool = False, cache: str = "256M") -> subprocess.Popen[bytes]:
    command = [
        str(Path(sys.executable).parent / "secantusd-py"),
        "--host", "127.0.0.1",
        "--port", str(port),
        "--storage-path", str(storage),
        "--log-level", "ERROR",
        "--cache-size", cache,
    ]  # fmt: skip
    if sync:
        command.append("--sync-on-commit")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_port(port)
    return process


@contextmanager
def start_server(folder: Path) -> Iterator[Server]:
    port = free_port()
    process = launch(folder / "data", port)
    try:
        yield Server(port=port, process=process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
