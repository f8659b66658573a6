"""What the measurements over HTTP stand on: a database, the product's own server process, residents with records."""

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from api.composition import Services
from api.infra.actors import Actor
from api.infra.settings import read_settings
from api.records.store import RecordStore
from tests.bench.load import request
from tests.support.api import resident
from tests.support.mongo import free_port, start_server
from tests.support.processes import python, stop, wait_until_ready
from tests.support.records import make_record
from tests.support.world import KEY_FILE

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BATCH = 500


class Site(msgspec.Struct):
    """`services` stands in this process, over the same database and keys as the server on `port`."""

    port: int
    services: Services
    environ: dict[str, str]
    folder: Path
    residents: list[Actor]
    mongo: int = 0  # the process of the database
    server: Any = None  # the process, where there is one

    def bearer(self, who: Actor) -> tuple[str, str]:
        """Good for ten minutes."""
        return ("Authorization", f"Bearer {self.services.tokens.issue(who, self.services.clock.now())}")

    def requests(self, method: str, path: str, *more: tuple[str, str]) -> list[bytes]:
        """One for each resident."""
        return [
            request(method, f"/api/v1{path}", self.port, headers=(self.bearer(who), *more)) for who in self.residents
        ]


@asynccontextmanager
async def site(residents: int = 0, records: int = 20, *, serves: bool = True, **more: str) -> AsyncIterator[Site]:
    """Database and one API process; `residents` people with `records` records each."""
    port = free_port()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        mongo = stack.enter_context(start_server(2, in_memory=False))
        environ = {
            **os.environ,
            "CW_MODE": "development",
            "MONGODB_URI": mongo.uri,
            "CW_DATABASE": "bench",
            "CW_KEYS": KEY_FILE,
            "CW_WECHAT_APPID": "wx-bench",
            "CW_WECHAT_SECRET": "secret-bench",
            "CW_WECHAT_EVENT_TOKEN": "event-token-bench",
            "CW_WECHAT_URL": "http://127.0.0.1:1",
            "CW_TRUSTED_PROXIES": "127.0.0.1",
            "CW_PORT": str(port),
            "CW_METRICS_PORT": str(free_port()),
            **more,
        }
        services = Services(read_settings(environ))
        await services.prepare()
        show("filling the database")
        people = [resident(services, f"acc_{number}", f"number-{number}") for number in range(residents)]
        await fill(services, people, records)
        here = Site(port, services, environ, folder, people, mongo.process.pid)
        if serves:
            show("starting the server")
            log = folder / "api.log"
            here.server = python("-m", "api", "serve", environ=environ, log=log)
            stack.callback(stop, here.server)
            await asyncio.to_thread(wait_until_ready, f"http://127.0.0.1:{port}", here.server, log)
        yield here
        await services.close()


def show(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


async def fill(services: Services, people: list[Actor], records: int) -> None:
    codec = RecordStore(services.database, services.keys).codec
    documents = (codec.encode(make_record(services, who)) for who in people for _ in range(records))
    while batch := list(itertools.islice(documents, _BATCH)):
        await services.database.collection("records").insert_many(batch)


@contextmanager
def reference(module: str, where: Site) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A reference program on a port of its own, with the settings of the site."""
    port = free_port()
    log = where.folder / "reference.log"
    process = python("-m", f"tests.bench.reference.{module}", str(port), environ=where.environ, log=log)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(OSError), contextlib.closing(_connect(port)):
                break
            time.sleep(0.05)
        else:
            raise RuntimeError(log.read_text()[-2000:])
        yield port, process
    finally:
        stop(process)


def _connect(port: int) -> Any:
    import socket

    return socket.create_connection(("127.0.0.1", port), timeout=1)


def family(process: int) -> list[int]:
    """The process and all below it. Linux only, like the other two."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def processor_seconds(process: int) -> float:
    """Used so far by the process and all below it."""
    total = 0
    for one in family(process):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def resident_megabytes(process: int) -> float:
    """Of the process alone."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE / 1e6
