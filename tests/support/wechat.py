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


# One for all: to make one reads every certificate there is, which takes ten times as long as the call. No line is kept: another
# stand-in may have the port by then.
_HTTP = httpx.Client(timeout=30, verify=False, limits=httpx.Limits(max_keepalive_connections=0))


class StandIn(msgspec.Struct):
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, path: str, **body: Any) -> Any:
        return _HTTP.post(f"{self.url}/standin/{path}", json=body).json()

    def health(self) -> Any:
        return _HTTP.get(f"{self.url}/standin/health").json()

    def openid(self, who: str) -> str:
        """Signs in as the demo person `who`."""
        query = {
            "appid": "wx-test",
            "secret": "secret-test",
            "js_code": f"demo-{who}",
            "grant_type": "authorization_code",
        }
        openid: str = _HTTP.get(f"{self.url}/sns/jscode2session", params=query).json()["openid"]
        return openid

    def sent(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = {"after": str(found[-1]["number"] if found else after)}
            page = _HTTP.get(f"{self.url}/standin/sent", params=query).json()["sent"]
            if not page:
                return found
            found += page


@contextmanager
def start_stand_in(folder: Path, events_url: str | None = None, shift_file: Path | None = None) -> Iterator[StandIn]:
    """`shift_file`: moves the clock by which it signs events."""
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
    if shift_file:
        command += ["--clock-shift-file", str(shift_file)]
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
