"""Declares a collection once, at the top of the store with its queries; indexes, sharding and key rotation are derived from that.

Also two operations that many stores need: a page in the order of ids, and compare-and-set.
"""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar, cast

import msgspec
from pymongo import IndexModel

from api.infra.documents import Codec, Kept
from api.infra.errors import Outdated
from api.infra.mongo import Tx, write
from api.infra.paging import Page, decode_cursor, encode_cursor
from api.infra.privacy import KeyRing


class Versioned(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """`struct` is the stored struct; None for documents without one, whose fields `kept` names and which hold no secrets.

    `shard_key` is in MongoDB's notation, such as `_id hashed`; without one the collection stays on a single shard. `why` gives
    the reason for either. `is_as_written`: its documents are chained, so a change of keys never rewrites them.
    """

    name: str
    struct: type[msgspec.Struct] | None = None
    kept: Kept | None = None
    indexes: tuple[IndexModel, ...] = ()
    shard_key: str | None = None
    is_as_written: bool = False
    why: str


def codecs_of(collections: Iterable[Collection], keys: KeyRing) -> dict[str, Codec[Any]]:
    """The codec of each collection that holds secrets: what a key rotation goes through."""
    found = {one.name: Codec(one.struct, one.name, keys) for one in collections if one.struct is not None}
    return {name: codec for name, codec in found.items() if codec.has_secrets}


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
    items = tuple(codec.decode(document) for document in documents[:limit])
    return Page(items, encode_cursor(items[-1].id) if len(documents) > limit else None)


async def save_version(collection: Any, codec: Codec[Any], tx: Tx, before: V, after: V, **standing: str | None) -> V:
    """Replaces `before` by `after` if the stored version is still that of `before` and the fields named by `standing` are unchanged.

    Returns `after` with its version raised. Raises Outdated when another writer was first, AlreadyThere with the unique index
    that refuses the change.
    """
    changed: V = msgspec.structs.replace(cast("Any", after), version=before.version + 1)
    query = {"_id": before.id, "version": before.version, **standing}
    result = await write(collection.replace_one(query, codec.encode(changed), session=tx))
    if result.matched_count != 1:
        raise Outdated
    return changed
