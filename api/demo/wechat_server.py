"""A small HTTP/1.1 server for the stand-in. It can break a connection in the middle of an answer, which a real server does not offer."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

import h11
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
    connection = h11.Connection(h11.SERVER)
    try:
        while True:
            request, body = await _receive(connection, reader)
            if request is None:
                return
            target = urlsplit(request.target.decode())
            asked = Request(
                method=request.method.decode(),
                target=request.target.decode(),
                path=target.path,
                query={key: values[-1] for key, values in parse_qs(target.query).items()},
                headers=[(name.decode().lower(), value.decode()) for name, value in request.headers],
                body=body,
            )
            status, given, content = await answer(asked)
            headers = [*given, ("content-length", str(len(content)))]
            out = (h11.Response(status_code=status, headers=headers), h11.Data(data=content), h11.EndOfMessage())
            writer.write(b"".join(connection.send(event) or b"" for event in out))
            await writer.drain()
            if connection.our_state is h11.MUST_CLOSE:
                return
            connection.start_next_cycle()
    except (Dropped, h11.ProtocolError, ConnectionError):
        writer.transport.abort()
    finally:
        with contextlib.suppress(ConnectionError):
            writer.close()


async def _receive(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request | None, bytes]:
    request: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return request, body
        else:
            return None, b""
