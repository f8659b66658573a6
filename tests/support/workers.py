"""Workers as real processes over a real database: started, killed with -9, started again."""

import os
import re
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import httpx
import msgspec

from api.infra.clock import ShiftedClock
from tests.support.mongo import free_port
from tests.support.world import KEY_FILE


class Workers(msgspec.Struct):
    """`folder` takes the logs; `shift` is the file that moves their clocks; `ports` are those of the running, for their metrics."""

    uri: str
    database: str
    wechat: str
    folder: Path
    running: list[subprocess.Popen[bytes]] = []
    started: int = 0
    ports: list[int] = []

    @property
    def shift_file(self) -> Path:
        return self.folder / "shift"

    def shift(self, seconds: float) -> None:
        ShiftedClock.move(self.shift_file, seconds)

    @property
    def environ(self) -> dict[str, str]:
        """What they are started with, but for their ports."""
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PYTHONPATH": str(Path.cwd()),
            "CW_MODE": "development",
            "MONGODB_URI": self.uri,
            "CW_DATABASE": self.database,
            "CW_WECHAT_APPID": "wx-test",
            "CW_WECHAT_SECRET": "secret-test",
            "CW_WECHAT_EVENT_TOKEN": "event-token-test",
            "CW_WECHAT_URL": self.wechat,
            "CW_KEYS": KEY_FILE,
            "CW_CLOCK_SHIFT_FILE": str(self.shift_file),
        }

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        environ = {**self.environ, "CW_WORKER_METRICS_PORT": str(free_port())}
        self.started += 1
        with (self.folder / f"worker-{self.started}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "schedulers", *arguments], env=environ, stdout=log, stderr=log
            )
        self.running.append(process)
        self.ports.append(int(environ["CW_WORKER_METRICS_PORT"]))
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """-9, as the kernel does when memory runs out."""
        process.kill()
        process.wait()
        del self.ports[self.running.index(process)]
        self.running.remove(process)

    def stop_all(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()
        self.ports.clear()

    def delivered_since(self, instant: datetime) -> str | None:
        """What the youngest says of itself, once each that runs has begun to look for what is to be sent at `instant` or later, by its own
        clock, and sent it.
        """
        page = None
        for port in self.ports:
            try:
                page = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
            except httpx.HTTPError:
                return None
            looked = re.search(r'job_last_success_seconds\{job="deliver"\} (\S+)', page)
            if not looked or float(looked[1]) < instant.timestamp():
                return None
        return page

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("worker-*.log")))
