"""An HTTP client for many simultaneous requests to one host."""

import asyncio
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import msgspec
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError, SSLError


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
    Certificates are those of the system and of certifi; a proxy is taken from the environment.
    """

    def __init__(self, count: int, base_url: str, patience: Patience) -> None:
        self._patience = patience
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="line")
        self._free = asyncio.Semaphore(count)
        self._manager = _manager(count, base_url, urllib3.Timeout(connect=patience.connect, read=patience.read))
        self._pool = self._manager.connection_from_url(base_url)
        parts = urlsplit(base_url)
        is_forwarded = self._manager.proxy is not None and parts.scheme == "http"  # a proxy wants the whole address
        self._base = base_url if is_forwarded else parts.path

    async def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """Raises NotSent, also where no line gets free in time, and NoAnswer."""
        url = f"{self._base}{path}?{urlencode(query)}" if query else f"{self._base}{path}"
        try:
            async with asyncio.timeout(self._patience.line):
                await self._free.acquire()
        except TimeoutError as fault:
            raise NotSent from fault
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, method, url, content)
        asked.add_done_callback(self._hang_up)
        return await asyncio.shield(asked)  # if the caller leaves, the connection stays in use until the answer arrives

    def _ask(self, method: str, url: str, content: bytes | None) -> Answer:
        try:
            answer = self._pool.urlopen(method, url, body=content, redirect=False)
        except (NewConnectionError, ConnectTimeoutError, ProxyError) as fault:
            raise NotSent from fault
        except SSLError as fault:
            distrusts = bool(fault.args) and isinstance(fault.args[0], ssl.SSLCertVerificationError)
            raise (NotSent if distrusts else NoAnswer) from fault
        except HTTPError as fault:
            raise NoAnswer from fault
        return Answer(answer.status, answer.data)

    def _hang_up(self, asked: "asyncio.Future[Answer]") -> None:
        self._free.release()
        if not asked.cancelled():
            asked.exception()  # retrieved even if nobody is waiting, so that asyncio does not log it

    async def close(self) -> None:
        self._manager.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)


@cache
def _trusted() -> ssl.SSLContext:
    """Once a process: reading certificates takes 50 ms."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _manager(count: int, base_url: str, timeout: urllib3.Timeout) -> urllib3.PoolManager:
    parts = urlsplit(base_url)
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    shape: dict[str, Any] = {
        "maxsize": count,
        "block": True,
        "timeout": timeout,
        "retries": False,
        "ssl_context": _trusted(),
    }
    return urllib3.ProxyManager(proxy, **shape) if proxy else urllib3.PoolManager(**shape)
