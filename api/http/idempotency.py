"""`Idempotency-Key`: the same key gives the same answer; another body or another query under the same key is refused. Keys are told
apart by caller, method and path; headers are no part of the request.

The answer is stored in the transaction that does the work (`Visit.run`). Some handlers do something before that
transaction which must not be repeated: they call WeChat, check a one-time password, or find a case in a state that it
has left since. They say `stored_first=True`, and a repeated request gets the stored answer before the handler is
called.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response

from api.http.handling import Ready
from api.infra.clock import Clock
from api.infra.database_faults import AlreadyThere
from api.infra.errors import FieldFault, Invalid, Refusal
from api.infra.mongo import Database, Tx
from api.infra.once import KEPT_FOR, TOKENS_KEPT_FOR, Answer, OnceStore, packed

HEADER = "Idempotency-Key"
REPEATED = "repeated"
"""In a request's state: it was done already, and is let through for its stored answer alone."""
_KEY = re.compile(r"[!-~]{1,128}")


class Once:
    """Runs the work of one POST and stores its answer in the same transaction."""

    def __init__(
        self,
        database: Database,
        store: OnceStore,
        clock: Clock,
        key: str | None,
        request_digest: str,
        status: int,
        kept_for: timedelta = KEPT_FOR,
        *,
        is_repeated: bool = False,
    ) -> None:
        """`status`: the status code that the route declares; `kept_for`: how long a repeated request gets the stored answer;
        `is_repeated`: that answer is there, and the work is not to be tried.
        """
        self._database = database
        self._store = store
        self._clock = clock
        self._key = key
        self._request = request_digest
        self._status = status
        self._kept_for = kept_for
        self._is_repeated = is_repeated

    async def run(self, work: Callable[[Tx], Awaitable[Any]]) -> Response[Any]:
        """`work(tx)` returns the reply struct. It may run more than once, each time in a fresh transaction.

        If a repeated request is refused, the answer stored the first time is given instead.
        """
        if self._key is None:
            return self._reply(msgspec.json.encode(await self._database.transact(work)), self._status)
        if self._is_repeated and (stored := await self.earlier()) is not None:
            return stored
        key = self._key

        async def both(tx: Tx) -> bytes:
            body = msgspec.json.encode(await work(tx))
            await self._store.insert(
                tx,
                Answer(
                    id=key,
                    request=self._request,
                    status=self._status,
                    body=packed(body),
                    expires_at=self._clock.now() + self._kept_for,
                ),
            )
            return body

        try:
            return self._reply(await self._database.transact(both), self._status)
        except (Refusal, AlreadyThere):
            earlier = await self._store.find(key, self._request, self._clock.now())
            if earlier is None:
                raise
            return self._reply(earlier.content, earlier.status)

    async def earlier(self) -> Response[Any] | None:
        """The stored answer, if the request came before."""
        if self._key is None:
            return None
        stored = await self._store.find(self._key, self._request, self._clock.now())
        return self._reply(stored.content, stored.status) if stored else None

    @staticmethod
    def _reply(body: bytes, status: int) -> Response[Any]:
        return Ready(body, status)


async def make_once(request: Request[Any, Any, Any], database: Database, store: OnceStore, clock: Clock) -> Once:
    """Raises Invalid for a key that is empty, too long or not printable ASCII."""
    key = request.headers.get(HEADER)
    status: int = request.route_handler.status_code
    if key is None:
        return Once(database, store, clock, None, "", status)
    if not _KEY.fullmatch(key):
        raise Invalid(faults=(FieldFault(field=HEADER, message="编号为 1 至 128 个可见字符。"),))
    asked = hashlib.sha256(_without_boundary(await request.body(), request.content_type)).hexdigest()
    if query := request.scope["query_string"]:  # without one the digest is the body's, as it always was
        asked = hashlib.sha256(asked.encode() + b"?" + query).hexdigest()
    kept_for = TOKENS_KEPT_FOR if request.route_handler.opt.get("tokens") else KEPT_FOR
    is_repeated = request.scope["state"].get(REPEATED, False)
    return Once(database, store, clock, stored_as(request), asked, status, kept_for, is_repeated=is_repeated)


def stored_as(request: Request[Any, Any, Any]) -> str | None:
    """The id under which the answer to this request is stored, by caller, method, path and key. None without a key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    of = f"{request.state['actor'].id}\x00{request.method} {request.url.path}\x00{key}"
    return hashlib.sha256(of.encode()).hexdigest()


def _without_boundary(body: bytes, content_type: tuple[str, dict[str, str]]) -> bytes:
    """A form that is sent again is the same request, although its boundary differs."""
    boundary = content_type[1].get("boundary", "")
    return body.replace(f"--{boundary}".encode(), b"--") if boundary else body
