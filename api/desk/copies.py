"""What systems owe after a provider has put its own record right or reported that the act was revoked: no case stands
behind it, so the record itself says who has been told and who has followed (Yunnan 36; elsewhere a service)."""

import msgspec

from api.infra.clock import civil_date
from api.infra.steps import Step, begin
from api.records.models import Copy, Record

ERRAND = "corrections"
_BY_LAW, _SERVICE = "objection.shared_copies", "objection.follow_copies"


class Told(msgspec.Struct, frozen=True):
    """A record as the queue sees it, under the record's own id. It names no resident: nobody asked for it."""

    id: str
    number: str
    jurisdiction: str
    steps: tuple[Step, ...]
    status: str = "told"
    owner: str = ""
    subject: str = ""


def told(record: Record) -> Told:
    by_provider = {change.at for change in record.changes if _is_of_provider(change.kind)}
    copies = [copy for copy in record.copies if copy.told_at in by_provider]
    return Told(
        id=record.id,
        number=f"GZ{record.id[-10:].upper()}",
        jurisdiction=record.jurisdiction,
        steps=tuple(_step(record, copy) for copy in copies),
    )


def _is_of_provider(kind: str) -> bool:
    return kind == "corrected" or kind.startswith("act-")


def _step(record: Record, copy: Copy) -> Step:
    assert copy.told_at is not None
    on = civil_date(copy.told_at)
    clock = _SERVICE if copy.due_on is None else _BY_LAW
    step = begin(clock, record.jurisdiction, on, copy.system, part=f"{copy.system}@{on}")
    return msgspec.structs.replace(step, done_at=copy.acknowledged_at)
