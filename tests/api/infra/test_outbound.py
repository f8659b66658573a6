"""Many requests at once over kept connections, against a real server."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.infra.outbound import KeptConnections, NoAnswer, NotSent, Patience, _manager
from tests.support.mongo import free_port


class Peer:
    """Counts connections and how many requests are with it at once; answers when told."""

    def __init__(self) -> None:
        self.by_connection: Counter[int] = Counter()
        self.under_way = 0
        self.most = 0
        self.has_begun = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.breaks = False
        self.ends_after_answer = False

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
                if self.ends_after_answer:
                    return
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()


@asynccontextmanager
async def meeting(count: int, line: float = 5) -> AsyncIterator[tuple[Peer, KeptConnections]]:
    peer = Peer()
    server = await asyncio.start_server(peer.converse, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    lines = KeptConnections(count, url, Patience(read=2, line=line))
    yield peer, lines
    await lines.close()
    server.close()
    await server.wait_closed()


async def test_closed_lines_leave_no_thread_behind() -> None:
    before = set(threading.enumerate())
    async with meeting(2) as (peer, lines):
        peer.may_answer.set()
        await lines.request("GET", "/")
        ours = {thread for thread in threading.enumerate() if thread.name == "line"} - before
        assert len(ours) == 1
    for thread in ours:
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()


async def test_as_many_go_at_once_as_there_are_lines_and_connections_are_kept() -> None:
    async with meeting(3) as (peer, lines):
        peer.may_answer.set()
        for _ in range(4):
            answers = await asyncio.gather(*(lines.request("GET", "/") for _ in range(9)))
            assert {answer.content == b"{}" and answer.status for answer in answers} == {200}
        assert peer.most <= 3
        assert len(peer.by_connection) <= 3
        assert peer.by_connection.total() == 36


async def test_who_finds_no_free_line_in_time_has_sent_nothing() -> None:
    async with meeting(1, line=0.05) as (peer, lines):
        first = asyncio.create_task(lines.request("GET", "/"))
        await peer.has_begun.wait()
        with pytest.raises(NotSent):
            await lines.request("GET", "/")
        peer.may_answer.set()
        assert (await first).status == 200
        assert peer.by_connection.total() == 1


async def test_a_broken_connection_does_not_cost_the_line() -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.breaks = True
        with pytest.raises(NoAnswer) as fault:
            await lines.request("GET", "/")
        assert not isinstance(fault.value, NotSent), "it may have been taken"
        peer.breaks = False
        assert (await lines.request("GET", "/")).status == 200


async def test_where_nobody_listens_nothing_has_been_sent() -> None:
    lines = KeptConnections(1, f"http://127.0.0.1:{free_port()}", Patience())
    for _ in range(2):
        with pytest.raises(NotSent):
            await lines.request("GET", "/")
    await lines.close()


async def test_who_is_not_answered_in_time_does_not_know(caplog: pytest.LogCaptureFixture) -> None:
    async with meeting(1) as (peer, lines):
        with pytest.raises(NoAnswer) as fault:
            await lines.request("POST", "/", query={"access_token": "secret"}, content=b"")
        assert not isinstance(fault.value, NotSent)
        peer.may_answer.set()
    assert "secret" not in caplog.text


async def test_who_goes_away_leaves_the_line_taken_until_its_answer_is_there() -> None:
    async with meeting(1, line=0.3) as (peer, lines):
        first = asyncio.create_task(lines.request("GET", "/"))
        await peer.has_begun.wait()
        first.cancel()
        with pytest.raises(NotSent):
            await lines.request("GET", "/")
        peer.may_answer.set()
        answer = None
        while answer is None:
            with contextlib.suppress(NotSent):
                answer = await lines.request("GET", "/")
        assert answer.status == 200


async def test_a_connection_that_the_other_side_has_closed_is_not_used_again() -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.ends_after_answer = True
        for _ in range(3):
            assert (await lines.request("POST", "/", content=b"")).status == 200
            await asyncio.sleep(0.05)


def test_a_proxy_of_the_environment_is_asked_and_exceptions_from_it_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    outside, inside = (_manager(1, f"https://{host}", Patience()) for host in ("api.example", "inside.example"))
    assert str(outside.proxy) == "http://proxy.example:3128"
    assert inside.proxy is None
