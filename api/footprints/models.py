"""Footprints as stored: append-only."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import Any

from api.infra.documents import Kept, Stored

OWN = "本人"
"""The `unit` of what the resident did."""


class FootprintKind(StrEnum):
    """The seven kinds of Yunnan 35, in its order."""

    COLLECTED = "collected"
    GATHERED = "gathered"
    PUBLISHED = "published"
    SHARED = "shared"
    QUERIED = "queried"
    REPAIRED = "repaired"
    USED = "used"


_BY_END = {
    "a": FootprintKind.COLLECTED,
    "b": FootprintKind.GATHERED,
    "c": FootprintKind.PUBLISHED,
    "d": FootprintKind.SHARED,
    "e": FootprintKind.USED,
}
"""The kinds that one event leaves together, by the first letter of what their ids end in."""
_ALWAYS, *_PERHAPS = ((FootprintKind.COLLECTED, FootprintKind.GATHERED), *list(_BY_END.values())[2:])
_TOGETHER = {
    frozenset((*_ALWAYS, *some)): "+".join((*_ALWAYS, *some))
    for number in range(len(_PERHAPS) + 1)
    for some in combinations(_PERHAPS, number)
}


def together(kinds: Iterable[FootprintKind]) -> str:
    """The `kind` of a document of several footprints. Raises KeyError for kinds that one event does not leave together."""
    return _TOGETHER[frozenset(kinds)]


def among(kind: FootprintKind) -> list[str]:
    """Every `kind` of a document that has a footprint of this kind."""
    return [kind.value, *(said for kinds, said in _TOGETHER.items() if kind in kinds)]


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

    Of several, `unit`, `why` and `basis` are lists, whose n-th values belong to the n-th footprint, and `ends` what the ids
    of the footprints end in, in their order, which says their kinds. `kind` is all of these in one word (`together`): a list
    would have as many entries in the index. Earlier versions stored the list. The document has the id of the first.
    """

    KEPT = Kept(ours="id records ref ends", keyed="subject", word="kind", law="why basis", unit="unit", when="at")

    id: str
    subject: str
    at: datetime
    kind: str | tuple[FootprintKind, ...]
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
        kinds = [_BY_END[end[0]] for end in self.ends] if isinstance(self.kind, str) else self.kind
        several = zip(self.ends, kinds, self.unit, self.why, self.basis, strict=True)
        found = [self._one(start + end, *said) for end, *said in several]
        return tuple(sorted(found, key=lambda one: one.id, reverse=True))

    def _one(self, key: str, kind: Any, unit: Any, why: Any, basis: Any) -> Footprint:
        return Footprint(
            id=key,
            subject=self.subject,
            kind=FootprintKind(kind),
            at=self.at,
            unit=unit,
            why=why,
            basis=basis,
            records=self.records,
            ref=self.ref,
        )
