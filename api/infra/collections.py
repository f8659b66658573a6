"""Declares a collection once, at the top of the store with its queries; indexes, sharding and key rotation are derived from that.

Also the base of the stores, with what most of them need: insert, read, a page in the order of ids, and compare-and-set.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, ClassVar, Generic, NotRequired, Protocol, TypedDict, TypeVar, cast

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateMany, UpdateOne

from api.infra.database_faults import AlreadyThere, write
from api.infra.documents import Codec, Kept, Stored
from api.infra.errors import NotFound, Outdated, Refusal
from api.infra.held import Found
from api.infra.mongo import Database, Tx
from api.infra.paging import Page, decode_cursor, encode_cursor
from api.infra.privacy import KeyRing


class Update(TypedDict):
    """One update of an `update` command."""

    q: Mapping[str, Any]
    u: Mapping[str, Any]
    upsert: NotRequired[bool]
    multi: NotRequired[bool]


class Versioned(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


T = TypeVar("T")
V = TypeVar("V", bound=Versioned)


def index(name: str, keys: str, **options: Any) -> IndexModel:
    """`keys` are field names separated by blanks, the descending ones with a `-` before them."""
    fields = [(key.removeprefix("-"), DESCENDING if key.startswith("-") else ASCENDING) for key in keys.split()]
    return IndexModel(fields, name=name, **options)


EXPIRY = index("expiry", "expires_at", expireAfterSeconds=0)
"""Documents are deleted soon after their `expires_at`."""


class Collection(msgspec.Struct, frozen=True):
    """`struct` is the stored struct; None for documents without one, whose fields `kept` names and which hold no secrets.

    `shard_key` is in MongoDB's notation, such as `_id hashed`; without one the collection stays on a single shard. `why` gives
    the reason for either. `is_as_written`: its documents are chained, so a change of keys never rewrites them.
    """

    name: str
    struct: type[Stored] | None
    why: str
    indexes: tuple[IndexModel, ...] = ()
    shard_key: str | None = None
    kept: Kept | None = None
    is_as_written: bool = False


def declared_in(*modules: ModuleType) -> tuple[Collection, ...]:
    """Every collection that the modules have, each once."""
    found = {one.name: one for module in modules for one in vars(module).values() if isinstance(one, Collection)}
    return tuple(found.values())


def codecs_of(collections: Iterable[Collection], keys: KeyRing) -> dict[str, Codec[Any]]:
    """The codec of each collection that holds secrets: what a key rotation goes through."""
    found = {one.name: Codec(one.struct, one.name, keys) for one in collections if one.struct is not None}
    return {name: codec for name, codec in found.items() if codec.has_secrets}


@contextmanager
def refused_as(taken: type[Refusal] | None) -> Iterator[None]:
    """Raises `taken` in the place of AlreadyThere, if it is given."""
    try:
        yield
    except AlreadyThere as there:
        if taken is None:
            raise
        raise taken from there


def _of_driver(one: Update) -> UpdateOne | UpdateMany:
    kind = UpdateMany if one.get("multi") else UpdateOne
    return kind(one["q"], one["u"], upsert=one.get("upsert", False))


def matches(number: int) -> Found:
    """Raises Outdated where an update that was held found another number of documents."""
    return Found(number)


class Store(Generic[T]):
    """Base of the store of one collection, `declared`, whose documents hold a `T`; subclasses add its queries."""

    declared: ClassVar[Collection]

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.codec: Codec[Any] = Codec(cast("type[Any]", self.declared.struct), self.declared.name, keys)
        self._database = database
        self._collection = database.collection(self.declared.name)

    async def insert(self, tx: Tx, one: T, *, taken: type[Refusal] | None = None) -> None:
        """Raises `taken` where a unique index refuses; without it AlreadyThere, which names the index."""
        with refused_as(taken):
            await write(self._collection.insert_one(self.codec.encode(one), session=tx))

    async def add(self, tx: Tx, *new: T, taken: type[Refusal] | None = None) -> None:
        """Inserts what cannot be there, or only as `taken` says, with the next statement of the transaction or its end
        (`Database.hold`); without a transaction at once."""
        documents = self.codec.encode_all(new)
        if tx is None and documents:
            await write(self._collection.insert_many(documents))
        elif documents:
            self._database.hold(tx, {"insert": self.declared.name, "documents": documents}, taken=taken)

    async def save_version(
        self, tx: Tx, before: V, after: V, *, taken: type[Refusal] | None = None, **standing: str | None
    ) -> V:
        """As the function of this name, but in a transaction it is sent with the next statement or the end (`Database.hold`), which
        then raises Outdated, or `taken` where a unique index refuses."""
        if tx is None:
            with refused_as(taken):
                return await save_version(self._collection, self.codec, tx, before, after, **standing)
        changed, query = _next_version(before, after, standing)
        replaced = {"q": query, "u": self.codec.encode(changed)}
        statement = {"update": self.declared.name, "updates": [replaced]}
        self._database.hold(tx, statement, taken=taken, check=matches(1))
        return changed

    async def update_all(self, tx: Tx, updates: Sequence[Update], *, is_ordered: bool = True) -> None:
        """Several updates in one statement, whose answer nobody waits for: with the next one of the transaction or its end
        (`Database.hold`); without a transaction at once."""
        if tx is not None and updates:
            self._database.hold(tx, {"update": self.declared.name, "updates": list(updates)})
        elif updates:
            await self._collection.bulk_write([_of_driver(one) for one in updates], ordered=is_ordered)

    async def get(self, key: str, tx: Tx = None) -> T:
        """Raises NotFound. Does not check whose it is: services do."""
        return await self.get_by({"_id": key}, tx)

    async def get_by(self, query: Mapping[str, Any], tx: Tx = None) -> T:
        """Raises NotFound."""
        found = await self.find_by(query, tx)
        if found is None:
            raise NotFound
        return found

    async def find_by(self, query: Mapping[str, Any], tx: Tx = None) -> T | None:
        document = await self._collection.find_one(query, session=tx)
        found: T | None = self.codec.decode(document) if document else None
        return found

    async def find_many(
        self, query: Mapping[str, Any], *, limit: int, sort: Sequence[tuple[str, int]] = (), tx: Tx = None
    ) -> list[T]:
        found = self._collection.find(query, session=tx).limit(limit)
        if sort:
            found = found.sort(list(sort))
        return self.codec.decode_all(await found.to_list(limit))

    async def find_ids(
        self, query: Mapping[str, Any], *, limit: int, sort: Sequence[tuple[str, int]] = ()
    ) -> list[str]:
        """As `find_many`, but nothing is opened: for the worker, which one unreadable document must not stop."""
        found = self._collection.find(query, {"_id": 1}).limit(limit)
        if sort:
            found = found.sort(list(sort))
        return [document["_id"] for document in await found.to_list(limit)]

    async def find_newest(self, query: Mapping[str, Any], limit: int) -> list[T]:
        """By id, newest first."""
        return await self.find_many(query, limit=limit, sort=(("_id", -1),))

    async def page_by(
        self, query: dict[str, Any], cursor: str | None, limit: int, *, is_newest_first: bool = True
    ) -> Page[T]:
        """In the order of ids; the index of `query` ends in `_id`. Raises Invalid for a cursor we did not issue."""
        return await page_by_id(self._collection, self.codec, query, cursor, limit, is_newest_first=is_newest_first)


async def page_by_id(
    collection: Any,
    codec: Codec[Any],
    query: dict[str, Any],
    cursor: str | None,
    limit: int,
    *,
    is_newest_first: bool = True,
) -> Page[Any]:
    """A page of what `query` finds, ordered by id; its index must end in `_id`. Raises Invalid for a cursor we did not issue."""
    way, beyond = (-1, "$lt") if is_newest_first else (1, "$gt")
    key = decode_cursor(cursor, str)
    if key is not None:
        query = {**query, "_id": {beyond: key[0]}}
    documents = await collection.find(query).sort("_id", way).limit(limit + 1).to_list(limit + 1)
    items = tuple(codec.decode_all(documents[:limit]))
    return Page(items, encode_cursor(items[-1].id) if len(documents) > limit else None)


def _next_version(before: V, after: V, standing: Mapping[str, str | None]) -> tuple[V, dict[str, Any]]:
    changed: V = msgspec.structs.replace(cast("Any", after), version=before.version + 1)
    return changed, {"_id": before.id, "version": before.version, **standing}


async def save_version(collection: Any, codec: Codec[Any], tx: Tx, before: V, after: V, **standing: str | None) -> V:
    """Replaces `before` by `after` if the stored version is still that of `before` and the fields named by `standing` are unchanged.

    Returns `after` with its version raised. Raises Outdated when another writer was first, AlreadyThere with the unique index
    that refuses the change.
    """
    changed, query = _next_version(before, after, standing)
    result = await write(collection.replace_one(query, codec.encode(changed), session=tx))
    if result.matched_count != 1:
        raise Outdated
    return changed
