"""Asks the key module, behind its Unix socket, as if the keys were here.

A question blocks its thread for some fifty millionths of a second; a loop's own thread asks as well. What it waits at the most is
`_PATIENCE`, and that once: after a silence everything is refused at once, and a thread looks until the module answers again.
"""

import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from api.infra import key_wire as wire
from api.infra.errors import Unavailable
from api.infra.held_keys import About
from api.infra.log import get_log

_PATIENCE = 2.0  # seconds
_LOOK_AGAIN_SECONDS = 0.25
_MOST_IDLE = 8  # connections; each is a thread of the module
_BYTES = 4 << 20  # in one question, so that nobody waits long behind it; one value may be larger
_log = get_log("keys")
A = TypeVar("A", bound=wire.Answer)
V = TypeVar("V", bound=tuple[bytes | str, ...])


class KeysAway(Unavailable):
    """The key module cannot be asked. `why`: `keys-away` (nobody listens), `keys-silent`, `keys-limited` (its limit is
    reached), or `keys-changed`: it has other index keys than when this process began, so this process has to be
    restarted.
    """

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


def outage(fault: BaseException) -> str:
    """The word of an outage, for logs."""
    return fault.why if isinstance(fault, KeysAway) else "database-away"


class AskedKeys:
    """Used from any thread."""

    def __init__(self, path: Path, *, patience: float = _PATIENCE) -> None:
        self._path = str(path)
        self._patience = patience
        self._idle: list[socket.socket] = []
        self._numbers = itertools.count(1)
        self._about: About | None = None
        self._silent = threading.Event()
        self._said: str | None = None
        os.register_at_fork(
            after_in_child=self._idle.clear
        )  # two processes on one connection would get each other's answers

    @property
    def about(self) -> About:
        if self._about is None:
            self._about = self._ask(wire.Hello(), About)
        return self._about

    def seal(self, values: Sequence[tuple[bytes, str]]) -> list[bytes]:
        sealed: list[bytes] = []
        for some in _portions(values):
            sealed += [one for one in self._ask(wire.Seal(some), wire.Values).values if one is not None]
        return sealed

    def open(self, values: Sequence[tuple[bytes, str]]) -> list[bytes | None]:
        opened: list[bytes | None] = []
        for some in _portions(values):
            opened += self._ask(wire.Open(some), wire.Values).values
        return opened

    def digest(self, values: Sequence[tuple[str, str, str]]) -> list[str]:
        digests: list[str] = []
        for some in _portions(values):
            digests += self._ask(wire.Digest(some), wire.Digests).values
        return digests

    def sign(self, message: bytes) -> bytes:
        (signature,) = self._ask(wire.Sign(message), wire.Values).values
        assert signature is not None
        return signature

    def used(self) -> dict[str, int]:
        return msgspec.structs.asdict(self._ask(wire.Count(), wire.Counts))

    def fault(self) -> str | None:
        try:
            self._ask(wire.Hello(), About)
        except KeysAway as away:
            return away.why
        return None

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _ask(self, question: wire.Question, kind: type[A]) -> A:
        """Raises KeysAway. What breaks on a connection that was idle is asked once more on a new one: asking changes nothing."""
        if self._silent.is_set():
            raise KeysAway("keys-silent")
        try:
            answer = self._answer(question)
        except TimeoutError as fault:
            self._look_until_it_answers()
            raise self._away("keys-silent") from fault
        except (OSError, msgspec.DecodeError) as fault:
            raise self._away("keys-away") from fault
        if isinstance(answer, kind):
            self._is_back()
            return answer
        if isinstance(answer, wire.Refused) and answer.code == "limit":
            raise self._away("keys-limited")
        raise TypeError(f"the key module answers {type(answer).__name__}")

    def _answer(self, question: wire.Question) -> wire.Answer:
        try:
            connection = self._idle.pop()
        except IndexError:
            return self._exchange(self._connect(), question)
        try:
            return self._exchange(connection, question)
        except ConnectionError:
            self.close()  # the others are of the same module, which has ended
            return self._exchange(self._connect(), question)

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self._patience)
            connection.connect(self._path)
            self._know(self._said_on(connection, wire.Hello()))
        except BaseException:
            connection.close()
            raise
        return connection

    def _know(self, about: wire.Answer) -> None:
        """The names of the field keys may change at any time, those of the index keys not while this process runs: it would write
        digests under another key than the database is noted to be under.
        """
        if not isinstance(about, About):
            raise wire.Torn
        if self._about is not None and self._about.index_names != about.index_names:
            raise self._away("keys-changed")
        if self._about is not None:
            self._about = about

    def _exchange(self, connection: socket.socket, question: wire.Question) -> wire.Answer:
        """Gives the connection back to the others, or closes it where anything was wrong with it."""
        try:
            answer = self._said_on(connection, question)
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _said_on(self, connection: socket.socket, question: wire.Question) -> wire.Answer:
        number = next(self._numbers)
        connection.sendall(wire.pack(question, number))
        begun = wire.begin(connection)
        if begun is None or begun.number != number:
            raise wire.Torn
        return wire.ANSWERS.decode(begun.rest(connection, self._patience))

    def _away(self, why: str) -> KeysAway:
        if self._said != why:
            self._said = why
            _log.error(why)
        return KeysAway(why)

    def _is_back(self) -> None:
        if self._said is not None:
            self._said = None
            _log.info("keys-back")

    def _look_until_it_answers(self) -> None:
        if not self._silent.is_set():
            self._silent.set()
            threading.Thread(target=self._look, name="keys", daemon=True).start()

    def _look(self) -> None:
        self.close()
        while True:
            try:
                self._idle.append(self._connect())
            except TimeoutError:
                pass
            except (OSError, msgspec.DecodeError, KeysAway):
                break  # refused at once, so everybody may ask again
            else:
                break
            time.sleep(_LOOK_AGAIN_SECONDS)
        self._silent.clear()


def _portions(values: Sequence[V]) -> Iterator[list[V]]:
    some: list[V] = []
    size = 0
    for value in values:
        more = sum(map(len, value))
        if some and (size + more > _BYTES or len(some) == wire.MOST_VALUES):
            yield some
            some, size = [], 0
        some.append(value)
        size += more
    if some:
        yield some
