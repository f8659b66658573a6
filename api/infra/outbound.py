"""An HTTP client for many simultaneous requests to one host."""

import asyncio
import selectors
import ssl
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from typing import cast
from urllib.parse import SplitResult, unquote, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import h11
import msgspec

_PORTS = {"http": 80, "https": 443}
_MOST = 1 << 20
"""Bytes of an answer: WeChat's have some hundreds, and what has more is none of its."""
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)  # the latter on Windows


class NoAnswer(Exception):
    """The request was sent, or part of it, and what became of it is not known."""


class NotSent(NoAnswer):
    """Nothing of the request has left."""


class Answer(msgspec.Struct, frozen=True):
    status: int
    content: bytes


class Patience(msgspec.Struct, frozen=True):
    """Seconds: for a connection, for a whole answer, for a free line; and how long a connection may have been idle to be used again,
    since a firewall on the way forgets it and tells nobody."""

    connect: float = 3
    read: float = 10
    line: float = 10
    idle: float = 30


class KeptConnections:
    """At most so many kept connections to one host, each with one request under way. Use it on one loop, close it.

    Certificates are those of the system and of certifi, read for the first connection; a proxy is taken from the environment.
    """

    def __init__(self, count: int, base_url: str, patience: Patience) -> None:
        self._patience = patience
        self._places = asyncio.Semaphore(count)
        self._lines: set[_Line] = set()
        self._idle: list[_Line] = []
        self._host = urlsplit(base_url)
        self._proxy = _proxy(base_url)
        self._base = self._host.path
        self._headers = [("host", self._host.netloc.rpartition("@")[2]), ("accept-encoding", "identity")]
        if self._proxy is not None and self._host.scheme == "http":  # it forwards, and wants the whole address
            self._base = base_url
            self._headers += _known_by(self._proxy)

    async def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """Raises NotSent, also where no line gets free in time, and NoAnswer."""
        return await self.ask(self.prepared(method, path, query, None if content is None else len(content)), content)

    def prepared(
        self, method: str, path: str, query: Mapping[str, str] | None = None, size: int | None = None
    ) -> h11.Request:
        """What `ask` takes, with a content of `size` bytes, as often as wanted: to make it takes a third as long as to send it."""
        target = f"{self._base}{path}?{urlencode(query)}" if query else f"{self._base}{path}"
        headers = self._headers if size is None else [*self._headers, ("content-length", str(size))]
        return h11.Request(method=method, target=target, headers=headers)

    async def ask(self, request: h11.Request, content: bytes | None = None) -> Answer:
        """Raises as `request` does."""
        if self._places.locked():
            try:
                async with asyncio.timeout(self._patience.line):
                    await self._places.acquire()
            except TimeoutError as fault:
                raise NotSent from fault
        else:
            await self._places.acquire()  # at once
        try:
            line = self._kept() or await self._open()
            answer = line.ask(request, content or b"", self._patience.read)
        except BaseException:
            self._places.release()
            raise
        answer.add_done_callback(lambda _: self._give_back(line))
        return await asyncio.shield(
            answer
        )  # if the caller leaves, the connection stays in use until the answer arrives

    def _kept(self) -> "_Line | None":
        while self._idle:
            line = self._idle.pop()
            if line.is_good_after(self._patience.idle):
                return line
            line.end()
            self._lines.discard(line)
        return None

    def _give_back(self, line: "_Line") -> None:
        self._places.release()
        if line.is_open:
            self._idle.append(line)
        else:
            self._lines.discard(line)

    async def _open(self) -> "_Line":
        """Raises NotSent."""
        try:
            async with asyncio.timeout(self._patience.connect):
                line = await self._connect()
        except (OSError, NoAnswer) as fault:  # OSError: also TimeoutError and what TLS complains of
            raise NotSent from fault
        self._lines.add(line)
        return line

    async def _connect(self) -> "_Line":
        near = self._proxy or self._host
        schemes = (near.scheme, self._host.scheme)
        trusted = await asyncio.to_thread(_trusted) if "https" in schemes else None
        context = trusted if near.scheme == "https" else None
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(_Line, near.hostname or "", _port(near), ssl=context)
        if self._proxy is None or self._host.scheme == "http":
            return line
        try:
            return await self._beyond(self._proxy, line, trusted)
        except BaseException:
            line.end()
            raise

    async def _beyond(self, proxy: SplitResult, line: "_Line", trusted: ssl.SSLContext | None) -> "_Line":
        """A line to the host by way of the proxy, which sees no more of it than TLS shows."""
        there = f"{self._host.hostname}:{_port(self._host)}"
        request = h11.Request(method="CONNECT", target=there, headers=[("host", there), *_known_by(proxy)])
        if (await line.ask(request, b"", self._patience.connect)).status != 200:
            raise NotSent
        beyond = _Line()
        loop, context = asyncio.get_running_loop(), cast("ssl.SSLContext", trusted)
        transport = await loop.start_tls(line.transport, beyond, context, server_hostname=self._host.hostname)
        beyond.connection_made(cast("asyncio.Transport", transport))
        return beyond

    async def close(self) -> None:
        for line in (closing := list(self._lines)):
            line.end()
            await line.is_lost.wait()
        self._lines.difference_update(closing)
        self._idle.clear()


class _Line(asyncio.Protocol):
    """One connection, with one request under way at most."""

    transport: asyncio.Transport  # from the moment it is made

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT)
        self._asked: asyncio.Future[Answer] | None = None
        self._status = 0
        self._content: list[bytes] = []
        self._size = 0
        self._free_since = 0.0
        self._watch: selectors.BaseSelector | None = None
        self.is_lost = asyncio.Event()

    @property
    def is_open(self) -> bool:
        return not self.transport.is_closing()

    def is_good_after(self, seconds: float) -> bool:
        """Not if the other side has hung up or spoken unasked, even where the loop has not come to that yet: a request would be
        neither taken for certain nor refused."""
        if not self.is_open or asyncio.get_running_loop().time() - self._free_since > seconds:
            return False
        if self._watch is None:
            self._watch = _Selector()
            self._watch.register(self.transport.get_extra_info("socket").fileno(), selectors.EVENT_READ)
        return not self._watch.select(0)

    def ask(self, request: h11.Request, content: bytes, seconds: float) -> "asyncio.Future[Answer]":
        """The answer, or NoAnswer. It is always given in the end, also if nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        asked = self._asked = loop.create_future()
        late = loop.call_later(seconds, self.end)

        def answered(_: "asyncio.Future[Answer]") -> None:
            late.cancel()
            if not asked.cancelled():
                asked.exception()  # retrieved, so that asyncio does not log it

        asked.add_done_callback(answered)
        said = [self._http.send(request), self._http.send(h11.Data(data=content)) if content else b""]
        self.transport.write(b"".join([*filter(None, said), self._http.send(h11.EndOfMessage()) or b""]))
        return asked

    def end(self) -> None:
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are of no class of asyncio's

    def data_received(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            self._read()
        except h11.ProtocolError:  # no HTTP, or more than was asked for
            self.end()

    def eof_received(self) -> None:
        self.data_received(b"")

    def connection_lost(self, _: Exception | None) -> None:
        self.is_lost.set()
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(NoAnswer())

    def _read(self) -> None:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Response):
                self._status = event.status_code
            elif isinstance(event, h11.Data):
                self._content.append(bytes(event.data))
                self._size += len(event.data)
                if self._size > _MOST:
                    return self.end()
            elif isinstance(event, h11.EndOfMessage):
                return self._is_answered()
            elif event is h11.PAUSED:  # a proxy has opened the way
                return self._tell()
            elif not isinstance(event, h11.InformationalResponse):  # there is no more to read, now or ever
                return self.end() if isinstance(event, h11.ConnectionClosed) else None

    def _is_answered(self) -> None:
        if self._http.our_state is self._http.their_state is h11.DONE and self._http.trailing_data == (b"", False):
            self._http.start_next_cycle()
            self._free_since = asyncio.get_running_loop().time()
        else:
            self.end()
        self._tell()

    def _tell(self) -> None:
        content, self._content, self._size = b"".join(self._content), [], 0
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(Answer(self._status, content))


@cache
def _trusted() -> ssl.SSLContext:
    """Once a process: reading certificates takes 50 ms."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _proxy(base_url: str) -> SplitResult | None:
    """The one that the environment names for this address."""
    parts = urlsplit(base_url)
    named = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    return urlsplit(named if "://" in named else f"http://{named}") if named else None


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def _known_by(proxy: SplitResult) -> list[tuple[str, str]]:
    """Name and password, if its address has them."""
    if proxy.username is None:
        return []
    said = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return [("proxy-authorization", f"Basic {b64encode(said.encode()).decode()}")]
