"""Writes of running transactions whose answers nobody waits for, and Motor's way into a thread, which sends them first: see
`Database.hold`, and decision 37."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from bson.codec_options import CodecOptions
from motor.frameworks import asyncio as motor_in_asyncio
from pymongo.command_cursor import CommandCursor
from pymongo.cursor import Cursor
from pymongo.errors import BulkWriteError

from api.infra.database_faults import taken_by
from api.infra.errors import Outdated, Refusal
from api.infra.threads import Threads

threads = Threads()
AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
Statement = Mapping[str, Any]
Check = Callable[[Mapping[str, Any]], None]
"""Gets the server's answer in a thread, and raises what it finds wrong."""


class Found(msgspec.Struct, frozen=True):
    """Raises Outdated where an update found another number of documents."""

    number: int

    def __call__(self, answer: Mapping[str, Any]) -> None:
        if answer["n"] != self.number:
            raise Outdated


class Write(NamedTuple):
    """`as_update` does the same as the statement, which is another command, where it finds or makes one document."""

    database: str
    statement: Statement
    taken: type[Refusal] | None = None
    check: Check | None = None
    as_update: Mapping[str, Any] | None = None

    def send(self, connection: Any, session: Any) -> None:
        answer = connection.command(
            self.database, {**self.statement}, session=session, client=session.client, codec_options=AWARE
        )
        if errors := answer.get("writeErrors"):
            fault = BulkWriteError({"writeErrors": errors})
            if self.taken is not None and taken_by(fault) is not None:
                raise self.taken from fault
            raise fault
        if self.check is not None:
            self.check(answer)


_held: dict[Any, list[Write]] = {}
"""By the driver's session."""


def hold(session: Any, write: Write) -> None:
    _held.setdefault(session, []).append(write)


def take(session: Any) -> Sequence[Write]:
    """What a session's transaction holds back, which is then the caller's to send."""
    return _held.pop(session, ())


def is_untouched(session: Any) -> bool:
    """Whether the server has not heard of the session's transaction yet."""
    return bool(session._transaction.starting())  # noqa: SLF001  # no public way


def send(session: Any, writes: Sequence[Write]) -> None:
    """Over one connection: to choose a server and to take and give back a connection is a third of what a statement costs."""
    if writes:
        with session.client._conn_for_writes(session, "insert") as connection:  # noqa: SLF001  # no public way
            for write in writes:
                write.send(connection, session)


def _in_order(
    loop: asyncio.AbstractEventLoop, work: Callable[..., Any], *args: Any, **kwargs: Any
) -> "asyncio.Future[Any]":
    """What a transaction holds back goes before its next statement, by the same thread."""
    session = _session_of(args, kwargs) if _held else None
    held = take(session)
    if not held:
        return threads.run(loop, work, *args, **kwargs)

    def after_them() -> Any:
        send(session, held)
        return work(*args, **kwargs)

    return threads.run(loop, after_them)


def _session_of(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """The driver's session of a statement; None outside transactions."""
    if args and isinstance(args[0], Cursor | CommandCursor):
        return args[0].session
    return kwargs.get("session")


motor_in_asyncio.run_on_executor = _in_order  # type: ignore[assignment]  # the same call, the loop named otherwise
