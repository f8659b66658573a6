"""Secrets: sealing fields, blind indexes and signatures as everybody asks for them, and masking for the screen."""

import hmac as compare
from collections.abc import Sequence
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes

from api.infra.held_keys import About, HeldKeys, split
from api.infra.key_file import KeyFile

_SUBJECT = "subject"


class Unsealable(Exception):
    """A sealed value does not open: another key, another place, or altered bytes. Never carries the value."""


class Keyholder(Protocol):
    """Who has the keys: this process (`HeldKeys`), or the key module, which is asked (`AskedKeys`). Many values are one question."""

    @property
    def about(self) -> About: ...
    def seal(self, values: Sequence[tuple[bytes, str]]) -> list[bytes]: ...
    def open(self, values: Sequence[tuple[bytes, str]]) -> list[bytes | None]: ...
    def digest(self, values: Sequence[tuple[str, str, str]]) -> list[str]: ...
    def sign(self, message: bytes) -> bytes: ...
    def fault(self) -> str | None: ...
    def used(self) -> dict[str, int] | None: ...
    def close(self) -> None: ...


class KeyRing:
    """Seals with the current key, opens with any key that is held. Everything here raises an outage where the keys cannot be asked."""

    def __init__(self, holder: Keyholder) -> None:
        self._holder = holder

    @classmethod
    def of(cls, file: KeyFile) -> "KeyRing":
        """With the keys in this process. Raises ValueError for a file that is none."""
        return cls(HeldKeys(file))

    @property
    def current(self) -> str:
        return self._holder.about.current

    @property
    def index_name(self) -> str:
        return self._holder.about.index_name

    @property
    def former_index_names(self) -> tuple[str, ...]:
        return self._holder.about.former_index_names

    @property
    def is_in_process(self) -> bool:
        return isinstance(self._holder, HeldKeys)

    def fault(self) -> str | None:
        """Why the keys cannot be asked now, for readiness; None while they can."""
        return self._holder.fault()

    def used(self) -> dict[str, int] | None:
        """How many values a key module has sealed, opened and so on since its start; None without one."""
        return self._holder.used()

    def close(self) -> None:
        """Until it is used again."""
        self._holder.close()

    def seal(self, plain: bytes, place: str) -> bytes:
        """`place` (collection/document/field) is authenticated: a value moved elsewhere does not open."""
        return self._holder.seal([(plain, place)])[0]

    def seal_all(self, values: Sequence[tuple[bytes, str]]) -> list[bytes]:
        """Each value with its place."""
        return self._holder.seal(values) if values else []

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises Unsealable."""
        return self.open_all([(sealed, place)])[0]

    def open_all(self, values: Sequence[tuple[bytes, str]]) -> list[bytes]:
        """Raises Unsealable where one of them does not open."""
        opened: list[bytes] = []
        for plain, (_, place) in zip(self.open_each(values), values, strict=True):
            if plain is None:
                raise Unsealable(place)
            opened.append(plain)
        return opened

    def open_each(self, values: Sequence[tuple[Any, str]]) -> list[bytes | None]:
        """The same, with None for each that does not open, whatever somebody wrote into the database in its place."""
        asked = [(sealed if isinstance(sealed, bytes) else b"", place) for sealed, place in values]
        return self._holder.open(asked) if asked else []

    @staticmethod
    def key_of(sealed: bytes) -> str:
        """The id of the key that sealed it, for rotation."""
        return split(sealed)[0]

    def sign(self, message: bytes) -> bytes:
        """HMAC-SHA256 under the key of tokens."""
        return self._holder.sign(message)

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        return compare.compare_digest(self.sign(message), signature)

    def blind_index(self, purpose: str, value: str) -> str:
        """HMAC-SM3 in hex: finds equal values without keeping them. Purposes do not match each other."""
        return self.blind_index_all(purpose, (value,))[0]

    def blind_index_all(self, purpose: str, values: Sequence[str]) -> list[str]:
        """Of each value."""
        name = self.index_name
        return self._holder.digest([(name, purpose, value) for value in values]) if values else []

    def blind_indexes(self, purpose: str, value: str) -> list[str]:
        """The digest under the current key and under each former one: for finding what has not been moved yet."""
        names = (self.index_name, *self.former_index_names)
        return self._holder.digest([(name, purpose, value) for name in names])

    def every_index(self, purpose: str, value: str) -> list[str]:
        """Also under retired keys: for random codes, which nobody can guess, even with a key."""
        return self._holder.digest([(name, purpose, value) for name in self._holder.about.index_names])

    def is_current(self, digest: str) -> bool:
        """Whether a digest is under the key that new ones are made with."""
        return key_name(digest) == self.index_name

    def matches(self, digest: str, purpose: str, value: str, *, retired: bool = False) -> bool:
        """Whether it is the digest of the value under the key that it names, compared in constant time; a retired key counts only
        where it is said to.
        """
        return self.matches_all(purpose, ((digest, value),), retired=retired)[0]

    def matches_all(self, purpose: str, pairs: Sequence[tuple[str, str]], *, retired: bool = False) -> list[bool]:
        """The same of each digest and value."""
        about = self._holder.about
        held = about.index_names if retired else (about.index_name, *about.former_index_names)
        names = [key_name(digest) for digest, _ in pairs]
        asked = [
            (name if name in held else about.index_name, purpose, value)
            for name, (_, value) in zip(names, pairs, strict=True)
        ]
        made = self._holder.digest(asked) if asked else []
        return [
            compare.compare_digest(one.encode(), digest.encode()) and name in held
            for one, name, (digest, _) in zip(made, names, pairs, strict=True)
        ]


def subject_index(keys: KeyRing, document_kind: str, document_number: str) -> str:
    """The blind index by which accounts, records and cases know a person. The number is in capitals, without spaces."""
    return keys.blind_index(_SUBJECT, f"{document_kind}:{document_number}")


def subject_index_all(keys: KeyRing, documents: Sequence[tuple[str, str]]) -> list[str]:
    """Of each document's kind and number."""
    return keys.blind_index_all(_SUBJECT, [f"{kind}:{number}" for kind, number in documents])


def subject_indexes(keys: KeyRing, document_kind: str, document_number: str) -> list[str]:
    """The same under the current key and under each former one, the current first."""
    return keys.blind_indexes(_SUBJECT, f"{document_kind}:{document_number}")


def every_subject_index(keys: KeyRing, document_kind: str, document_number: str) -> list[str]:
    """Also under retired keys: for what names a person who was not known when the key was rotated."""
    return keys.every_index(_SUBJECT, f"{document_kind}:{document_number}")


def key_name(digest: str) -> str:
    """The name of the index key of a digest; empty for those of an installation's first."""
    return digest.rpartition("-")[0]


def sm3(data: bytes) -> str:
    """SM3 digest in hex."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳小红 → 欧**红."""
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str) -> str:
    """Keeps the first four and last two characters, or fewer of a short number."""
    if len(number) < 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 6) + number[-2:]
