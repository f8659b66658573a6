"""What an auditor sees."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from api.audits.models import AuditEntry, DayHead
from api.audits.wording import ActionNames, basis_words, outcome_name, role_name
from api.infra.actors import Role
from api.infra.clock import SHANGHAI
from api.infra.sheets import without_formula
from api.infra.wire import Out

_STAFF = (Role.OFFICER, Role.AUDITOR, Role.ADMIN)
_SHOWN = (
    "id",
    "at",
    "by",
    "person",
    "action",
    "ref",
    "subject",
    "basis",
    "address",
    "outcome",
    "place",
    "origin",
    "day",
    "number",
    "chain",
)


class AuditEntryView(Out):
    """Ids and digests only: an auditor sees who did what, not what was in it. Each code comes with its name, and staff with
    theirs, also a unit's; residents have none here. `person` is which of a unit's people or keys acted."""

    id: str
    at: datetime
    role: str
    by: str
    person: str | None
    action: str
    ref: str
    subject: str | None
    basis: str | None
    address: str | None
    outcome: str
    place: str | None
    origin: str | None
    day: str | None
    number: int | None
    chain: str | None
    role_name: str
    action_name: str
    outcome_name: str
    basis_words: str | None
    by_name: str | None
    person_name: str | None

    @classmethod
    def of(cls, entry: AuditEntry, names: ActionNames, people: Mapping[str, str]) -> "AuditEntryView":
        return cls(
            **{name: getattr(entry, name) for name in _SHOWN},
            role=entry.role.value,
            role_name=role_name(entry.role),
            action_name=names.of(entry.action),
            outcome_name=outcome_name(entry.outcome),
            basis_words=basis_words(entry.basis),
            by_name=people.get(entry.by),
            person_name=people.get(entry.person or ""),
        )

    def row(self) -> list[str]:
        """For a spreadsheet; the time is Shanghai's."""
        place = "" if self.chain is None else f"{self.day} {self.number} {self.chain}"
        cells = (
            self.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            f"{self.role_name}（窗口代办）" if self.origin else self.role_name,
            f"{self.by_name or self.by}{f'（{self.person_name or self.person}）' if self.person else ''}",
            self.action_name,
            self.ref,
            self.outcome_name,
            self.basis_words or "",
            place,
        )
        return [without_formula(cell) for cell in cells]


def staff_of(entries: Sequence[AuditEntry]) -> frozenset[str]:
    """The ids that may be a member of staff's, of the centre or of a unit."""
    own = {entry.by for entry in entries if entry.role in _STAFF}
    return frozenset(own | {entry.person for entry in entries if entry.person})


ROW_TITLES = ["时间", "角色", "谁", "做了什么", "对象", "结果", "依据", "链"]


class ChainFault(Out):
    kind: str
    number: int | None
    text: str


class ChainState(Out):
    """Whether a day's chain is intact from its first entry to its last, and what is wrong if it is not."""

    day: date
    is_whole: bool
    faults: tuple[ChainFault, ...]


class DayHeadView(Out):
    day: str
    number: int
    chain: str
    seal: str

    @classmethod
    def of(cls, head: DayHead) -> "DayHeadView":
        return cls.showing(head, day=head.id)
