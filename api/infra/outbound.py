"""An HTTP client for many simultaneous requests to one host."""

import asyncio
import ssl
import threading
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec

from api.infra.threads import Threads

if TYPE_CHECKING:
    import urllib3


class NoAnswer(Exception):
    """The request was sent, or part of it, and what became of it is not known."""


class NotSent(NoAnswer):
    """Nothing of the request has left."""


class Answer(msgspec.Struct, frozen=True):
    status: int
    content: bytes


class Patience(msgspec.Struct, frozen=True):
    """Seconds: for a connection, for each piece of an answer, for a free line."""

    connect: float = 3
    read: float = 10
    line: float = 10


class KeptConnections:
    """So many kept connections, each with a thread. Make it before the loop runs, use it on one loop, close it.

    A thread waits without costing the loop anything: a request takes a third of the processor time of an asynchronous client's.
    Certificates are those of the system and of certifi; a proxy is taken from the environment. The library and the certificates are
    read for the first request: that takes a tenth of a second, which no start has to wait for.
    """

    def __init__(self, count: int, base_url: str, patience: Patience) -> None:
        self._patience = patience
        self._threads = Threads(count, "line")
        self._free = asyncio.Semaphore(count)
        self._count, self._base_url = count, base_url
        self._opening = threading.Lock()
        self._manager: urllib3.PoolManager | None = None
        self._pool: urllib3.HTTPConnectionPool | None = None
        parts = urlsplit(base_url)
        is_forwarded = _proxy(base_url) is not None and parts.scheme == "http"  # a proxy wants the whole address
        self._base = base_url if is_forwarded else parts.path

    async def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """Raises NotSent, also where no line gets free in time, and NoAnswer."""
        url = f"{self._base}{path}?{urlencode(query)}" if query else f"{self._base}{path}"
        if self._free.locked():
            try:
                async with asyncio.timeout(self._patience.line):
                    await self._free.acquire()
            except TimeoutError as fault:
                raise NotSent from fault
        else:
            await self._free.acquire()  # at once
        asked = self._threads.run(asyncio.get_running_loop(), self._ask, method, url, content)
        asked.add_done_callback(self._hang_up)
        return await asyncio.shield(asked)  # if the caller leaves, the connection stays in use until the answer arrives

    def _ask(self, method: str, url: str, content: bytes | None) -> Answer:
        pool = self._pool or self._open()
        try:
            answer = pool.urlopen(method, url, body=content, redirect=False)
        except Exception as fault:
            meaning = _meaning(fault)
            if meaning is None:
                raise
            raise meaning from fault
        return Answer(answer.status, answer.data)

    def _open(self) -> "urllib3.HTTPConnectionPool":
        with self._opening:
            if self._pool is None:
                self._manager = _manager(self._count, self._base_url, self._patience)
                self._pool = self._manager.connection_from_url(self._base_url)
            return self._pool

    def _hang_up(self, asked: "asyncio.Future[Answer]") -> None:
        self._free.release()
        if not asked.cancelled():
            asked.exception()  # retrieved even if nobody is waiting, so that asyncio does not log it

    async def close(self) -> None:
        if self._manager is not None:
            self._manager.clear()
        self._threads.end()


def _meaning(fault: Exception) -> NoAnswer | None:
    """What a fault of the library says of the request; None for one that is ours."""
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError, SSLError

    if isinstance(fault, NewConnectionError | ConnectTimeoutError | ProxyError):
        return NotSent()
    if isinstance(fault, SSLError):
        distrusts = bool(fault.args) and isinstance(fault.args[0], ssl.SSLCertVerificationError)
        return NotSent() if distrusts else NoAnswer()
    return NoAnswer() if isinstance(fault, HTTPError) else None


@cache
def _trusted() -> ssl.SSLContext:
    """Once a process: reading certificates takes 50 ms."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _proxy(base_url: str) -> str | None:
    parts = urlsplit(base_url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


def _manager(count: int, base_url: str, patience: Patience) -> "urllib3.PoolManager":
    import urllib3

    shape: dict[str, Any] = {
        "maxsize": count,
        "block": True,
        "timeout": urllib3.Timeout(connect=patience.connect, read=patience.read),
        "retries": False,
        "ssl_context": _trusted(),
    }
    proxy = _proxy(base_url)
    return urllib3.ProxyManager(proxy, **shape) if proxy else urllib3.PoolManager(**shape)
