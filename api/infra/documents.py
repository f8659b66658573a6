"""Converts structs to BSON and back: `id` is `_id`, dates are ISO text, instants are aware UTC, secrets are sealed.

A field annotated `Secret[...]` is stored as bytes sealed under the key ring and bound to collection, document and field
path. Secrets may be in nested structs and in lists or tuples of structs. Every other stored field is listed in the `KEPT` of
its struct, which says why it may be readable in a stolen dump.
"""

import types
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from api.infra.privacy import KeyRing

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


_NATIVE = (datetime, bytes)
Tree = dict[str, "Tree | None"]  # None marks a secret, a subtree marks a struct that contains secrets


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
        return _tree(hint) or None
    origin = get_origin(hint)
    if origin in (list, tuple, Union, types.UnionType, Annotated):
        for inner in get_args(hint):
            found = _secrets_in(inner)
            if found:
                return found
    return None


@cache
def _tree(struct: type[msgspec.Struct]) -> Tree:
    hints = get_type_hints(struct, include_extras=True)
    tree: Tree = {}
    for field in msgspec.structs.fields(struct):
        hint = hints[field.name]
        if is_secret(hint):
            tree[field.encode_name] = None
        elif inside := _secrets_in(hint):
            tree[field.encode_name] = inside
    return tree


class Codec(Generic[T]):
    """Turns one struct type into the documents of one collection and back. The struct has a string field `id`."""

    def __init__(self, struct: type[T], collection: str, keys: KeyRing) -> None:
        self._struct = struct
        self._collection = collection
        self._keys = keys
        self._tree = _tree(struct)

    @property
    def has_secrets(self) -> bool:
        return bool(self._tree)

    def encode(self, value: T) -> dict[str, Any]:
        document: dict[str, Any] = msgspec.to_builtins(value, builtin_types=_NATIVE)
        key = document.pop("id")
        if self._tree:
            self._walk(document, self._tree, f"{self._collection}/{key}", self._seal)
        return {"_id": key, **document}

    def decode(self, document: dict[str, Any]) -> T:
        """Decodes a document and changes it in place. Raises msgspec.ValidationError, Unsealable."""
        key = document["id"] = document.pop("_id")
        if self._tree:
            self._walk(document, self._tree, f"{self._collection}/{key}", self._open)
        return msgspec.convert(document, self._struct, builtin_types=_NATIVE)

    def reseal(self, document: dict[str, Any]) -> bool:
        """Seals every secret of a raw document again under the current key, in place. Returns whether anything changed.

        Nested parts are changed in place too: pass a deep copy if the old values are still needed.
        """
        changed = False

        def again(value: Any, place: str) -> Any:
            nonlocal changed
            if self._keys.key_of(value) == self._keys.current:
                return value
            changed = True
            return self._keys.seal(self._keys.open(value, place), place)

        self._walk(document, self._tree, f"{self._collection}/{document['_id']}", again)
        return changed

    def seal_field(self, key: str, path: str, value: Any) -> bytes:
        """The sealed value of one field, for an update of that field alone; `path` is dotted, without list indexes."""
        return self._seal(value, f"{self._collection}/{key}/{path.replace('.', '/')}")

    def _walk(self, node: Any, tree: Tree, place: str, change: Callable[[Any, str], Any]) -> None:
        if isinstance(node, list | tuple):
            for item in node:
                self._walk(item, tree, place, change)
            return
        for name, inside in tree.items():
            value = node.get(name)
            if value is None:
                continue
            if inside is None:
                node[name] = change(value, f"{place}/{name}")
            else:
                self._walk(value, inside, f"{place}/{name}", change)

    def _seal(self, value: Any, place: str) -> bytes:
        return self._keys.seal(msgspec.msgpack.encode(value), place)

    def _open(self, value: bytes, place: str) -> Any:
        return msgspec.msgpack.decode(self._keys.open(value, place))
