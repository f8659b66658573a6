"""Many requests at once to one host outside."""

import asyncio
from typing import Any

import httpx


class Lines:
    """So many kept connections, each with a client to itself. Make it before the loop runs, use it on one loop, close it.

    One client's pool goes through all of its connections, and asks the kernel about each, whenever a request begins or ends:
    with twenty-five at once that takes three times as long as the requests. Proxies are taken from the environment.
    """

    def __init__(self, count: int, base_url: str, timeout: httpx.Timeout) -> None:
        context = httpx.create_ssl_context()
        alone = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        self._patience = timeout.pool
        self._lines = [
            httpx.AsyncClient(base_url=base_url, timeout=timeout, verify=context, limits=alone) for _ in range(count)
        ]
        self._free: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()
        for line in self._lines:
            self._free.put_nowait(line)

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Takes what httpx takes. Raises what httpx raises; httpx.PoolTimeout, with nothing sent, when no line gets free."""
        try:
            async with asyncio.timeout(self._patience):
                line = await self._free.get()
        except TimeoutError as fault:
            raise httpx.PoolTimeout("every line is busy") from fault
        try:
            return await line.request(method, path, **more)
        finally:
            self._free.put_nowait(line)

    async def close(self) -> None:
        for line in self._lines:
            await line.aclose()
