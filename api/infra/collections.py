"""A collection is declared once, on top of the store with its queries; indexes, sharding and rotation are derived from all."""

from collections.abc import Iterable
from typing import Any

import msgspec
from pymongo import IndexModel

from api.infra.documents import Codec, Kept
from api.infra.privacy import KeyRing


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """`struct` is what a document holds, None where no struct says it and nothing is sealed: then `kept` names its fields.

    `shard_key` is as MongoDB writes it, such as `_id hashed`; without one the collection stays on a single shard. `why` gives
    the reason for either. `is_as_written`: its documents are chained, and no later change of keys touches them.
    """

    name: str
    struct: type[msgspec.Struct] | None = None
    kept: Kept | None = None
    indexes: tuple[IndexModel, ...] = ()
    shard_key: str | None = None
    is_as_written: bool = False
    why: str


def codecs_of(collections: Iterable[Collection], keys: KeyRing) -> dict[str, Codec[Any]]:
    """By collection, of those whose documents hold secrets: what a rotation of keys goes through."""
    found = {one.name: Codec(one.struct, one.name, keys) for one in collections if one.struct is not None}
    return {name: codec for name, codec in found.items() if codec.has_secrets}
