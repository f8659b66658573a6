"""Queries on accounts, sessions, staff and consents."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import msgspec

from api.accounts.models import Account, Challenge, Consent, Passkey, Session, Staff
from api.infra.collections import EXPIRY, Collection, Store, index, save_version
from api.infra.database_faults import AlreadyThere
from api.infra.documents import Codec
from api.infra.errors import NotFound, Outdated
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing
from api.infra.queries import Query
from api.infra.turns import in_turn

_OPEN = {"status": "open"}
ACCOUNTS = Collection(
    "accounts",
    Account,
    indexes=(
        index("open_openid", "openid_index", unique=True, partialFilterExpression={**_OPEN}),
        index("open_subject", "subject", unique=True, partialFilterExpression={**_OPEN, "subject": {"$gt": ""}}),
    ),
    shard_key="subject",
    why="found by person; sign-in by WeChat identity asks every shard once, then the session carries the rest",
)
SESSIONS = Collection(
    "sessions",
    Session,
    indexes=(index("holder", "holder -last_used_at"), index("revoked", "revoked_at"), EXPIRY),
    shard_key="_id hashed",
    why="found by their own id at a refresh; what was revoked is asked for every five seconds by a process",
)
STAFF = Collection(
    "staff",
    Staff,
    indexes=(index("username", "username", unique=True), index("provider", "provider is_active")),
    why="people who work here: hundreds",
)
PASSKEYS = Collection(
    "passkeys",
    Passkey,
    indexes=(index("holder", "holder"), index("credential", "credential", unique=True)),
    why="people who work here: hundreds, with a few keys each",
)
CHALLENGES = Collection(
    "challenges", Challenge, indexes=(EXPIRY,), why="as many as people who are signing in with a key in this moment"
)
CONSENTS = Collection(
    "consents",
    Consent,
    indexes=(index("owner_purpose", "owner purpose", unique=True),),
    shard_key="owner",
    why="whether something is allowed is asked for one account",
)

_MOST_STAFF = 10_000


class AccountStore(Store[Account]):
    declared = ACCOUNTS

    async def insert_new(self, account: Account) -> None:
        """Raises AlreadyThere("open_openid"), once every read sees the other account."""
        try:
            await self.insert(None, account)
        except AlreadyThere:
            await self._database.confirm()
            raise

    async def find_open_by_openid(self, openid_indexes: list[str]) -> Account | None:
        """`openid_indexes`: the digests of one openid under each index key in use."""
        return await self.find_by({"openid_index": {"$in": openid_indexes}, **_OPEN})

    async def find_open_by_subject(self, subjects: list[str], tx: Tx = None) -> Account | None:
        """`subjects`: one person's digests under each index key in use."""
        return await self.find_by({"subject": {"$in": subjects}, **_OPEN}, tx)

    def open_of(self, subjects: Sequence[str]) -> Query[dict[str, Account]]:
        """The accounts of these people, to be read together with something else."""
        among = {"subject": {"$in": list(subjects)}, **_OPEN}
        return Query(ACCOUNTS.name, among, self._by_subject, len(subjects))

    def _by_subject(self, documents: list[dict[str, Any]]) -> dict[str, Account]:
        return {account.subject: account for account in self.codec.decode_all(documents) if account.subject}

    async def save(self, tx: Tx, before: Account, after: Account) -> Account:
        """Raises Outdated if another writer was first, AlreadyThere("open_subject") if the document is bound already."""
        # compares the person too: rotating the index key gives them a new digest and leaves the version
        return await save_version(self._collection, self.codec, tx, before, after, subject=before.subject)


class SessionStore(Store[Session]):
    declared = SESSIONS

    async def find(self, session_id: str, tx: Tx = None) -> Session | None:
        return await self.find_by({"_id": session_id}, tx)

    async def rotate(self, tx: Tx, session: Session, now: datetime, expires_at: datetime) -> bool:
        """Moves to the next generation; False if the generation was another or the session is revoked."""
        result = await self._collection.update_one(
            {"_id": session.id, "generation": session.generation, "revoked_at": None},
            {"$inc": {"generation": 1}, "$set": {"last_used_at": now, "expires_at": expires_at}},
            session=tx,
        )
        return bool(result.matched_count)

    async def list_open(self, holder: str, now: datetime) -> list[Session]:
        query = {"holder": holder, "revoked_at": None, "expires_at": {"$gt": now}}
        return await self.find_many(query, limit=100, sort=(("last_used_at", -1),))

    async def revoke(self, tx: Tx, holder: str, session_id: str, now: datetime) -> bool:
        """False if the holder has no such session. Revoking again keeps the first instant."""
        first = [{"$set": {"revoked_at": {"$ifNull": ["$revoked_at", now]}}}]
        result = await self._collection.update_one({"_id": session_id, "holder": holder}, first, session=tx)
        return bool(result.matched_count)

    async def revoke_all(self, tx: Tx, holder: str, now: datetime) -> None:
        await self._collection.update_many(
            {"holder": holder, "revoked_at": None}, {"$set": {"revoked_at": now}}, session=tx
        )

    async def hand_over(self, tx: Tx, holder: str, to: str) -> None:
        await self._collection.update_many({"holder": holder}, {"$set": {"holder": to}}, session=tx)

    async def list_revoked_since(self, since: datetime) -> list[str]:
        query = {"revoked_at": {"$gte": since}}
        return [row["_id"] async for row in self._collection.find(query, {"_id": 1}).batch_size(1000)]


class StaffStore(Store[Staff]):
    declared = STAFF

    async def find(self, staff_id: str, tx: Tx = None) -> Staff | None:
        return await self.find_by({"_id": staff_id}, tx)

    async def find_by_username(self, username: str) -> Staff | None:
        return await self.find_by({"username": username})

    async def use_otp_step(self, tx: Tx, checked: Staff, step: int, **fields: datetime) -> bool:
        """Uses a time step, which works once, and sets `fields`; False if this or a newer step was used before, or if who was
        `checked` has left or has another password since.
        """
        result = await self._collection.update_one(
            {**_as_checked(checked), "last_otp_step": {"$lt": step}},
            {"$set": {"last_otp_step": step, **fields}},
            session=tx,
        )
        return bool(result.matched_count)

    async def note_sign_in(self, tx: Tx, checked: Staff, now: datetime) -> bool:
        """False if they left in the meantime, or have another password."""
        result = await self._collection.update_one(_as_checked(checked), {"$set": {"signed_in_at": now}}, session=tx)
        return bool(result.matched_count)

    async def change(self, tx: Tx, staff_id: str, **fields: bool | str) -> None:
        """Changes fields that are stored unsealed. Raises NotFound."""
        result = await self._collection.update_one({"_id": staff_id}, {"$set": fields}, session=tx)
        if not result.matched_count:
            raise NotFound

    async def replace(self, tx: Tx, staff: Staff) -> None:
        await self._collection.replace_one({"_id": staff.id}, self.codec.encode(staff), session=tx)

    async def list_of(self, ids: AbstractSet[str]) -> list[Staff]:
        return await self.find_many({"_id": {"$in": list(ids)}}, limit=len(ids))

    async def find_of_unit(self, provider: str) -> Staff | None:
        """One of a unit's people who have taken up their invitation."""
        return await self.find_by({"provider": provider, "is_active": True, "activation": None})

    async def list_all(self) -> list[Staff]:
        return await self.find_many({}, limit=_MOST_STAFF, sort=(("username", 1),))


def _as_checked(staff: Staff) -> dict[str, Any]:
    return {"_id": staff.id, "is_active": True, "password_hash": staff.password_hash}


class PasskeyStore(Store[Passkey]):
    declared = PASSKEYS

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self._challenge_codec: Codec[Challenge] = Codec(Challenge, CHALLENGES.name, keys)
        self._challenges = database.collection(CHALLENGES.name)

    async def list_of(self, holder: str, tx: Tx = None) -> list[Passkey]:
        """In the order of their enrolment."""
        return sorted(await self.find_many({"holder": holder}, limit=100, tx=tx), key=lambda one: one.created_at)

    async def count_in_turn(self, tx: Tx, holder: str, now: datetime) -> int:
        """For a limit: no other transaction adds a key of the holder meanwhile."""
        await in_turn(self._database, tx, f"passkeys/{holder}", now)
        return len(await self.list_of(holder, tx))

    async def use(self, tx: Tx, passkey: Passkey, sign_count: int, now: datetime) -> bool:
        """Moves the count on; False if another request has moved it, or the key was removed."""
        query = {"_id": passkey.id, "holder": passkey.holder, "sign_count": passkey.sign_count}
        change = {"$set": {"sign_count": sign_count, "used_at": now}}
        return bool((await self._collection.update_one(query, change, session=tx)).matched_count)

    async def remove(self, tx: Tx, holder: str, passkey_id: str) -> bool:
        """False if the holder has no such key."""
        result = await self._collection.delete_one({"_id": passkey_id, "holder": holder}, session=tx)
        return bool(result.deleted_count)

    async def remove_all(self, tx: Tx, holder: str) -> None:
        await self._collection.delete_many({"holder": holder}, session=tx)

    async def ask(self, tx: Tx, challenge: Challenge) -> None:
        await self._challenges.insert_one(self._challenge_codec.encode(challenge), session=tx)

    async def spend(self, challenge_id: str, holder: str, purpose: str, now: datetime) -> bool:
        """Uses a challenge up; False if there is none, it was for somebody or something else, or its time is over."""
        query = {"_id": challenge_id, "holder": holder, "purpose": purpose, "expires_at": {"$gt": now}}
        return bool((await self._challenges.delete_one(query)).deleted_count)


class ConsentStore(Store[Consent]):
    declared = CONSENTS

    async def find(self, owner: str, purpose: str, tx: Tx = None) -> Consent | None:
        return await self.find_by({"owner": owner, "purpose": purpose}, tx)

    async def list_of_owner(self, owner: str, tx: Tx = None) -> list[Consent]:
        return await self.find_many({"owner": owner}, limit=100, tx=tx)

    async def remove(self, tx: Tx, consent: Consent) -> None:
        await self._collection.delete_one({"_id": consent.id, "owner": consent.owner}, session=tx)

    async def put(self, tx: Tx, before: Consent | None, after: Consent) -> Consent:
        """Inserts, or replaces `before`. Raises Outdated when another writer was first, AlreadyThere."""
        if before is None:
            await self.insert(tx, after)
            return after
        changed = msgspec.structs.replace(after, revision=before.revision + 1)
        result = await self._collection.replace_one(
            {"_id": before.id, "revision": before.revision}, self.codec.encode(changed), session=tx
        )
        if result.matched_count != 1:
            raise Outdated
        return changed
