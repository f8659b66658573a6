"""Footprints as the person reads them."""

from datetime import datetime

from api.footprints.models import OWN, Footprint, FootprintKind
from api.infra.wire import Out

LABELS: dict[str, str] = {
    FootprintKind.COLLECTED: "采集",
    FootprintKind.GATHERED: "归集",
    FootprintKind.PUBLISHED: "公开",
    FootprintKind.SHARED: "共享",
    FootprintKind.QUERIED: "查询",
    FootprintKind.REPAIRED: "修复",
    FootprintKind.USED: "使用",
}
_DISPUTABLE = frozenset((FootprintKind.SHARED, FootprintKind.QUERIED, FootprintKind.USED))


class DisputeView(Out):
    """Opens the form of an objection with what is known already filled in."""

    flow: str
    label: str
    reason: str
    footprint_id: str
    record_id: str | None


class FootprintView(Out):
    """`records` are ids of the records concerned; empty means the whole report.

    `granteeName`: for whom the resident's own grant was meant. It is kept with the grant alone, sealed, and read anew.
    """

    id: str
    kind: FootprintKind
    kind_label: str
    at: datetime
    unit: str
    grantee_name: str | None
    why: str
    basis: str
    records: tuple[str, ...]
    ref: str | None
    can_dispute: bool
    dispute: DisputeView | None

    @classmethod
    def of(cls, entry: Footprint, grantee_name: str | None = None) -> "FootprintView":
        can_dispute = entry.kind in _DISPUTABLE and entry.unit != OWN
        label = f"我不认识这次{LABELS[entry.kind]}"
        return cls.showing(
            entry,
            kind_label=LABELS[entry.kind],
            grantee_name=grantee_name,
            can_dispute=can_dispute,
            dispute=DisputeView(
                "objection", label, "unknown_query", entry.id, entry.records[0] if entry.records else None
            )
            if can_dispute
            else None,
        )
