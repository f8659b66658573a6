"""Closes idle connections. The server's own limit only counts from the first byte of a request.

The kernel knows when a connection last carried data (`TCP_INFO`, Linux only); on other systems the proxy in front has to do this.
"""

import asyncio
import contextlib
import os
import socket
import stat
import struct
import sys
from collections.abc import Container
from pathlib import Path

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

IDLE_SECONDS = 30.0  # longer than a proxy keeps a connection for the next request
_LOOK_EVERY_SECONDS = 5.0
_DESCRIPTORS = Path("/proc/self/fd")
_ESTABLISHED = 1
_INFO = struct.Struct("B43xI4xI")  # of struct tcp_info: state; milliseconds since data was sent, and received


async def close_idle_forever(port: int, answering: Container[tuple[str, int]]) -> None:
    """Runs beside the server, in its process."""
    while sys.platform == "linux":
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        close_idle(port, IDLE_SECONDS, answering)


class Answering:
    """The connections that wait for an answer. They are not idle, even if the work takes long."""

    def __init__(self) -> None:
        self._peers: dict[tuple[str, int], int] = {}

    def before(self, app: ASGIApp) -> ASGIApp:
        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            client = scope.get("client")
            if scope["type"] != ScopeType.HTTP or client is None:
                await app(scope, receive, send)
                return
            peer = (client[0], client[1])
            self._peers[peer] = self._peers.get(peer, 0) + 1
            try:
                await app(scope, receive, send)
            finally:
                if left := self._peers.pop(peer) - 1:  # the next request is there before this one has quite ended
                    self._peers[peer] = left

        return noted

    def __contains__(self, peer: object) -> bool:
        return peer in self._peers


def close_idle(port: int, seconds: float, answering: Container[tuple[str, int]] = ()) -> int:
    """Closes this process' connections to `port` that carried no data for so long and wait for no answer.

    Returns how many.
    """
    closed = 0
    for entry in list(_DESCRIPTORS.iterdir()):
        with contextlib.suppress(OSError):  # closed since it was listed, or not a connection
            if not stat.S_ISSOCK(os.fstat(int(entry.name)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(entry.name))) as connection:
                if _is_idle(connection, port, seconds) and connection.getpeername()[:2] not in answering:
                    connection.shutdown(socket.SHUT_RDWR)
                    closed += 1
    return closed


def _is_idle(connection: socket.socket, port: int, seconds: float) -> bool:
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or connection.getsockname()[1] != port:
        return False
    state, sent, came = _INFO.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size))
    return bool(state == _ESTABLISHED and min(sent, came) > seconds * 1000)
