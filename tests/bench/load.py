"""An HTTP/1.1 client that costs little: keep-alive connections that ask, wait for the whole answer and ask again."""

import asyncio
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, cycle
from typing import cast

import msgspec

_PATIENCE_SECONDS = 30
_WHOLE_HEAD = 65_536
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Load(msgspec.Struct):
    """`latencies` in seconds, sorted; `statuses` counts the answers by status."""

    seconds: float
    latencies: list[float]
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))] * 1000

    def must_be(self, status: int) -> "Load":
        """Raises RuntimeError where anything else was answered: a refusal is quick and measures nothing."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"expected {status} only: {self.statuses}")
        return self


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], end: float) -> None:
        self._requests = requests
        self._end = end
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None
        self._asked = 0.0
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none by inheritance
        self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        self._asked = time.perf_counter()
        if self._asked >= self._end:
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = _LENGTH.search(self._buffer, 0, head + 2)
        if len(self._buffer) < head + 4 + (int(length[1]) if length else 0):
            return
        self.latencies.append(time.perf_counter() - self._asked)
        self.statuses[int(self._buffer[9:12])] += 1
        self._buffer = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))


def request(
    method: str, path: str, port: int, body: bytes | None = None, headers: Sequence[tuple[str, str]] = ()
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *(f"{name}: {value}" for name, value in headers)]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


async def fire(port: int, requests: Iterable[bytes], seconds: float, connections: int = 32) -> Load:
    """Each connection takes the next of the requests until the time is over; a sequence is gone through round and round."""
    loop = asyncio.get_running_loop()
    queue = cycle(requests) if isinstance(requests, Sequence) else iter(requests)
    begun = time.perf_counter()
    open_ones: list[_Connection] = []
    for _ in range(connections):
        _, connection = await loop.create_connection(lambda: _Connection(queue, begun + seconds), "127.0.0.1", port)
        open_ones.append(connection)
    async with asyncio.timeout(seconds + _PATIENCE_SECONDS):
        await asyncio.gather(*(one.done for one in open_ones))
    taken = time.perf_counter() - begun
    statuses: Counter[int] = Counter()
    for one in open_ones:
        statuses.update(one.statuses)
    return Load(taken, sorted(x for one in open_ones for x in one.latencies), dict(statuses))


class Kept:
    """Connections that are kept for the next question, each with one question at a time; as many as are asked at once."""

    def __init__(self) -> None:
        self._idle: defaultdict[int, list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = defaultdict(list)

    async def ask(self, port: int, asked: bytes, seconds: float) -> tuple[int, bytes]:
        """Status and body. Raises OSError, TimeoutError or asyncio.IncompleteReadError where no whole answer comes in time."""
        async with asyncio.timeout(seconds):
            idle = self._idle[port]
            reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port, limit=_WHOLE_HEAD)
            try:
                writer.write(asked)
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
            except BaseException:
                writer.close()
                raise
        idle.append((reader, writer))
        return int(head[9:12]), body

    def close(self) -> None:
        for _, writer in chain.from_iterable(self._idle.values()):
            writer.close()
        self._idle.clear()
