"""A scanner that speaks clamd's protocol decides about each file; without its answer none is accepted."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from api.evidence.errors import FileInfected, ScannerAway
from api.evidence.scanning import scanner
from api.infra.settings import SettingsError
from tests.support.api import Api, make_settings, resident
from tests.support.cases import refused
from tests.support.pdfs import plain

_MARK = b"harmful"


@asynccontextmanager
async def clamd(answer: Callable[[bytes], bytes | None]) -> AsyncIterator[int]:
    """As ClamAV's protocol has it: `zINSTREAM`, pieces with their length, an empty one, then the verdict. Its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
        if (said := answer(content)) is not None:
            writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def verdict(content: bytes) -> bytes:
    return b"stream: Test.Signature FOUND\0" if _MARK in content else b"stream: OK\0"


async def test_a_file_is_taken_or_refused_as_the_scanner_says() -> None:
    async with clamd(verdict) as port:
        scan = scanner("127.0.0.1", port)
        await scan(b"x" * 300_000)
        with pytest.raises(FileInfected):
            await scan(b"x" * 300_000 + _MARK)


@pytest.mark.parametrize("said", [None, b"INSTREAM size limit exceeded. ERROR\0", b"x" * 5000])
async def test_without_a_verdict_no_file_is_taken(said: bytes | None) -> None:
    async with clamd(lambda _: said) as port:
        with pytest.raises(ScannerAway):
            await scanner("127.0.0.1", port)(b"x")
    with pytest.raises(ScannerAway):
        await scanner("127.0.0.1", port)(b"x")


async def test_an_upload_with_a_virus_is_refused_in_words_and_kept_nowhere(api: Api) -> None:
    async with clamd(lambda _: b"stream: Test.Signature FOUND\0") as port:
        api.services.evidence._scan = scanner("127.0.0.1", port)
        form = {"file": ("a.pdf", plain(), "application/pdf")}
        me = api.as_(resident(api.services))
        refused(await me.post("/me/evidence", files=form), 400, "evidence-infected")
    refused(await me.post("/me/evidence", files=form), 503, "evidence-not-scanned")
    assert await api.services.database.collection("evidence").count_documents({}) == 0


def test_where_the_scanner_is_must_be_host_and_port() -> None:
    assert make_settings(CW_SCANNER="clamd:3310").scanner == ("clamd", 3310)
    with pytest.raises(SettingsError, match="CW_SCANNER"):
        make_settings(CW_SCANNER="clamd")
