"""Many requests at once to one host outside."""

import asyncio
from functools import cache
from typing import Any

import httpx

_context = cache(httpx.create_ssl_context)  # reading the system's certificates takes 50 ms


class Lines:
    """So many kept connections at most, each with a client to itself, made when it is first needed. Use it on one loop, close it.

    One client's pool goes through all of its connections, and asks the kernel about each, whenever a request begins or ends:
    with twenty-five at once that takes three times as long as the requests. Proxies are taken from the environment.
    """

    def __init__(self, count: int, base_url: str, timeout: httpx.Timeout) -> None:
        self._base_url, self._timeout = base_url, timeout
        self._places = asyncio.Semaphore(count)
        self._lines: list[httpx.AsyncClient] = []
        self._free: list[httpx.AsyncClient] = []

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Takes what httpx takes. Raises what httpx raises; httpx.PoolTimeout, with nothing sent, when no line gets free."""
        try:
            async with asyncio.timeout(self._timeout.pool):
                await self._places.acquire()
        except TimeoutError as fault:
            raise httpx.PoolTimeout("every line is busy") from fault
        line = self._free.pop() if self._free else self._new_line()
        try:
            return await line.request(method, path, **more)
        finally:
            self._free.append(line)
            self._places.release()

    def _new_line(self) -> httpx.AsyncClient:
        alone = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        line = httpx.AsyncClient(base_url=self._base_url, timeout=self._timeout, verify=_context(), limits=alone)
        self._lines.append(line)
        return line

    async def close(self) -> None:
        for line in self._lines:
            await line.aclose()
