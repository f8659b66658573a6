"""A small HTTP/1.1 server for the stand-in. It can break a connection in the middle of an answer, which a real server does not offer."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import parse_qsl

import msgspec


class Request(msgspec.Struct, frozen=True):
    """`target` is the path with its query as it came; names of headers are in small letters."""

    method: str
    target: str
    path: str
    query: dict[str, str]
    headers: list[tuple[str, str]]
    body: bytes


Reply = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""

Answer = Callable[[Request], Awaitable[Reply]]


_REASONS = {one.value: one.phrase for one in HTTPStatus}


class Dropped(Exception):
    """Raised by the answer: the connection is closed without one."""


async def serve(answer: Answer, port: int) -> None:
    """Serves until SIGTERM or SIGINT. Raises OSError for a taken port."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    open_connections: set[asyncio.Task[None]] = set()

    def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = loop.create_task(_converse(answer, reader, writer))
        open_connections.add(task)
        task.add_done_callback(open_connections.discard)

    server = await asyncio.start_server(on_connection, "127.0.0.1", port)
    await stop.wait()
    server.close()
    for task in open_connections:
        task.cancel()
    await asyncio.gather(*open_connections, return_exceptions=True)


async def _converse(answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            asked = await _receive(reader)
            status, given, content = await answer(asked)
            headers = [*given, ("content-length", str(len(content)))]
            lines = [f"HTTP/1.1 {status} {_REASONS.get(status, '')}", *(f"{name}: {value}" for name, value in headers)]
            writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content)
            await writer.drain()
            if ("connection", "close") in asked.headers:
                return
    except (Dropped, ValueError, asyncio.LimitOverrunError, ConnectionError):
        writer.transport.abort()
    except asyncio.IncompleteReadError:
        return  # they hung up
    finally:
        with contextlib.suppress(ConnectionError):
            writer.close()


async def _receive(reader: asyncio.StreamReader) -> Request:
    """Read by hand: for a tenth of what a library takes, since what is measured beside this server should not pay for it. Raises
    ValueError for what is no request, and for a body without a length, which no client of this server sends."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    parted = [line.partition(":") for line in lines]
    headers = [(name.lower(), value.strip()) for name, _, value in parted]
    lengths = {name: value for name, value in headers if name in ("content-length", "transfer-encoding")}
    if "transfer-encoding" in lengths:
        raise ValueError(target)
    length = int(lengths.get("content-length", "0"))
    path, _, query = target.partition("?")
    return Request(
        method=method,
        target=target,
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=False)),
        headers=headers,
        body=await reader.readexactly(length) if length else b"",
    )
