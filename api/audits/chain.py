"""The chain: each entry's link is the SM3 of the link before it and of everything the entry says. Pure."""

from collections.abc import Callable, Sequence

import msgspec

from api.audits.models import AuditEntry, DayHead, Fault, Unreadable
from api.infra.privacy import sm3

Seal = Callable[[str], str]


def first_link(day: str) -> str:
    """The link before a day's first entry."""
    return sm3(f"credit-window audit {day}".encode())


def next_link(previous: str, entry: AuditEntry, day: str, number: int) -> str:
    """The next link. Instants count in milliseconds, as stored; entries older than `origin` or `person` have none."""
    said = (
        previous,
        day,
        number,
        entry.id,
        _millisecond(entry),
        entry.role.value,
        entry.by,
        entry.action,
        entry.ref,
        entry.subject,
        entry.basis,
        entry.address,
        entry.outcome,
        entry.place,
        entry.mark,
        *([entry.origin] if entry.origin else ()),
        *_person(entry),
    )
    return sm3(msgspec.json.encode(said))


def marked_text(entry: AuditEntry) -> str:
    """Everything in an entry at the time of writing, as text; the instant in milliseconds."""
    plain = msgspec.structs.asdict(msgspec.structs.replace(entry, mark="", day=None, number=None, chain=None))
    del plain["person"]
    if plain["origin"] is None:
        del plain["origin"]  # entries from before this field existed hash as before
    said = (*(value for name, value in plain.items() if name != "at"), _millisecond(entry), *_person(entry))
    return msgspec.json.encode(said).decode()


def _person(entry: AuditEntry) -> tuple[tuple[str, str], ...]:
    """Nothing for entries without, which hash as before this field existed; by its name, so that it is taken for no other."""
    return (("person", entry.person),) if entry.person else ()


def _millisecond(entry: AuditEntry) -> int:
    return int(entry.at.timestamp() * 1000)


def link(head: DayHead | None, day: str, entries: Sequence[AuditEntry], seal: Seal) -> tuple[list[AuditEntry], DayHead]:
    """Chains the entries after `head`. Returns them with their numbers and links, and the new head."""
    number, chain = (head.number, head.chain) if head else (0, first_link(day))
    linked = []
    for entry in entries:
        number += 1
        chain = next_link(chain, entry, day, number)
        linked.append(msgspec.structs.replace(entry, day=day, number=number, chain=chain))
    return linked, DayHead(id=day, number=number, chain=chain, seal=seal(sealed_text(day, number, chain)))


def sealed_text(day: str, number: int, chain: str) -> str:
    return f"{day}:{number}:{chain}"


def is_behind(kept: DayHead, now: DayHead) -> bool:
    """Whether `kept` may be an earlier head of the day than `now`, or the same: a head never goes back."""
    return now.number > kept.number or (now.number, now.chain) == (kept.number, kept.chain)


class DayCheck:
    """Verifies one day, entry by entry in the order of their numbers, without holding the day in memory."""

    def __init__(
        self,
        day: str,
        head: DayHead | None,
        is_sealed: Callable[[str, str], bool],
        is_ours: Callable[[AuditEntry], bool],
    ) -> None:
        self._is_ours = is_ours
        self._day = day
        self._head = head
        self._is_sealed = is_sealed
        self._number = 0
        self._chain: str | None = first_link(day)
        self.faults: list[Fault] = []

    def see(self, entry: AuditEntry | Unreadable) -> None:
        if isinstance(entry, Unreadable):
            self._fault("unreadable", entry.number, entry.id, "这条日志读不出来，被改坏了")
            self._number, self._chain = max(self._number, entry.number or 0), entry.chain
            return
        number = entry.number or 0
        last = self._head.number if self._head else None
        if number <= self._number or (last is not None and number > last):
            self._fault("inserted", number, entry.id, "这条日志不在链上，是后来加进去的")
            return
        for missing in range(self._number + 1, number):
            self._fault("missing", missing, None, "这条日志不见了")
            self._chain = None  # the content is unreadable, so the next entry cannot be checked against it
        expected = next_link(self._chain, entry, self._day, number) if self._chain is not None else entry.chain
        if expected != entry.chain or not self._is_ours(entry):
            self._fault("changed", number, entry.id, "这条日志的内容被改过")
        self._number, self._chain = number, entry.chain

    def finish(self) -> list[Fault]:
        """All faults, in order."""
        head = self._head
        if head is None:
            self._fault("head", None, None, "这一天的链头不见了")
            return self.faults
        for missing in range(self._number + 1, head.number + 1):
            self._fault("missing", missing, None, "这条日志不见了")
        if self._number == head.number and self._chain != head.chain:
            self._fault("head", head.number, None, "链头与最后一条日志不一致")
        if not self._is_sealed(head.seal, sealed_text(self._day, head.number, head.chain)):
            self._fault("head", head.number, None, "链头被改过")
        return self.faults

    def _fault(self, kind: str, number: int | None, entry: str | None, text: str) -> None:
        self.faults.append(Fault(day=self._day, kind=kind, number=number, entry=entry, text=text))
