"""The stand-in speaks HTTP by hand: what it must still keep to."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.support.wechat import StandIn, start_stand_in

HEALTH = b"GET /standin/health HTTP/1.1\r\nHost: here\r\n"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with start_stand_in(tmp_path_factory.mktemp("wechat")) as running:
        yield running


def told(stand_in: StandIn, *pieces: bytes) -> bytes:
    """All that it says until it hangs up."""
    with socket.create_connection(("127.0.0.1", stand_in.port), timeout=10) as line:
        for piece in pieces:
            line.sendall(piece)
        heard = b""
        while some := line.recv(65536):
            heard += some
        return heard


def test_several_requests_on_one_connection_are_each_answered_and_it_closes_when_told(stand_in: StandIn) -> None:
    body = b'{"template": "dev-task-due", "known": true}'
    post = b"POST /standin/templates HTTP/1.1\r\nHost: here\r\ncontent-LENGTH: %d\r\n\r\n" % len(body)
    heard = told(stand_in, HEALTH + b"\r\n" + post, body[:7], body[7:], HEALTH + b"Connection: close\r\n\r\n")
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert heard.count(b"ready") == 2


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /standin/templates HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /standin/templates HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_what_it_cannot_read_it_hangs_up_on(stand_in: StandIn, request_: bytes) -> None:
    with contextlib.suppress(ConnectionResetError):
        assert told(stand_in, request_) == b""
    assert stand_in.health()["status"] == "ready"
