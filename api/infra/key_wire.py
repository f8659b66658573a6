"""The protocol of the key module: frames on a Unix socket, each with one question or one answer in msgpack.

A frame is the length of its body, a number that the answer repeats, and the body. A connection carries one question at
a time, so bytes after a frame are a fault and end it.
"""

import socket
import struct
import time

import msgspec

from api.infra.held_keys import About

MOST = 32 << 20
"""Bytes of a body: more than a document of the database has, 16 MB, which is also the most that a frame of a backup holds."""
MOST_VALUES = 2000
"""In one question."""
_HEAD = struct.Struct("!IQ")
_AT_ONCE = 1 << 16


class Seal(msgspec.Struct, frozen=True, tag=True, array_like=True):
    values: list[tuple[bytes, str]]


class Open(msgspec.Struct, frozen=True, tag=True, array_like=True):
    values: list[tuple[bytes, str]]


class Digest(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Of each the key's name, purpose and value."""

    values: list[tuple[str, str, str]]


class Sign(msgspec.Struct, frozen=True, tag=True, array_like=True):
    message: bytes


class Hello(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Asks for `About`, first on each connection."""


class Count(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Asks for `Counts`."""


class Values(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Sealed or opened, in the order of the question; None for what does not open."""

    values: list[bytes | None]


class Digests(msgspec.Struct, frozen=True, tag=True, array_like=True):
    values: list[str]


class Counts(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """What the module has done since its start, in values; what it refused by its limit, what did not open, and who was turned away."""

    sealed: int = 0
    opened: int = 0
    digests: int = 0
    signed: int = 0
    unopened: int = 0
    limited: int = 0
    strangers: int = 0


class Refused(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`code` is `limit`, or `malformed`, after which the connection ends."""

    code: str


Question = Seal | Open | Digest | Sign | Hello | Count
Answer = Values | Digests | About | Counts | Refused
QUESTIONS: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
ANSWERS: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_encode = msgspec.msgpack.Encoder().encode


class Torn(ConnectionError):
    """The other side went away within a frame, or sent what is none."""


class TooLargeToAsk(ValueError):
    """More than a frame holds."""


class Begun:
    """A frame whose head has been read."""

    def __init__(self, length: int, number: int, body: bytes) -> None:
        self.length = length
        self.number = number
        self._body = body

    def rest(self, connection: socket.socket, seconds: float) -> bytes:
        """The whole body. Raises Torn, TimeoutError after these seconds in all, OSError."""
        if len(self._body) == self.length:
            return self._body
        until = time.monotonic() + seconds
        body = bytearray(self.length)
        body[: len(self._body)] = self._body
        room, there = memoryview(body), len(self._body)
        while there < self.length:
            if (count := connection.recv_into(room[there:])) == 0:
                raise Torn
            there += count
            if time.monotonic() > until:
                raise TimeoutError
        return bytes(body)


def begin(connection: socket.socket) -> Begun | None:
    """The next frame; None where the other side has ended. Raises Torn, also for one that is too large, TimeoutError, OSError."""
    data = connection.recv(_AT_ONCE)
    if not data:
        return None
    while len(data) < _HEAD.size:
        if not (more := connection.recv(_AT_ONCE)):
            raise Torn
        data += more
    length, number = _HEAD.unpack_from(data)
    if length > MOST or len(data) > _HEAD.size + length:
        raise Torn
    return Begun(length, number, data[_HEAD.size :])


def pack(said: Question | Answer, number: int) -> bytes:
    """Raises TooLargeToAsk."""
    body = _encode(said)
    if len(body) > MOST:
        raise TooLargeToAsk("more than the key module takes in one piece")
    return _HEAD.pack(len(body), number) + body
