"""Sessions: short access tokens, rotating refresh tokens, devices, revocation.

A refresh token works once. If it is used a second time, two parties hold it, and the session ends for both. A revoked
session is refused by every process within REVOCATION_SECONDS, although its access token would live for minutes.
"""

import asyncio
import contextvars
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from api.accounts.errors import RefreshRefused, RefreshReused, SignedOut
from api.accounts.models import Session
from api.accounts.store import SessionStore
from api.infra.errors import NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.privacy import KeyRing
from api.infra.settings import SessionLife
from api.infra.tokens import ACCESS_LIFE

REVOCATION_SECONDS = 5
_COMMITTED = timedelta(seconds=20)  # by then a look finds what was ended here
_MAX_DEVICE = 80
_REFRESH = "refresh"


class SessionService:
    def __init__(self, store: SessionStore, keys: KeyRing, lives: Mapping[str, SessionLife]) -> None:
        """`lives` by kind of session."""
        self._lives = lives
        self._store = store
        self._keys = keys
        self._revoked: frozenset[str] = frozenset()
        self._asked_at: datetime | None = None
        self._look: asyncio.Task[None] | None = None
        self._ended: dict[str, datetime] = {}

    async def open(self, tx: Tx, holder: str, kind: str, device: str, now: datetime) -> tuple[Session, str]:
        """The session and its first refresh token."""
        session = Session(
            id=new_id("ses"),
            holder=holder,
            kind=kind,
            salt=secrets.token_hex(16),
            device=device[:_MAX_DEVICE],
            created_at=now,
            last_used_at=now,
            expires_at=self._end(kind, now, now),
        )
        await self._store.insert(tx, session)
        return session, self._token(session, session.generation)

    async def rotate(self, tx: Tx, token: str, now: datetime) -> tuple[Session, str]:
        """The session and its next refresh token.

        Raises RefreshRefused; SignedOut for a session that was ended; and RefreshReused for a token already used. After the last one
        the caller calls `end`, outside the transaction that the refusal rolls back.
        """
        session_id, generation = _parts(token)
        session = await self._store.find(session_id, tx)
        if session is None or not self._is_token(token, session, generation):
            raise RefreshRefused
        if generation != session.generation:
            raise RefreshReused(session.id)
        if session.revoked_at is not None:
            raise SignedOut
        # by today's settings too: a session older than a shorter limit ends as well
        if min(session.expires_at, self._end(session.kind, session.created_at, session.last_used_at)) <= now:
            raise RefreshRefused
        used = msgspec.structs.replace(session, expires_at=self._end(session.kind, session.created_at, now))
        if not await self._store.rotate(tx, session, now, used.expires_at):
            raise RefreshReused(session.id)
        return used, self._token(session, generation + 1)

    async def end(self, session_id: str, now: datetime) -> Session | None:
        """Revokes a session of any holder."""
        session = await self._store.find(session_id)
        if session is not None:
            await self._store.revoke(None, session.holder, session_id, now)
            self._remember(session_id, now)
        return session

    async def revoke(self, tx: Tx, holder: str, session_id: str, now: datetime) -> None:
        """Revokes one of the holder's own sessions. Raises NotFound."""
        if not await self._store.revoke(tx, holder, session_id, now):
            raise NotFound
        self._remember(session_id, now)

    async def revoke_all(self, tx: Tx, holder: str, now: datetime) -> None:
        await self._store.revoke_all(tx, holder, now)
        self._asked_at = None

    async def hand_over(self, tx: Tx, holder: str, to: str) -> None:
        """Moves the sessions of one account to another."""
        await self._store.hand_over(tx, holder, to)

    async def devices(self, holder: str, now: datetime) -> list[Session]:
        """The holder's open sessions, last used first."""
        return await self._store.list_open(holder, now)

    async def is_revoked(self, session_id: str, now: datetime) -> bool:
        """Whether a session was revoked. Makes one query every few seconds and process, not one for each request: whoever comes
        while it runs waits for its answer. One that failed is no answer, and the next request asks again.
        """
        if self._asked_at is None or not 0 <= (now - self._asked_at).total_seconds() < REVOCATION_SECONDS:
            if self._look is None or self._look.done():
                self._look = asyncio.create_task(self._ask(now), context=contextvars.Context())  # nobody's deadline
            await asyncio.shield(self._look)
        return session_id in self._revoked

    async def _ask(self, now: datetime) -> None:
        found = await self._store.list_revoked_since(now - 2 * ACCESS_LIFE)
        self._ended = {name: at for name, at in self._ended.items() if now - at < _COMMITTED}
        self._revoked = frozenset(found) | self._ended.keys()
        self._asked_at = now

    def _end(self, kind: str, created_at: datetime, used_at: datetime) -> datetime:
        life = self._lives[kind]
        return min(used_at + life.idle, created_at + life.most)

    def _remember(self, session_id: str, now: datetime) -> None:
        """Also for a look that began before the session was ended, or before that was committed."""
        self._ended[session_id] = now
        self._revoked |= {session_id}

    def _token(self, session: Session, generation: int) -> str:
        return f"{session.id}.{generation}.{self._keys.blind_index(_REFRESH, _derived_from(session, generation))}"

    def _is_token(self, token: str, session: Session, generation: int) -> bool:
        """Checks a token derived with any index key, retired ones included: the salt behind it is random."""
        macs = self._keys.every_index(_REFRESH, _derived_from(session, generation))
        return any(hmac.compare_digest(token, f"{session.id}.{generation}.{mac}") for mac in macs)


def _derived_from(session: Session, generation: int) -> str:
    return f"{session.id}:{generation}:{session.salt}"


def _parts(token: str) -> tuple[str, int]:
    """The session id and generation in a token. Raises RefreshRefused for anything we did not issue."""
    parts = token.split(".")
    if len(parts) != 3 or not parts[1].isascii() or not parts[1].isdigit() or len(parts[1]) > 9:
        raise RefreshRefused
    if not token.isascii():
        raise RefreshRefused
    return parts[0], int(parts[1])
