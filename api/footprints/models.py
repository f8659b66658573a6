"""Footprints as stored: append-only."""

from datetime import datetime
from enum import StrEnum

from api.infra.documents import Kept, Stored


class FootprintKind(StrEnum):
    """The seven kinds of Yunnan 35, in its order."""

    COLLECTED = "collected"
    GATHERED = "gathered"
    PUBLISHED = "published"
    SHARED = "shared"
    QUERIED = "queried"
    REPAIRED = "repaired"
    USED = "used"


class Footprint(Stored):
    """`unit` is who did it, in words a resident knows (本人 for the resident); `basis` the article or grant it rests on.

    `records` are the records concerned; empty means the whole report. Never carries content.
    """

    KEPT = Kept(ours="id records ref", keyed="subject", word="kind", law="why basis", unit="unit", when="at")

    id: str
    subject: str
    kind: FootprintKind
    at: datetime
    unit: str
    why: str
    basis: str
    records: tuple[str, ...] = ()
    ref: str | None = None
