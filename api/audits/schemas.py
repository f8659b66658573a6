"""What an auditor sees."""

from datetime import datetime

import msgspec

from api.audits.models import AuditEntry, DayHead
from api.audits.wording import ActionNames, Named, basis_words, outcome_name, role_name

_SHOWN = (
    "id",
    "at",
    "by",
    "action",
    "ref",
    "subject",
    "basis",
    "address",
    "outcome",
    "place",
    "day",
    "number",
    "chain",
)


class AuditEntryView(msgspec.Struct, frozen=True, rename="camel"):
    """Ids and digests only: an auditor sees who did what, not what was in it. Each code comes with its name."""

    id: str
    at: datetime
    role: str
    by: str
    action: str
    ref: str
    subject: str | None
    basis: str | None
    address: str | None
    outcome: str
    place: str | None
    day: str | None
    number: int | None
    chain: str | None
    role_name: str
    action_name: str
    outcome_name: str
    basis_words: str | None

    @classmethod
    def of(cls, entry: AuditEntry, names: ActionNames) -> "AuditEntryView":
        return cls(
            **{name: getattr(entry, name) for name in _SHOWN},
            role=entry.role.value,
            role_name=role_name(entry.role),
            action_name=names.of(entry.action),
            outcome_name=outcome_name(entry.outcome),
            basis_words=basis_words(entry.basis),
        )


class AuditPage(msgspec.Struct, frozen=True, rename="camel"):
    items: tuple[AuditEntryView, ...]
    next_cursor: str | None


class DayHeadView(msgspec.Struct, frozen=True, rename="camel"):
    day: str
    number: int
    chain: str
    seal: str

    @classmethod
    def of(cls, head: DayHead) -> "DayHeadView":
        return cls(day=head.id, number=head.number, chain=head.chain, seal=head.seal)


class DayHeads(msgspec.Struct, frozen=True, rename="camel"):
    items: tuple[DayHeadView, ...]


class AuditActions(msgspec.Struct, frozen=True, rename="camel"):
    items: tuple[Named, ...]
