"""Many requests at once over kept connections, against a real server."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.infra import outbound
from api.infra.outbound import KeptConnections, NoAnswer, NotSent, Patience
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
        self.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
        self.asked: list[bytes] = []
        self.gone = 0
        self.all_gone = asyncio.Event()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.readuntil(b"\r\n\r\n"):
                self.asked.append(asked)
                self.by_connection[id(writer)] += 1
                self.under_way += 1
                self.most = max(self.most, self.under_way)
                self.has_begun.set()
                await self.may_answer.wait()
                self.under_way -= 1
                if self.breaks:
                    return
                writer.write(self.answer)
                if self.ends_after_answer:
                    return
        finally:
            self.gone += 1
            if self.gone == len(self.by_connection):
                self.all_gone.set()


Converse = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(converse: Converse, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Its port; at the end every conversation is over."""
    tasks: list[asyncio.Future[None]] = []

    async def to_its_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await converse(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(
        lambda *both: tasks.append(asyncio.ensure_future(to_its_end(*both))), "127.0.0.1", 0, ssl=tls
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:  # else a test that fails leaves it to be found by another
        server.close()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


@asynccontextmanager
async def meeting(count: int, line: float = 5, idle: float = 30) -> AsyncIterator[tuple[Peer, KeptConnections]]:
    peer = Peer()
    async with serving(peer.converse) as port:
        lines = KeptConnections(count, f"http://127.0.0.1:{port}", Patience(read=2, line=line, idle=idle))
        try:
            yield peer, lines
        finally:
            await lines.close()


async def test_closed_lines_leave_no_connection_behind() -> None:
    async with meeting(2) as (peer, lines):
        peer.may_answer.set()
        await asyncio.gather(lines.request("GET", "/"), lines.request("GET", "/"))
        assert peer.gone == 0
        await lines.close()
        await asyncio.wait_for(peer.all_gone.wait(), 5)


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


async def test_a_connection_that_was_idle_for_long_is_not_used_again() -> None:
    async with meeting(1, idle=0.8) as (peer, lines):  # long enough for a busy machine between two of a pair
        peer.may_answer.set()
        for pause in (0, 1):
            await asyncio.sleep(pause)
            for _ in range(2):
                await lines.request("GET", "/")
        assert len(peer.asked) == 4
        assert peer.gone == 1


async def test_a_hang_up_that_the_loop_has_not_seen_yet_costs_no_request() -> None:
    """The loop is busy while the other side hangs up: what is sent next must not go into that connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def converse() -> None:
            for _ in range(3):
                with server.accept()[0] as peer:
                    peer.recv(65536)
                    peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                    answered.wait(10)
                    answered.clear()
                hung_up.set()

        answered, hung_up = threading.Event(), threading.Event()
        lines = KeptConnections(1, f"http://127.0.0.1:{server.getsockname()[1]}", Patience())
        conversing = asyncio.get_running_loop().run_in_executor(None, converse)
        for _ in range(3):
            assert (await lines.request("POST", "/", content=b"")).status == 200
            answered.set()
            hung_up.wait(10)  # the loop, which waits here, cannot look meanwhile
            hung_up.clear()
        await conversing
        await lines.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}",
    ],
)
async def test_an_answer_is_never_taken_for_that_of_the_next_request(answer: bytes) -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.answer = answer
        for _ in range(2):
            assert (await lines.request("GET", "/")).content == b"{}"
        assert len(peer.asked) == 2
        assert len(peer.by_connection) == 2 or peer.gone, "each on a connection of its own"


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"{}"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
async def test_each_form_of_an_answer_is_read_and_the_connection_kept(answer: bytes, content: bytes) -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.answer = answer
        for _ in range(2):
            assert (await lines.request("GET", "/")).content == content
        assert len(peer.by_connection) == 1


async def test_an_answer_that_ends_with_the_connection_is_whole() -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.ends_after_answer = True
        peer.answer = b"HTTP/1.1 200 OK\r\n\r\n{}"
        assert (await lines.request("GET", "/")).content == b"{}"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}", b"garbage\r\n\r\n"])
async def test_of_half_an_answer_nothing_is_known(answer: bytes) -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.ends_after_answer = True
        peer.answer = answer
        with pytest.raises(NoAnswer) as fault:
            await lines.request("GET", "/")
        assert not isinstance(fault.value, NotSent)


async def test_of_an_answer_without_an_end_no_more_is_kept_than_any_of_wechats_has() -> None:
    async with meeting(1) as (peer, lines):
        peer.may_answer.set()
        peer.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n" + bytes(3 << 20)
        begun = asyncio.get_running_loop().time()
        with pytest.raises(NoAnswer):
            await lines.request("GET", "/")
        assert asyncio.get_running_loop().time() - begun < 1.5, "not until its time is over"


async def test_a_proxy_that_opens_no_way_is_a_request_that_was_not_sent_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    may_end = asyncio.Event()

    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await may_end.wait()

    async with serving(silent) as proxy:
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy}")
        lines = KeptConnections(1, "https://api.example", Patience(connect=0.2))
        with pytest.raises(NotSent):
            await lines.request("GET", "/")
        await asyncio.sleep(0.1)
        await lines.close()
        may_end.set()
    assert not caplog.records


async def test_a_proxy_of_the_environment_is_asked_for_the_whole_address(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer()
    peer.may_answer.set()
    async with serving(peer.converse) as port:
        monkeypatch.setenv("http_proxy", f"http://me:pass%20word@127.0.0.1:{port}")
        lines = KeptConnections(1, "http://api.example/base", Patience())
        assert (await lines.request("GET", "/path")).status == 200
        await lines.close()
    asked = peer.asked[0].decode()
    assert asked.startswith("GET http://api.example/base/path HTTP/1.1\r\n")
    assert "Basic bWU6cGFzcyB3b3Jk\r\n" in asked


@asynccontextmanager
async def safe_host(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> AsyncIterator[tuple[Peer, int]]:
    """A peer behind TLS whose certificate is for `name`, and trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / "host.pem"
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(certificate.public_bytes(pem) + plain)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    trusting = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(outbound, "_trusted", lambda: trusting)
    peer = Peer()
    peer.may_answer.set()
    async with serving(peer.converse, context) as port:
        yield peer, port


async def test_a_host_whose_certificate_is_anothers_is_sent_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with safe_host(tmp_path, monkeypatch, "localhost") as (peer, port):
        good = KeptConnections(1, f"https://localhost:{port}", Patience())
        for _ in range(2):
            assert (await good.request("POST", "/", content=b"")).status == 200
        assert len(peer.by_connection) == 1
        other = KeptConnections(1, f"https://127.0.0.1:{port}", Patience())
        with pytest.raises(NotSent):
            await other.request("POST", "/", content=b"")
        assert len(peer.asked) == 2
        await good.close()
        await other.close()


@pytest.mark.parametrize("allows", [True, False])
async def test_through_a_proxy_nothing_but_tls_passes_and_exceptions_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allows: bool
) -> None:
    seen: list[bytes] = []

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        if not allows:
            writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno")
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def pass_on(one: asyncio.StreamReader, other: asyncio.StreamWriter) -> None:
            while data := await one.read(65536):
                seen.append(data)
                other.write(data)
            other.close()

        await asyncio.gather(pass_on(reader, far_writer), pass_on(far_reader, writer), return_exceptions=True)

    async with safe_host(tmp_path, monkeypatch, "localhost") as (peer, port), serving(tunnel) as proxy:
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy}")
        lines = KeptConnections(1, f"https://localhost:{port}", Patience())
        if allows:
            for _ in range(2):
                assert (await lines.request("POST", "/secret", content=b"")).status == 200
        else:
            with pytest.raises(NotSent):
                await lines.request("POST", "/secret", content=b"")
        assert seen[0].startswith(f"CONNECT localhost:{port} HTTP/1.1\r\n".encode())
        assert b"secret" not in b"".join(seen)
        assert len(peer.asked) == (2 if allows else 0)
        monkeypatch.setenv("no_proxy", "localhost")
        direct = KeptConnections(1, f"https://localhost:{port}", Patience())
        assert (await direct.request("GET", "/")).status == 200
        assert b"".join(seen).count(b"CONNECT") == 1
        await lines.close()
        await direct.close()
