"""Converts structs to BSON and back: `id` is `_id`, dates are ISO text, instants are aware UTC, secrets are sealed.

A field annotated `Secret[...]` is stored as bytes sealed under the key ring and bound to collection, document and field
path. Secrets may be in nested structs and in lists or tuples of structs. Every other stored field is listed in the `KEPT` of
its struct, which says why it may be readable in a stolen dump.
"""

import types
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import (
    Annotated,
    Any,
    Generic,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from api.infra.privacy import KeyRing, Unsealable

T = TypeVar("T", bound=msgspec.Struct)
V = TypeVar("V")

_SEALED = "sealed"
Secret = Annotated[V, msgspec.Meta(extra={_SEALED: True})]
"""`Secret[str]`: kept sealed in the database, plain in the struct."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a struct that are stored unsealed, by the reason that allows it: names separated by blanks. Fields that hold
    structs are not listed, since those have their own; sealed fields are known by their type.
    """

    keyed: str = ""  # a blind index or another keyed digest: it only shows which values are equal
    digest: str = ""  # a digest of content that cannot be guessed, or that is open itself
    ours: str = ""  # ids, numbers, counts and flags of our own: they lead to other documents, not to a person
    word: str = ""  # a word from a fixed list in the code or its data
    law: str = ""  # words of the law, of its catalogues or of our own texts: the same for everybody
    unit: str = ""  # a public body or a system, and who acts in its name
    place: str = ""  # one of the two jurisdictions
    when: str = ""  # dates and instants, used in queries, sorting and expiry
    because: dict[str, str] = {}  # any other, with its own reason

    @property
    def fields(self) -> frozenset[str]:
        lists = (self.keyed, self.digest, self.ours, self.word, self.law, self.unit, self.place, self.when)
        return frozenset(name for names in lists for name in names.split()) | self.because.keys()


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Stored(msgspec.Struct, frozen=True):
    """Base of what lies in the database, and of the structs in it. Each says in `KEPT` of its own fields why they may be plain.

    `IS_SPARSE`: what is None or empty is left out of its document, so each such field has that as its default, and whoever reads the
    document itself has to expect that. For what has many fields of which most are not there.
    """

    KEPT = Kept()
    IS_SPARSE = False


def kept_of(struct: type | None) -> Kept:
    """What a struct and the structs that it extends say of their own fields, together."""
    said = [vars(one)["KEPT"] for one in getattr(struct, "__mro__", ()) if "KEPT" in vars(one)]
    reasons = [name for name in Kept.__struct_fields__ if name != "because"]
    return Kept(
        because={name: why for kept in said for name, why in kept.because.items()},
        **{reason: " ".join(getattr(kept, reason) for kept in said) for reason in reasons},
    )


_NATIVE = (datetime, bytes)
_SEVERAL = (list, tuple)  # isinstance would make a union of them each time
_EMPTY: tuple[list[Any] | tuple[Any, ...], ...] = ([], ())
_Opened = msgspec.msgpack.Decoder[Any]
Tree = dict[str, "Tree | _Opened"]  # what decodes a secret, or the tree of a struct that contains secrets


def is_secret(hint: Any) -> bool:
    """Whether a field of this type is sealed."""
    if get_origin(hint) in (Union, types.UnionType):
        return any(is_secret(inner) for inner in get_args(hint))
    return get_origin(hint) is Annotated and any(
        isinstance(m, msgspec.Meta) and m.extra and m.extra.get(_SEALED) for m in hint.__metadata__
    )


def _secrets_in(hint: Any) -> "Tree | None":
    """The tree of secrets inside a type; None if it has none."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return tree_of(hint) or None
    origin = get_origin(hint)
    if origin in (list, tuple, Union, types.UnionType, Annotated):
        for inner in get_args(hint):
            found = _secrets_in(inner)
            if found:
                return found
    return None


@cache
def tree_of(struct: type[msgspec.Struct]) -> Tree:
    """The secrets of a struct by their fields' names, and the trees of parts that have any."""
    hints = get_type_hints(struct, include_extras=True)
    tree: Tree = {}
    for field in msgspec.structs.fields(struct):
        hint = hints[field.name]
        if is_secret(hint):
            tree[field.encode_name] = msgspec.msgpack.Decoder(hint)
        elif inside := _secrets_in(hint):
            tree[field.encode_name] = inside
    return tree


class _Sealed(msgspec.Struct, frozen=True):
    """Where a secret stands: the part of a document that has it, its name there, the place it is bound to, and what decodes it."""

    node: dict[str, Any]
    name: str
    place: str
    decoder: _Opened

    @property
    def value(self) -> Any:
        return self.node[self.name]


_UNREADABLE = (
    msgspec.ValidationError,
    msgspec.DecodeError,
    Unsealable,
    TypeError,
    ValueError,
    AttributeError,
    KeyError,
)


class Codec(Generic[T]):
    """Turns one struct type into the documents of one collection and back. The struct has a string field `id`.

    The secrets of a whole list are sealed or opened in one question to the keys, which may be held by another process.
    """

    def __init__(self, struct: type[T], collection: str, keys: KeyRing) -> None:
        self._struct = struct
        self._all: Any = types.GenericAlias(list, struct)
        self._collection = collection
        self._keys = keys
        self._tree = tree_of(struct)
        self._is_sparse = getattr(struct, "IS_SPARSE", False)

    @property
    def has_secrets(self) -> bool:
        return bool(self._tree)

    def encode(self, value: T) -> dict[str, Any]:
        return self.encode_all((value,))[0]

    def encode_all(self, values: Iterable[T]) -> list[dict[str, Any]]:
        documents = []
        for value in values:
            document = msgspec.to_builtins(value, builtin_types=_NATIVE)
            if self._is_sparse:
                document = {
                    name: part
                    for name, part in document.items()
                    if part or (part is not None and part not in _EMPTY)  # most parts are something
                }
            documents.append({"_id": document.pop("id"), **document})
        if self._tree:
            secrets = [secret for document in documents for secret in self._secrets(document, document["_id"])]
            plain = [(msgspec.msgpack.encode(secret.value), secret.place) for secret in secrets]
            for secret, sealed in zip(secrets, self._keys.seal_all(plain), strict=True):
                secret.node[secret.name] = sealed
        return documents

    def decode(self, document: dict[str, Any]) -> T:
        """Decodes a document and changes it in place. Raises msgspec.ValidationError, Unsealable."""
        return self.decode_all((document,))[0]

    def decode_all(self, documents: Sequence[dict[str, Any]]) -> list[T]:
        """The same for many, which are converted at once: one by one takes half as long again."""
        secrets = [secret for document in documents for secret in self._secrets_of(document)]
        opened = self._keys.open_all([(secret.value, secret.place) for secret in secrets])
        for secret, plain in zip(secrets, opened, strict=True):
            secret.node[secret.name] = secret.decoder.decode(plain)
        values: list[T] = msgspec.convert(documents, self._all, builtin_types=_NATIVE)
        return values

    def decode_each(self, documents: Sequence[dict[str, Any]]) -> list[T | Exception]:
        """The same, with what is wrong with a document in the place of what it is."""
        secrets = [self._secrets_or_fault(document) for document in documents]
        sealed = [(secret.value, secret.place) for one in secrets if isinstance(one, list) for secret in one]
        opened = iter(self._keys.open_each(sealed) if sealed else ())
        return [
            one if isinstance(one, Exception) else self._convert(document, one, [next(opened) for _ in one])
            for document, one in zip(documents, secrets, strict=True)
        ]

    def _secrets_of(self, document: dict[str, Any]) -> list[_Sealed]:
        key = document["id"] = document.pop("_id")
        return self._secrets(document, key) if self._tree else []

    def _secrets_or_fault(self, document: dict[str, Any]) -> list[_Sealed] | Exception:
        try:
            return self._secrets_of(document)
        except _UNREADABLE as fault:
            return fault

    def _convert(
        self, document: dict[str, Any], secrets: Sequence[_Sealed], opened: Sequence[bytes | None]
    ) -> "T | Exception":
        try:
            for secret, plain in zip(secrets, opened, strict=True):
                if plain is None:
                    raise Unsealable(secret.place)
                secret.node[secret.name] = secret.decoder.decode(plain)
            return msgspec.convert(document, self._struct, builtin_types=_NATIVE)
        except _UNREADABLE as fault:
            return fault

    def reseal(self, document: dict[str, Any]) -> bool:
        """Seals every secret of a raw document again under the current key, in place. Returns whether anything changed.

        Nested parts are changed in place too: pass a deep copy if the old values are still needed. Raises Unsealable.
        """
        current = self._keys.current
        old = [
            secret for secret in self._secrets(document, document["_id"]) if self._keys.key_of(secret.value) != current
        ]
        places = [secret.place for secret in old]
        plain = self._keys.open_all([(secret.value, secret.place) for secret in old])
        for secret, sealed in zip(old, self._keys.seal_all(list(zip(plain, places, strict=True))), strict=True):
            secret.node[secret.name] = sealed
        return bool(old)

    def seal_field(self, key: str, path: str, value: Any) -> bytes:
        """The sealed value of one field, for an update of that field alone; `path` is dotted, without list indexes."""
        return self._keys.seal(msgspec.msgpack.encode(value), f"{self._collection}/{key}/{path.replace('.', '/')}")

    def _secrets(self, document: dict[str, Any], key: str) -> list[_Sealed]:
        found: list[_Sealed] = []
        self._walk(document, self._tree, f"{self._collection}/{key}", found)
        return found

    def _walk(self, node: Any, tree: Tree, place: str, found: list[_Sealed]) -> None:
        if isinstance(node, _SEVERAL):
            for item in node:
                self._walk(item, tree, place, found)
            return
        for name, inside in tree.items():
            value = node.get(name)
            if value is None:
                continue
            if isinstance(inside, dict):
                self._walk(value, inside, f"{place}/{name}", found)
            else:
                found.append(_Sealed(node, name, f"{place}/{name}", inside))
