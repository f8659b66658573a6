"""A connection on which nothing moves is closed, one that is used is not, and nobody else's is touched."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.http.idle import Answering, close_idle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's figures are Linux's")
_LIMIT = 1.0


@asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    under_way: set[asyncio.Task[Any] | None] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.current_task())
        while line := await reader.readline():
            writer.write(line)
        await _end(writer)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*filter(None, under_way))  # they see the end of their connections


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def test_who_says_nothing_is_let_go_and_who_speaks_is_kept() -> None:
    async with _echo() as port:
        silent, silent_writer = await asyncio.open_connection("127.0.0.1", port)
        speaking, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(_LIMIT + 0.2)
        writer.write(b"still here\n")
        assert await speaking.readline() == b"still here\n"
        assert close_idle(port, _LIMIT) == 1
        assert await asyncio.wait_for(silent.read(), 20) == b""
        writer.write(b"and now\n")
        assert await speaking.readline() == b"and now\n"
        await _end(writer)
        await _end(silent_writer)


async def test_a_connection_to_another_port_is_not_ours_to_close() -> None:
    async with _echo() as port, _echo() as other:
        reader, writer = await asyncio.open_connection("127.0.0.1", other)
        await asyncio.sleep(_LIMIT + 0.2)
        assert close_idle(port, _LIMIT) == 0
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        await _end(writer)


async def test_a_connection_that_is_owed_an_answer_is_kept_however_long_it_is_silent() -> None:
    async with _echo() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(_LIMIT + 0.2)
        assert close_idle(port, _LIMIT, {writer.get_extra_info("sockname")[:2]}) == 0
        writer.write(b"at last\n")
        assert await reader.readline() == b"at last\n"
        await asyncio.sleep(_LIMIT + 0.2)
        assert close_idle(port, _LIMIT) == 1  # answered: idle as others are
        await _end(writer)


async def test_a_new_connection_has_its_time() -> None:
    async with _echo() as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        assert close_idle(port, _LIMIT) == 0
        await _end(writer)


async def test_a_connection_that_waits_for_an_answer_is_not_idle() -> None:
    answering, inside, goes_on = Answering(), asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        inside.set()
        await goes_on.wait()

    peer = ("127.0.0.1", 40_001)
    app: Any = answering.before(slow)
    task: asyncio.Task[None] = asyncio.create_task(app({"type": "http", "client": peer}, None, None))
    await inside.wait()
    assert peer in answering
    goes_on.set()
    await task
    assert peer not in answering
