"""The stand-in for WeChat's servers as a real process."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.support.mongo import free_port, wait_for_port

EVENT_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
"""In the form of WeChat's EncodingAESKey."""


class StandIn(msgspec.Struct):
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, path: str, **body: Any) -> Any:
        return httpx.post(f"{self.url}/standin/{path}", json=body, timeout=10).json()

    def health(self) -> Any:
        return httpx.get(f"{self.url}/standin/health", timeout=10).json()

    def openid(self, who: str) -> str:
        """Signs in as the demo person `who`."""
        query = {
            "appid": "wx-test",
            "secret": "secret-test",
            "js_code": f"demo-{who}",
            "grant_type": "authorization_code",
        }
        openid: str = httpx.get(f"{self.url}/sns/jscode2session", params=query).json()["openid"]
        return openid

    def sent(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = {"after": str(found[-1]["number"] if found else after)}
            page = httpx.get(f"{self.url}/standin/sent", params=query, timeout=10).json()["sent"]
            if not page:
                return found
            found += page


@contextmanager
def start_stand_in(folder: Path, events_url: str | None = None) -> Iterator[StandIn]:
    port = free_port()
    command = [
        sys.executable, "-m", "api.demo.wechat",
        "--port", str(port),
        "--state", str(folder),
        "--appid", "wx-test",
        "--secret", "secret-test",
        "--event-token", "event-token-test",
        "--event-key", EVENT_KEY,
    ]  # fmt: skip
    if events_url:
        command += ["--events-url", events_url]
    process = subprocess.Popen(command)
    try:
        wait_for_port(port)
        yield StandIn(port=port, process=process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
