"""Footprints as stored: append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

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


class Trail(Stored):
    """Footprints as they lie in the database: one, or several that one event left at the same instant, which are one
    document because most footprints come in such groups.

    Of several, `kind`, `unit`, `why` and `basis` are lists, whose n-th values belong to the n-th footprint, and `ends` what
    the ids of the footprints end in, in their order. The document has the id of the first.
    """

    KEPT = Kept(ours="id records ref ends", keyed="subject", word="kind", law="why basis", unit="unit", when="at")

    id: str
    subject: str
    at: datetime
    kind: FootprintKind | tuple[FootprintKind, ...]
    unit: str | tuple[str, ...]
    why: str | tuple[str, ...]
    basis: str | tuple[str, ...]
    records: tuple[str, ...] = ()
    ref: str | None = None
    ends: tuple[str, ...] = ()

    def each(self) -> tuple[Footprint, ...]:
        """The footprints, the last id first."""
        if not self.ends:
            return (self._one(self.id, self.kind, self.unit, self.why, self.basis),)
        start = self.id.removesuffix(self.ends[0])
        several = zip(self.ends, self.kind, self.unit, self.why, self.basis, strict=True)
        found = [self._one(start + end, *said) for end, *said in several]
        return tuple(sorted(found, key=lambda one: one.id, reverse=True))

    def _one(self, key: str, kind: Any, unit: Any, why: Any, basis: Any) -> Footprint:
        return Footprint(
            id=key,
            subject=self.subject,
            kind=kind,
            at=self.at,
            unit=unit,
            why=why,
            basis=basis,
            records=self.records,
            ref=self.ref,
        )
