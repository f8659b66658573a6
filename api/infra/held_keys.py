"""The keys themselves and what is done with them: SM4-GCM for fields, HMAC-SM3 for blind indexes, HMAC-SHA256 for tokens.

In production this runs in the key module alone (`key_module.py`), in development in each process.
"""

import base64
import hmac as standard
import re
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from api.infra.key_file import KeyFile
from api.infra.randomness import Randomness

_NONCE = 12
_TAG = 16
_VERSION = 1
_INDEX_NAME = re.compile(r"[a-z0-9]{0,8}")
_nonces = Randomness(_NONCE)


class About(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The names of the keys, none of which is a secret. `current` is the field key that seals, `index_name` the key of new digests."""

    current: str
    index_name: str
    former_index_names: tuple[str, ...]
    retired_index_names: tuple[str, ...]

    @property
    def index_names(self) -> tuple[str, ...]:
        return (self.index_name, *self.former_index_names, *self.retired_index_names)


class HeldKeys:
    """Seals with the current key, opens with any key it holds. Raises ValueError for a file that is none."""

    def __init__(self, file: KeyFile) -> None:
        keys = {name: base64.b64decode(key, validate=True) for name, key in file.field_keys.items()}
        if file.current not in keys:
            raise ValueError("the current field key is not among the field keys")
        if any(len(key) != 16 for key in keys.values()):
            raise ValueError("every field key has 16 bytes")
        if not all(0 < len(name.encode()) < 256 for name in keys):
            raise ValueError("the name of a field key has 1 to 255 bytes")
        self._token_key = base64.b64decode(file.token_key, validate=True)
        named = {**file.retired_index_keys, **file.former_index_keys, file.index_name: file.index_key}
        index_keys = {name: base64.b64decode(key, validate=True) for name, key in named.items()}
        if any(len(key) < 32 for key in (*index_keys.values(), self._token_key)):
            raise ValueError("the index keys and the token key have at least 32 bytes each")
        held = 1 + len(file.former_index_keys) + len(file.retired_index_keys)
        if len(index_keys) != held or not all(_INDEX_NAME.fullmatch(name) for name in index_keys):
            raise ValueError("index keys have names of their own, of small letters and digits")
        # copied for each value, because preparing a key is expensive
        self._indexes = {name: hmac.HMAC(key, hashes.SM3()) for name, key in index_keys.items()}
        self._algorithms = {name: algorithms.SM4(key) for name, key in keys.items()}
        self.about = About(file.current, file.index_name, tuple(file.former_index_keys), tuple(file.retired_index_keys))

    def seal(self, values: Sequence[tuple[bytes, str]]) -> list[bytes]:
        """Each value, bound to its place: moved elsewhere it does not open."""
        algorithm, name = self._algorithms[self.about.current], self.about.current.encode()
        begins = bytes((_VERSION, len(name))) + name
        cipher = Cipher(algorithm, modes.GCM(bytes(_NONCE)))  # one for all, each with a mode of its own: see `_open`
        sealed = []
        for plain, place in values:
            nonce = _nonces.take()
            cipher.mode = modes.GCM(nonce)
            encryptor = cipher.encryptor()
            encryptor.authenticate_additional_data(place.encode())
            body = encryptor.update(plain), encryptor.finalize()
            sealed.append(b"".join((begins, nonce, *body, encryptor.tag)))
        return sealed

    def open(self, values: Sequence[tuple[bytes, str]]) -> list[bytes | None]:
        """What each was, of its place; None for one that does not open."""
        ciphers: dict[str, Cipher[modes.GCM]] = {}
        return [self._open(ciphers, sealed, place) for sealed, place in values]

    def digest(self, values: Sequence[tuple[str, str, str]]) -> list[str]:
        """Of each key's name, purpose and value the digest in hex, the key's name before it. Raises KeyError for a key that is not here."""
        digests = []
        for name, purpose, value in values:
            mac = self._indexes[name].copy()
            mac.update(f"{purpose}\x00{value}".encode())
            digest = mac.finalize().hex()
            digests.append(f"{name}-{digest}" if name else digest)
        return digests

    def sign(self, message: bytes) -> bytes:
        return standard.digest(self._token_key, message, "sha256")

    def fault(self) -> str | None:
        """Why nothing can be asked now: never, for keys that are here."""
        return None

    def used(self) -> dict[str, int] | None:
        return None

    def close(self) -> None: ...

    def _open(self, ciphers: dict[str, Cipher[modes.GCM]], sealed: bytes, place: str) -> bytes | None:
        """`ciphers`: of this call, by key. Each value has a mode of its own, with its nonce and tag; to make the cipher round it anew
        takes as long as to open some bytes."""
        try:
            name, rest = split(sealed)
            mode = modes.GCM(rest[:_NONCE], rest[-_TAG:])
            if (cipher := ciphers.get(name)) is None:
                cipher = ciphers[name] = Cipher(self._algorithms[name], mode)
            cipher.mode = mode
            decryptor = cipher.decryptor()
            decryptor.authenticate_additional_data(place.encode())
            return decryptor.update(rest[_NONCE:-_TAG]) + decryptor.finalize()
        except (InvalidTag, KeyError, ValueError, IndexError):
            return None


def split(sealed: bytes) -> tuple[str, bytes]:
    """The name of the key that sealed it, and the rest. Raises ValueError, IndexError."""
    if sealed[0] != _VERSION:
        raise ValueError("unknown version")
    end = 2 + sealed[1]
    return sealed[2:end].decode(), sealed[end:]
