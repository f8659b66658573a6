"""Many requests at once over kept connections, against a real server."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from api.infra.outbound import Lines


class Peer:
    """Counts connections and how many requests are with it at once; answers when told."""

    def __init__(self) -> None:
        self.by_connection: Counter[int] = Counter()
        self.under_way = 0
        self.most = 0
        self.has_begun = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.breaks = False

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.by_connection[id(writer)] += 1
                self.under_way += 1
                self.most = max(self.most, self.under_way)
                self.has_begun.set()
                await self.may_answer.wait()
                self.under_way -= 1
                if self.breaks:
                    return
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()


@asynccontextmanager
async def meeting(count: int, pool: float = 5) -> AsyncIterator[tuple[Peer, Lines]]:
    peer = Peer()
    server = await asyncio.start_server(peer.converse, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    lines = Lines(count, url, httpx.Timeout(5, pool=pool))
    yield peer, lines
    await lines.close()
    server.close()
    await server.wait_closed()


async def test_as_many_go_at_once_as_there_are_lines_and_connections_are_kept() -> None:
    async with meeting(3) as (peer, lines):
        peer.may_answer.set()
        for _ in range(4):
            answers = await asyncio.gather(*(lines.request("GET", "/") for _ in range(9)))
            assert {answer.json() == {} and answer.status_code for answer in answers} == {200}
        assert peer.most <= 3
        assert len(peer.by_connection) <= 3
        assert peer.by_connection.total() == 36


async def test_who_finds_no_free_line_in_time_has_sent_nothing() -> None:
    async with meeting(1, pool=0.05) as (peer, lines):
        first = asyncio.create_task(lines.request("GET", "/"))
        await peer.has_begun.wait()
        with pytest.raises(httpx.PoolTimeout):
            await lines.request("GET", "/")
        peer.may_answer.set()
        assert (await first).status_code == 200
        assert peer.by_connection.total() == 1


async def test_a_broken_connection_does_not_cost_the_line() -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.breaks = True
        with pytest.raises(httpx.RemoteProtocolError):
            await lines.request("GET", "/")
        peer.breaks = False
        assert (await lines.request("GET", "/")).status_code == 200
