"""The keys of an installation as they are kept: one file, which only its owner reads, or the same text in the environment."""

import base64
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec


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


def make_development_keys() -> KeyFile:
    def key(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).decode()

    return KeyFile(current="dev1", field_keys={"dev1": key(16)}, index_key=key(32), token_key=key(32), development=True)


def read_key_file(environ: Mapping[str, str]) -> KeyFile:
    """From `CW_KEYS` (JSON) or the file `CW_KEYS_FILE`, which only its owner may read. Raises ValueError, OSError, KeyError."""
    if environ.get("CW_KEYS"):
        return msgspec.json.decode(environ["CW_KEYS"], type=KeyFile)
    path = Path(environ["CW_KEYS_FILE"])
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError("the key file may be read by its owner only: chmod 600")
    return msgspec.json.decode(path.read_bytes(), type=KeyFile)
