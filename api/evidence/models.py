"""Files as stored."""

from datetime import datetime
from typing import Literal

import msgspec

from api.infra.documents import Kept, Secret, Stored

MATERIAL = "material"
ORDER = "examination_order"
"""The kind of a file that can pause a clock: the order for an examination, added by the officer or unit that handles the case."""


Side = Literal["party", "unit", "centre"]
_SIDES: dict[str, Side] = {"prv": "unit", "stf": "centre"}


def side_of(owner: str) -> Side:
    """Which side of a case an account is on."""
    return _SIDES.get(owner.partition("_")[0], "party")


class Evidence(Stored):
    """`owner` is the account that gave it, `case` the case it belongs to or None, `size` in bytes, `digest` SM3 in hex.

    `expires_at` is set while no case has taken it; `kind` says what it is where something rests on that.
    """

    KEPT = Kept(ours="id owner case size pieces", word="media_type kind", when="added_at expires_at")

    id: str
    owner: str
    case: str | None
    filename: Secret[str]
    media_type: str
    size: int
    pieces: int
    digest: Secret[str]  # somebody with the same file could recognise it by this digest
    added_at: datetime
    expires_at: datetime | None = None
    kind: str = MATERIAL


class Piece(Stored):
    """A part of a file's content, in order of `number` from 0. `id` is the file's id, a slash and the number."""

    KEPT = Kept(ours="id file number", when="expires_at")

    id: str
    file: str
    number: int
    data: Secret[bytes]
    expires_at: datetime | None = None


class Clean(msgspec.Struct, frozen=True):
    """A cleaned file: its content as it will be stored and sent."""

    filename: str
    media_type: str
    content: bytes
