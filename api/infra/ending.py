"""The end of a transaction, by one thread."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pymongo.errors import PyMongoError

from api.infra import held
from api.infra.log import get_log

_ATTEMPTS = 6  # at a commit whose outcome is not known


class Ending:
    """The end of one transaction: its held writes and the commit, by one thread. The session belongs to that thread
    until it is done, even if nobody waits any more: a statement after the end would be written outside the
    transaction."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.is_committing = False
        self._hop: asyncio.Future[Any] | None = None

    async def commit(self, writes: Sequence[held.Write]) -> None:
        self._hop = held.threads.run(asyncio.get_running_loop(), self._commit, writes)
        await asyncio.shield(self._hop)

    def _commit(self, writes: Sequence[held.Write]) -> None:
        session = self.session.delegate
        held.send(session, writes)
        self.is_committing = True
        for _ in range(_ATTEMPTS):
            try:
                session.commit_transaction()
                return
            except PyMongoError as fault:
                if not fault.has_error_label("UnknownTransactionCommitResult"):
                    raise
        session.commit_transaction()

    async def settle(self) -> None:
        """Ends the transaction: a commit that has begun is repeated, anything else is rolled back."""
        if self._hop is not None:
            await asyncio.wait({self._hop})
        try:
            await (self.session.commit_transaction() if self.is_committing else self.session.abort_transaction())
        except PyMongoError as fault:  # the server has forgotten it or does not answer
            get_log("database").info("transaction-not-settled", fault=type(fault).__name__)
        finally:
            await self.session.end_session()
