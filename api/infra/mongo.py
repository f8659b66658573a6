"""The database: queries, transactions, indexes. Only `infra` and the stores import the driver.

Uses only what Motor shares with `pymongo.AsyncMongoClient`, so that changing the driver means changing this file, `held.py` and
`ending.py` for their ways into threads, and `database_faults.py` for what its errors mean.
"""

import asyncio
import contextvars
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pymongo
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo import IndexModel, ReadPreference, WriteConcern
from pymongo.errors import BulkWriteError, ConnectionFailure, DocumentTooLarge, PyMongoError
from pymongo.read_concern import ReadConcern

from api.infra import held
from api.infra.database_faults import DUPLICATE, AlreadyThere, taken_by
from api.infra.ending import Ending
from api.infra.errors import Refusal, Unavailable
from api.infra.joined import Joined
from api.infra.log import get_log
from api.infra.queries import Query, command_of, command_of_both, told_apart
from api.infra.randomness import CHANCE

T = TypeVar("T")
U = TypeVar("U")
Tx = AsyncIOMotorClientSession | None
"""A running transaction, handed to store methods. None where a store method writes on its own."""

_MAJORITY = WriteConcern(w="majority")
_SNAPSHOT = ReadConcern("snapshot")
_SHARE_FOR_TRYING = 0.8
"""Share of a transaction's time after which no new attempt begins, so that the last one has time left."""
_LONGEST_PAUSE = 5  # doublings of 10 ms
_LONGEST_BUILDING = 6 * 3600  # seconds, of indexes
_BUILT_AT_ONCE = 3  # as many as the server builds at once
CONFIRMATIONS = "confirmations"
_SLOTS = 64  # documents, so that concurrent confirmations do not wait for each other
_LOOK_MS = 1000  # how often each member is checked; one that stopped is noticed after this plus `timeout_ms`
_LEAST_WAIT = 0.2  # seconds, for the end of a transaction that ran out of time


class _Undone(Exception):
    def __init__(self, result: Any) -> None:
        self.result = result


class Database:
    """One database of one client. Made before the event loop starts, used on one loop."""

    def __init__(self, uri: str, name: str, *, timeout_ms: int = 3000, pool: int = 64, listeners: Sequence[Any] = ()):
        self._seconds = timeout_ms / 1000
        self._client: Any = self._connected(uri, timeout_ms, pool, listeners)
        self._settling: set[asyncio.Task[None]] = set()
        self._sessions: list[Any] = []  # sessions whose transactions ended well, for reuse
        self._joined = Joined(self._commit_joined, self._seconds)
        self._database: Any = self._client.get_database(
            name,
            codec_options=held.AWARE,
            write_concern=_MAJORITY,
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )

    def _connected(self, uri: str, timeout_ms: int, pool: int, listeners: Sequence[Any]) -> Any:
        return AsyncIOMotorClient(
            uri,
            tz_aware=True,
            serverSelectionTimeoutMS=timeout_ms,
            connectTimeoutMS=timeout_ms,
            timeoutMS=timeout_ms,
            heartbeatFrequencyMS=_LOOK_MS,
            maxPoolSize=pool,
            retryWrites=True,
            retryReads=True,
            event_listeners=list(listeners),
        )

    def collection(self, name: str) -> Any:
        return self._database[name]

    async def read(self, query: Query[T]) -> T:
        """The first documents of a query, in one round trip if they fit into one answer of 16 MB. Outside transactions."""
        return await self._in_thread(lambda: query.become(self._all(command_of(query), query)))

    async def read_both(self, one: Query[T], other: Query[U]) -> tuple[T, U]:
        """The same of two, in one statement."""

        def read() -> tuple[T, U]:
            found, beside = told_apart(one, other, self._all(command_of_both(one, other), one))
            return one.become(found), other.become(beside)

        return await self._in_thread(read)

    @staticmethod
    async def _in_thread(work: Callable[[], T]) -> T:
        """In one of the driver's threads, with the deadline of who asks."""
        done: T = await held.threads.run(asyncio.get_running_loop(), work)
        return done

    def _all(self, asked: Mapping[str, Any], query: Query[Any]) -> list[dict[str, Any]]:
        cursor = self._again(asked)["cursor"]
        if cursor["id"]:  # more than one answer holds; with a deadline only the driver's cursor can ask for the rest
            self._command({"killCursors": query.collection, "cursors": [cursor["id"]]})
            return list(self._database.delegate.cursor_command(asked, codec_options=held.AWARE))
        found: list[dict[str, Any]] = cursor["firstBatch"]
        return found

    def _command(self, asked: Mapping[str, Any]) -> Any:
        return self._database.delegate.command(asked, codec_options=held.AWARE)

    def _again(self, asked: Mapping[str, Any]) -> Any:
        """Repeats it once if the connection broke, as the driver does by itself. For what may be done twice."""
        try:
            return self._command(asked)
        except ConnectionFailure:
            return self._command(asked)

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs `work` in one transaction, and again when another writer was in the way.

        `work` may run more than once, so it must change nothing but the database. All attempts together take no longer than one
        operation may. Raises whatever `work` raises, and AlreadyThere for a taken unique key.

        A transaction can see writes that no majority holds yet, such as a first attempt whose commit was never confirmed. A refusal
        is therefore raised only once a majority holds what it rests on; before that, or if another primary took over, it is an
        outage, and the caller's next request finds the answer.
        """
        with pymongo.timeout(self._seconds):
            election = self._election()
            try:
                return await self._transact(work)
            except (Refusal, AlreadyThere):
                await self._confirm(election)
                raise

    async def insert_missing(
        self, collection: str, make: Callable[[], Sequence[Mapping[str, Any]]]
    ) -> list[Mapping[str, Any]]:
        """Inserts the documents whose unique keys are free, outside a transaction; returns the others, whose keys a majority holds.

        They are made by the thread that sends them: a second hop to a thread would wait for whatever Python does meanwhile.

        Raises an outage or Unavailable, after which the caller repeats the call: a key may have been taken by an earlier attempt
        of its own, of which only a lost primary knew.
        """
        election = self._election()
        documents, (errors, is_unsure) = await self._in_thread(lambda: self._make_and_insert(collection, make))
        if any(error["code"] != DUPLICATE for error in errors):
            raise BulkWriteError({"writeErrors": errors})
        if is_unsure:
            raise Unavailable
        if errors:
            await self._confirm(election)
        return [documents[error["index"]] for error in errors]

    def _make_and_insert(
        self, collection: str, make: Callable[[], Sequence[Mapping[str, Any]]]
    ) -> tuple[Sequence[Mapping[str, Any]], tuple[list[dict[str, Any]], bool]]:
        documents = make()
        return documents, self._insert(collection, documents) if documents else ([], False)

    def _insert(
        self, collection: str, documents: Sequence[Mapping[str, Any]], first: int = 0
    ) -> tuple[list[dict[str, Any]], bool]:
        """The errors, and whether a majority may not hold the rest. By a command, because `insert_many` goes through the documents in
        Python, which takes half as much processor time again; in halves if they are more than a command holds.
        """
        concern = {"w": "majority"}
        try:
            answer = self._again(
                {"insert": collection, "documents": list(documents), "ordered": False, "writeConcern": concern}
            )
        except DocumentTooLarge:
            half = len(documents) // 2
            if half == 0:
                raise
            before, after = (
                self._insert(collection, part, start)
                for part, start in ((documents[:half], first), (documents[half:], first + half))
            )
            return before[0] + after[0], before[1] or after[1]
        errors = [{**error, "index": error["index"] + first} for error in answer.get("writeErrors", ())]
        return errors, "writeConcernError" in answer

    async def certain(self, look: Callable[[Any], Awaitable[T]], collection: str) -> T:
        """What `look` finds in the collection now, once a majority holds it. Raises an outage or Unavailable."""
        election = self._election()
        found = await look(self._database[collection].with_options(read_concern=ReadConcern("local")))
        if found is not None:
            await self._confirm(election)
        return found

    async def _confirm(self, election: Any) -> None:
        """Raises Unavailable if another primary has taken over, which may not have what was seen."""
        await self.confirm()
        if election is not None and self._election() != election:
            raise Unavailable

    async def confirm(self) -> None:
        """Returns when a majority holds everything that the primary has shown so far; every later read sees it. Raises an outage.

        It writes a document, which a majority can only hold after everything before it. A linearizable read would do the same but
        takes a tenth of a second on an idle server, which flushes its journal early for writers only.
        """
        slot = CHANCE.randrange(_SLOTS)
        await self._database[CONFIRMATIONS].update_one({"_id": slot}, {"$inc": {"times": 1}}, upsert=True)

    def _election(self) -> Any:
        """The known primary's election. None before the first answer, and with a direct connection to one node."""
        return self._client.topology_description.max_election_id

    async def rehearse(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """The result that `work` would have: it runs in a transaction that is rolled back."""

        async def undone(tx: Tx) -> T:
            result = await work(tx)
            session = tx.delegate  # type: ignore[union-attr]  # there is one
            await self._in_thread(lambda: held.send(session, held.take(session)))
            raise _Undone(result)

        try:
            return await self.transact(undone)
        except _Undone as rehearsed:
            result: T = rehearsed.result
            return result

    def hold(
        self,
        tx: Tx,
        statement: Mapping[str, Any],
        *,
        taken: type[Refusal] | None = None,
        check: held.Check | None = None,
        as_update: Mapping[str, Any] | None = None,
    ) -> None:
        """A write of a transaction, as a command, whose answer nothing waits for. Such writes are sent in the order of
        the calls, before the transaction's next statement or its end, by the thread that sends that: one hop less for
        each. Errors are raised there: `taken` where a unique index refuses (without it AlreadyThere, from `transact`),
        and whatever `check` raises, which gets the server's answer in a thread.

        A transaction that has only such writes may be committed with others' (`Joined`), if each is an insert, update or
        delete of documents by their ids, or has in `as_update` one that does the same where all is well.
        """
        if tx is None:
            raise TypeError("only a transaction holds statements back")
        held.hold(tx.delegate, held.Write(self._database.name, statement, taken, check, as_update))

    async def _transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._seconds * _SHARE_FOR_TRYING
        for attempt in itertools.count():
            session = await self._session()
            ending, is_over = Ending(session), False
            try:
                session.start_transaction(read_concern=_SNAPSHOT, write_concern=_MAJORITY)
                result = await work(session)
                await self._commit(ending)
                is_over = True
                return result
            except PyMongoError as fault:
                if (taken := taken_by(fault)) is not None:
                    raise AlreadyThere(taken) from fault
                if not fault.has_error_label("TransientTransactionError") or loop.time() > ends:
                    raise
            finally:
                await self._end(session, None if is_over else ending, ends)
            pause = 0.01 * 2 ** min(attempt, _LONGEST_PAUSE)
            await asyncio.sleep(CHANCE.uniform(0, pause))
        raise AssertionError("counted to the end")

    async def _commit(self, ending: "Ending") -> None:
        session = ending.session.delegate
        is_untouched, writes = held.is_untouched(session), held.take(session)
        if not (is_untouched and writes):
            await ending.commit(writes)
        elif await self._joined.commit(writes, lambda: ending.commit(writes)):
            session.abort_transaction()  # the server has never heard of it, and hears nothing now

    async def _commit_joined(self, writes: Sequence[held.Write]) -> bool:
        """False where it is certain that nothing was written."""
        session = await self._session()
        ending, is_over = Ending(session), False
        try:
            session.start_transaction(read_concern=_SNAPSHOT, write_concern=_MAJORITY)
            await ending.commit(writes)
            is_over = True
        except Exception as fault:
            is_transient = isinstance(fault, PyMongoError) and fault.has_error_label("TransientTransactionError")
            if ending.is_committing and not is_transient:
                raise
            get_log("database").info("sent-one-by-one", fault=type(fault).__name__)
        finally:
            await self._end(session, None if is_over else ending, 0.0)
        return is_over

    async def _session(self) -> Any:
        """A pooled session, which saves two hops to a thread, or a new one.

        Not causally consistent: a transaction need not wait for what an earlier one wrote.
        """
        return self._sessions.pop() if self._sessions else await self._client.start_session(causal_consistency=False)

    async def _end(self, session: Any, ending: Ending | None, ends: float) -> None:
        """Ends the transaction, even after its deadline. Returns a session whose transaction ended well to the pool: without `ending`.

        An open transaction would keep its documents locked for a minute, and others would be refused. It is therefore settled in a
        context without the deadline; the caller waits for that no longer than it would have for an answer.
        """
        if ending is None:
            self._sessions.append(session)
            return
        held.take(session.delegate)
        settling = asyncio.create_task(ending.settle(), context=contextvars.Context())
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)
        await asyncio.wait({settling}, timeout=max(ends - asyncio.get_running_loop().time(), _LEAST_WAIT))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Any]:
        """A session whose reads all see the same instant."""
        async with await self._client.start_session(snapshot=True) as session:
            yield session

    async def operation_time(self) -> Any:
        """The server's operation time, from which a change stream can start."""
        return (await self._database.command("ping"))["operationTime"]

    async def ensure_indexes(self, indexes: dict[str, Sequence[IndexModel]]) -> None:
        """Creates missing indexes without a time limit: on a large collection that takes minutes, and a limit would restart the
        build for ever. Raises if an index of the same name has other keys.
        """
        places = asyncio.Semaphore(_BUILT_AT_ONCE)

        async def build(collection: str, models: Sequence[IndexModel]) -> None:
            async with places:
                await self._database[collection].create_indexes(list(models))

        with pymongo.timeout(_LONGEST_BUILDING):
            await asyncio.gather(*(build(collection, models) for collection, models in indexes.items() if models))

    async def drop(self) -> None:
        """Deletes the whole database. For tests and the demo's fresh start."""
        await self._client.drop_database(self._database.name)

    async def close(self) -> None:
        if under_way := self._settling | self._joined.tasks:
            await asyncio.wait(under_way, timeout=self._seconds)
        for session in self._sessions:
            await session.end_session()
        self._sessions.clear()
        self._client.close()

    @property
    def raw(self) -> Any:
        """The driver's own database, for backup and explain."""
        return self._database


async def one_answer(cursor: Any, most: int) -> list[dict[str, Any]]:
    """The first documents of a cursor, as many as one answer of 16 MB holds: for whoever goes through a whole collection, of which
    others may have large documents. None only where there is none."""
    found: list[dict[str, Any]] = await cursor.limit(-most).to_list(most)
    return found
