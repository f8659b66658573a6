"""A database that syncs what it acknowledges and several API processes on ports of their own, each to be killed and started."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from api.composition import Services
from api.infra.mongo import Database
from api.infra.settings import read_settings
from tests.support.mongo import free_port
from tests.support.processes import _REPOSITORY
from tests.support.replicas import Cable, Replicas
from tests.support.world import KEY_FILE

_START_SECONDS = 120


def _group_of(process: Path) -> int:
    """0 for one that ended."""
    try:
        return os.getpgid(int(process.name))
    except ProcessLookupError:
        return 0


class Fleet:
    def __init__(
        self, folder: Path, processes: int, *, members: int = 1, cable: Cable | None = None, **more: str
    ) -> None:
        """`members`: of the replica set; `cable`, where its members are to be cut off from one another."""
        self._folder = folder
        self.mongo = Replicas(folder / "data", members, cable=cable)
        self.ports = [free_port() for _ in range(processes)]
        self._metrics = [free_port() for _ in range(processes)]
        self._apis: dict[int, subprocess.Popen[bytes]] = {}
        self.environ = {
            **os.environ,
            "TMPDIR": str(folder),  # whoever is killed cleans up nothing
            "CW_MODE": "development",
            "MONGODB_URI": self.mongo.uri,
            "CW_DATABASE": "siege",
            "CW_KEYS": KEY_FILE,
            "CW_WECHAT_APPID": "wx-test",
            "CW_WECHAT_SECRET": "secret-test",
            "CW_WECHAT_EVENT_TOKEN": "event-token-test",
            "CW_WECHAT_URL": "http://127.0.0.1:1",
            "CW_PACE": "off",  # tests/attacks/test_pace.py has it on
            **more,
        }

    def services(self) -> Services:
        """Of this process, over the same database and keys, and more patient. Close its database too."""
        settings = read_settings(self.environ)
        return Services(settings, database=Database(settings.mongodb_uri, settings.mongodb_database, timeout_ms=60_000))

    def url(self, index: int) -> str:
        return f"http://127.0.0.1:{self.ports[index]}/api/v1"

    async def start(self) -> None:
        """Database and processes, until each is ready."""
        await asyncio.to_thread(self.mongo.start)
        for index in range(len(self.ports)):
            self.launch_api(index)
        await asyncio.gather(*(self.wait_until_ready(index) for index in range(len(self.ports))))

    def start_database(self) -> None:
        """Again, where it was killed."""
        self.mongo.launch(0)
        self.mongo.wait_until_whole()

    def kill_database(self) -> None:
        self.mongo.kill(0)

    def kill_primary(self) -> None:
        """And starts it again; returns when the set is whole."""
        number = self.mongo.primary()
        self.mongo.kill(number)
        self.mongo.launch(number)
        self.mongo.wait_until_whole()

    def freeze_database(self) -> None:
        self.mongo.freeze(0)

    def thaw_database(self) -> None:
        self.mongo.thaw(0)

    def launch_api(self, index: int) -> None:
        """Does not wait until it is ready."""
        environ = {
            **self.environ, "CW_PORT": str(self.ports[index]), "CW_METRICS_PORT": str(self._metrics[index])
        }  # fmt: skip
        with (self._folder / f"api-{index}.log").open("ab") as log:
            self._apis[index] = subprocess.Popen(
                [sys.executable, "-m", "api", "serve"],
                cwd=_REPOSITORY, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def processes_of(self, index: int) -> list[int]:
        """The parent and its server processes. Linux only."""
        parent = self._apis[index].pid
        return [int(one.name) for one in Path("/proc").glob("[0-9]*") if _group_of(one) == parent]

    def kill_api(self, index: int) -> None:
        """The parent and its server process at once."""
        os.killpg(self._apis[index].pid, signal.SIGKILL)
        self._apis[index].wait()

    def kill_parent(self, index: int) -> None:
        """And not the server process that it started."""
        self._apis[index].kill()
        self._apis[index].wait()

    def ask_api_to_stop(self, index: int) -> None:
        self._apis[index].terminate()

    async def wait_for_end(self, index: int) -> int:
        return await asyncio.to_thread(self._apis[index].wait, 60)

    async def wait_until_ready(self, index: int) -> None:
        end = time.monotonic() + _START_SECONDS
        async with httpx.AsyncClient(timeout=5) as client:
            while time.monotonic() < end:
                try:
                    answer = await client.get(f"{self.url(index)}/health/ready")
                    is_ours = answer.headers["content-type"] == "application/json"  # a mongod answers 200 too
                    if is_ours and answer.status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                if self._apis[index].poll() is not None:
                    raise RuntimeError(self.log(index)[-2000:])
                await asyncio.sleep(0.1)
        raise TimeoutError(self.log(index)[-2000:])

    def log(self, index: int) -> str:
        return (self._folder / f"api-{index}.log").read_text()

    def stop(self) -> None:
        for process in self._apis.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.mongo.stop()


@asynccontextmanager
async def fleet(
    folder: Path, processes: int, *, members: int = 1, cable: Cable | None = None, **more: str
) -> AsyncIterator[Fleet]:
    """Started and ready; `more` is in the environment of its processes."""
    started = Fleet(folder, processes, members=members, cable=cable, **more)
    try:
        await started.start()
        yield started
    finally:
        started.stop()


def through(fault: BaseException) -> Any:
    """Whether the request cannot have been sent: nothing listened."""
    return isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout)
