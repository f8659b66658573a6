"""Asks a virus scanner about each file as it was uploaded, where the operator has one (`CW_SCANNER`).

The scanner speaks the protocol of ClamAV's `clamd` (INSTREAM). Without an answer no file is accepted.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable

from api.evidence.errors import FileInfected, ScannerAway
from api.infra.bounded import Bounded

Scan = Callable[[bytes], Awaitable[None]]
_CHUNK = 1 << 17
_SECONDS = 20.0
_AT_ONCE, _WAITING, _PATIENCE = 4, 16, 5.0
_MOST_ANSWERED = 1024
_FINE, _FOUND = b"stream: OK", b" FOUND"


def scanner(host: str, port: int) -> Scan:
    """Returns the check for one process. It raises FileInfected, ScannerAway."""
    room = Bounded("scan", _AT_ONCE, waiting=_WAITING, seconds=_PATIENCE, refusal=ScannerAway)

    async def scan(content: bytes) -> None:
        try:
            async with room.place(), asyncio.timeout(_SECONDS):
                answer = await _ask(host, port, content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
            raise ScannerAway from fault
        if answer.endswith(_FOUND):
            raise FileInfected
        if answer != _FINE:  # such as a file above the scanner's own limit
            raise ScannerAway

    return scan


async def _ask(host: str, port: int, content: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(host, port, limit=_MOST_ANSWERED)
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            writer.write(struct.pack(">I", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()
        return (await reader.readuntil(b"\0")).rstrip(b"\0").strip()
    finally:
        writer.close()
