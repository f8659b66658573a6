"""A database that answers, but slowly: a request as a whole ends in time, not only each of its operations."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from api.evidence import cleaning
from api.http import load
from api.http.load import Room
from api.infra.mongo import Database
from tests.support.api import open_api, resident
from tests.support.cases import penalty, stored
from tests.support.mongo import Server
from tests.support.pdfs import made
from tests.support.world import FixedClock

_BUFFER = 65536


class SlowWire:
    """Passes on what the server says `seconds` late."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.seconds = 0.0
        self.connections: set[asyncio.Task[None]] = set()

    def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(asyncio.create_task(self._connect(reader, writer)))

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection("127.0.0.1", self._port)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._pass(reader, ahead), self._pass(behind, writer, is_late=True))
        for end in (ahead, writer):
            end.close()
            with contextlib.suppress(ConnectionError):
                await end.wait_closed()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_late: bool = False) -> None:
        while piece := await source.read(_BUFFER):
            if is_late:
                await asyncio.sleep(self.seconds)
            target.write(piece)
            await target.drain()
        target.close()


@pytest.fixture
async def wire(mongo_server: Server) -> AsyncIterator[tuple[SlowWire, int]]:
    slow = SlowWire(mongo_server.port)
    server = await asyncio.start_server(slow.meet, "127.0.0.1", 0)
    yield slow, server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.gather(*slow.connections)


PDF = {"file": ("a.pdf", made(content=b"%" * 20_000), "application/pdf")}


@pytest.mark.parametrize("what", ["objections", "evidence"])
async def test_many_slow_operations_together_are_cut_off_and_the_same_key_gets_through_later(
    database: Database, wire: tuple[SlowWire, int], clock: FixedClock, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The permit that a file needs before it is read counts as well."""
    slow, port = wire
    behind = Database(f"mongodb://127.0.0.1:{port}/?directConnection=true", database.raw.name, timeout_ms=10_000)
    async with open_api(behind, clock) as api:
        me = resident(api.services)
        record = await stored(api.services, penalty(me))
        filed = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
        body: dict[str, Any] = {"files": PDF} if what == "evidence" else {"json": filed}
        key = {"Idempotency-Key": "slow-database"}
        for room in ("submission", "file"):
            monkeypatch.setitem(load.ROOMS, room, Room(own=9, total=9, seconds=1.0))
        slow.seconds = 0.4

        answer = await api.as_(me).post(f"/me/{what}", headers=key, **body)

        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
        slow.seconds = 0
        assert await database.collection(what).count_documents({}) == 0
        repeated = await api.as_(me).post(f"/me/{what}", headers=key, **body)
        assert repeated.status_code == 201, repeated.text
    await asyncio.to_thread(behind.raw.client.close)  # says goodbye through the wire, which moves in this loop
    await behind.close()


async def test_what_is_waited_for_elsewhere_does_not_count(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that takes long to look at is no slow database."""

    def late(content: bytes) -> bytes:
        time.sleep(2.2)
        return content

    slow_kinds = [msgspec.structs.replace(kind, clean=late) for kind in cleaning._KINDS]
    monkeypatch.setattr(cleaning, "_KINDS", slow_kinds)
    monkeypatch.setitem(load.ROOMS, "file", Room(own=9, total=9, seconds=2.0))
    async with open_api(database, clock) as api:
        answer = await api.as_(resident(api.services)).post("/me/evidence", files=PDF)
    assert answer.status_code == 201, answer.text
