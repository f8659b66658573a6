"""The real processes on free ports: database, stand-in for WeChat's servers, API, and the clock that all of them read."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import msgspec

from api.composition import Services
from api.infra.clock import ShiftedClock, SystemClock
from api.infra.settings import read_settings
from schedulers.jobs import JOBS
from schedulers.metrics import Metrics
from schedulers.runner import Runner
from schedulers.work import Work
from tests.support.mongo import Server, free_port, start_server, wait_for_port
from tests.support.world import KEY_FILE

_REPOSITORY = Path(__file__).parents[2]
_START_SECONDS = 150


class Installation(msgspec.Struct):
    """A running product. `environ` is what its processes were started with; `at` moves the clock of all of them."""

    url: str
    mongodb_uri: str
    wechat_url: str
    environ: dict[str, str]
    folder: Path

    def at(self, instant: str) -> None:
        """Sets what every process takes for now; the clock runs on from there."""
        shift = (datetime.fromisoformat(instant) - SystemClock().now()).total_seconds()
        ShiftedClock.move(self.folder / "shift", shift)

    def wait(self, seconds: float) -> None:
        """Moves the clock on."""
        file = self.folder / "shift"
        ShiftedClock.move(file, float(file.read_text()) + seconds)

    def now(self) -> datetime:
        return ShiftedClock(self.folder / "shift").now()


def python(*arguments: str, environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=_REPOSITORY,
            env=environ,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )


def works(place: Installation, job: str) -> None:
    """What the worker does in one run of one job, here: to start one takes longer. In a thread: whoever asks may have a loop running."""

    async def work() -> bool:
        services = Services(read_settings(place.environ))
        try:
            await services.prepare()
            return await Runner(Work(services), Metrics(), [one for one in JOBS if one.id == job]).run_all()
        finally:
            await services.close()

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(asyncio.run, work()).result(), job


def stop(process: subprocess.Popen[bytes], seconds: float = 15) -> None:
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path, path: str = "/api/v1/health/ready") -> None:
    end = time.monotonic() + _START_SECONDS
    with httpx.Client(timeout=5) as client:  # one: to make one reads every certificate of the system
        while time.monotonic() < end:
            if process.poll() is not None:
                raise RuntimeError(f"ended at once:\n{log.read_text()[-2000:]}")
            with contextlib.suppress(httpx.TransportError):
                if client.get(url + path).status_code == 200:
                    return
            time.sleep(0.05)
    raise TimeoutError(f"not ready after {_START_SECONDS} s:\n{log.read_text()[-2000:]}")


@contextmanager
def running(folder: Path, server: Server | None = None, **more: str) -> Iterator[Installation]:
    """Database, stand-in and API; the clock stands at 2026-11-21 10:00 in Shanghai until it is set. Without a `server`, on which it has
    a database of its own, it starts one.
    """
    api_port, wechat_port, metrics_port = free_port(), free_port(), free_port()
    with contextlib.ExitStack() as stack:
        mongo = server or stack.enter_context(start_server())
        environ = {
            **os.environ,
            "CW_MODE": "development",
            "MONGODB_URI": mongo.uri,
            "CW_DATABASE": mongo.new_name(),
            "CW_KEYS": KEY_FILE,
            "CW_WECHAT_APPID": "wx-demo",
            "CW_WECHAT_SECRET": "demo-secret",
            "CW_WECHAT_EVENT_TOKEN": "demo-event-token",
            "CW_WECHAT_URL": f"http://127.0.0.1:{wechat_port}",
            "CW_PORT": str(api_port),
            "CW_METRICS_PORT": str(metrics_port),
            "CW_CLOCK_SHIFT_FILE": str(folder / "shift"),
            "CW_DEMO_RESIDENTS": str(folder / "residents.json"),
            "CW_PACE": "off",  # tests/attacks/test_pace.py has it on
            **more,
        }
        place = Installation(
            url=f"http://127.0.0.1:{api_port}",
            mongodb_uri=mongo.uri,
            wechat_url=environ["CW_WECHAT_URL"],
            environ=environ,
            folder=folder,
        )
        place.at("2026-11-21T10:00+08:00")
        (folder / "residents.json").write_text("[]")
        wechat = python(
            "-m", "api.demo.wechat", "--port", str(wechat_port), "--state", str(folder / "wechat"),
            "--events-url", f"{place.url}/api/v1/wechat/events", "--api-url", place.url,
            environ=environ, log=folder / "wechat.log",
        )  # fmt: skip
        stack.callback(stop, wechat)
        wait_for_port(wechat_port)
        api = python("-m", "api", "serve", environ=environ, log=folder / "api.log")
        stack.callback(stop, api)
        wait_until_ready(place.url, api, folder / "api.log")
        yield place
