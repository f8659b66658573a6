"""Secrets: sealing fields with SM4-GCM, blind indexes with HMAC-SM3, masking for the screen."""

import base64
import hmac as compare
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from api.infra.randomness import Randomness

_NONCE = 12
_TAG = 16
_VERSION = 1
_SUBJECT = "subject"
_INDEX_NAME = re.compile(r"[a-z0-9]{0,8}")
_nonces = Randomness(_NONCE)


class Unsealable(Exception):
    """A sealed value does not open: another key, another place, or altered bytes. Never carries the value."""


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys as they are kept: base64 of 16 (SM4) or 32 bytes. `development` marks keys made at a first run.

    `index_name` stands before each digest under `index_key`, nothing before those under an installation's first one. Digests under
    a key of `former_index_keys` are still looked for, and moved to the current one. One of `retired_index_keys` makes and finds
    nothing that can be guessed any more: it knows again what was marked with it in the audit, and codes that we drew ourselves.
    """

    current: str
    field_keys: dict[str, str]
    index_key: str
    token_key: str
    development: bool = False
    index_name: str = ""
    former_index_keys: dict[str, str] = {}
    retired_index_keys: dict[str, str] = {}


class KeyRing:
    """Seals with the current key, opens with any key it holds."""

    def __init__(self, file: KeyFile) -> None:
        self.is_development = file.development
        self._keys = {name: base64.b64decode(key, validate=True) for name, key in file.field_keys.items()}
        if file.current not in self._keys:
            raise ValueError("the current field key is not among the field keys")
        if any(len(key) != 16 for key in self._keys.values()):
            raise ValueError("every field key has 16 bytes")
        self._current = file.current
        self.token_key = base64.b64decode(file.token_key, validate=True)
        self.index_name = file.index_name
        self.former_index_names = tuple(file.former_index_keys)
        named = {**file.retired_index_keys, **file.former_index_keys, file.index_name: file.index_key}
        index_keys = {name: base64.b64decode(key, validate=True) for name, key in named.items()}
        if any(len(key) < 32 for key in (*index_keys.values(), self.token_key)):
            raise ValueError("the index keys and the token key have at least 32 bytes each")
        held = 1 + len(file.former_index_keys) + len(file.retired_index_keys)
        if len(index_keys) != held or not all(_INDEX_NAME.fullmatch(name) for name in index_keys):
            raise ValueError("index keys have names of their own, of small letters and digits")
        # copied for each value, because preparing a key is expensive
        self._indexes = {name: hmac.HMAC(key, hashes.SM3()) for name, key in index_keys.items()}
        self._algorithms = {name: algorithms.SM4(key) for name, key in self._keys.items()}

    @property
    def current(self) -> str:
        return self._current

    def seal(self, plain: bytes, place: str) -> bytes:
        """`place` (collection/document/field) is authenticated: a value moved elsewhere does not open."""
        nonce = _nonces.take()
        encryptor = Cipher(self._algorithms[self._current], modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(place.encode())
        body = encryptor.update(plain) + encryptor.finalize()
        name = self._current.encode()
        return bytes((_VERSION, len(name))) + name + nonce + body + encryptor.tag

    def open(self, sealed: bytes, place: str) -> bytes:
        """Raises Unsealable."""
        try:
            name, rest = self._split(sealed)
            nonce, body, tag = rest[:_NONCE], rest[_NONCE:-_TAG], rest[-_TAG:]
            decryptor = Cipher(self._algorithms[name], modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(place.encode())
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, KeyError, ValueError, IndexError) as fault:
            raise Unsealable(place) from fault

    def key_of(self, sealed: bytes) -> str:
        """The id of the key that sealed it, for rotation."""
        return self._split(sealed)[0]

    @staticmethod
    def _split(sealed: bytes) -> tuple[str, bytes]:
        if sealed[0] != _VERSION:
            raise ValueError("unknown version")
        end = 2 + sealed[1]
        return sealed[2:end].decode(), sealed[end:]

    def blind_index(self, purpose: str, value: str) -> str:
        """HMAC-SM3 in hex: finds equal values without keeping them. Purposes do not match each other."""
        return self._digest(self.index_name, purpose, value)

    def blind_indexes(self, purpose: str, value: str) -> list[str]:
        """The digest under the current key and under each former one: for finding what has not been moved yet."""
        return [self._digest(name, purpose, value) for name in (self.index_name, *self.former_index_names)]

    def every_index(self, purpose: str, value: str) -> list[str]:
        """Also under retired keys: for codes that we drew ourselves, which nobody guesses whatever key they hold."""
        return [self._digest(name, purpose, value) for name in self._indexes]

    def is_current(self, digest: str) -> bool:
        """Whether a digest is under the key that new ones are made with."""
        return key_name(digest) == self.index_name

    def matches(self, digest: str, purpose: str, value: str, *, retired: bool = False) -> bool:
        """Whether it is the digest of the value under the key that it names, compared in constant time; a retired key counts only
        where it is said to.
        """
        name = key_name(digest)
        is_held = name in self._indexes if retired else name in (self.index_name, *self.former_index_names)
        made = self._digest(name if is_held else self.index_name, purpose, value)
        return compare.compare_digest(made.encode(), digest.encode()) and is_held

    def _digest(self, name: str, purpose: str, value: str) -> str:
        mac = self._indexes[name].copy()
        mac.update(f"{purpose}\x00{value}".encode())
        digest = mac.finalize().hex()
        return f"{name}-{digest}" if name else digest


def subject_index(keys: KeyRing, document_kind: str, document_number: str) -> str:
    """The blind index by which accounts, records and cases know a person. The number is in capitals, without spaces."""
    return keys.blind_index(_SUBJECT, f"{document_kind}:{document_number}")


def subject_indexes(keys: KeyRing, document_kind: str, document_number: str) -> list[str]:
    """The same under the current key and under each former one, the current first."""
    return keys.blind_indexes(_SUBJECT, f"{document_kind}:{document_number}")


def every_subject_index(keys: KeyRing, document_kind: str, document_number: str) -> list[str]:
    """Also under retired keys: for what names a person whom nobody knew when it was moved."""
    return keys.every_index(_SUBJECT, f"{document_kind}:{document_number}")


def key_name(digest: str) -> str:
    """The name of the index key of a digest; empty for those of an installation's first."""
    return digest.rpartition("-")[0]


def sm3(data: bytes) -> str:
    """SM3 digest in hex."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


def make_development_keys() -> KeyFile:
    def key(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).decode()

    return KeyFile(current="dev1", field_keys={"dev1": key(16)}, index_key=key(32), token_key=key(32), development=True)


def read_keys(environ: Mapping[str, str]) -> KeyRing:
    """Keys from `CW_KEYS` (JSON) or the file `CW_KEYS_FILE`, which only its owner may read. Raises ValueError."""
    if "CW_KEYS" in environ:
        return KeyRing(msgspec.json.decode(environ["CW_KEYS"], type=KeyFile))
    path = Path(environ["CW_KEYS_FILE"])
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError("the key file may be read by its owner only: chmod 600")
    return KeyRing(msgspec.json.decode(path.read_bytes(), type=KeyFile))


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
