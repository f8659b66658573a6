"""Audit entries as stored, and the head of each day's chain."""

from datetime import datetime

import msgspec

from api.infra.actors import Role
from api.infra.documents import Kept, Secret, Stored
from api.infra.wire import Out


class AuditEntry(Stored):
    """`action` is `errand.verb`; `ref` the case or record; `subject` whose data it was; `basis` the article, grant or reason.

    Where `by` is a unit, `person` is which of its people it was, or of its keys.
    `origin` is "window" where an officer did it for the person before them, and then `role` and `by` are the officer's.
    `place` is the jurisdiction whose auditors read it; None where it concerns no place, and then each reads it. `mark` is a
    keyed digest of everything above it, made when the entry is written: who can write to the database, but does not hold the
    keys, cannot make an entry. `day`, `number` and `chain` are set when the entry is chained, which happens in order within seconds of the write.
    """

    KEPT = Kept(
        ours="id by person ref number",
        word="role action outcome origin",
        keyed="subject mark",
        place="place",
        when="at day",
        digest="chain",
    )

    id: str
    at: datetime
    role: Role
    by: str
    action: str
    ref: str
    subject: str | None = None
    basis: Secret[str] | None = None
    address: Secret[str] | None = None
    outcome: str = "done"
    place: str | None = None
    origin: str | None = None
    person: str | None = None
    mark: str = ""
    day: str | None = None
    number: int | None = None
    chain: str | None = None


class Unreadable(msgspec.Struct, frozen=True):
    """A stored entry that cannot be decoded."""

    id: str
    number: int | None
    chain: str | None


class DayHead(Stored):
    """The newest link of a day. `id` is the ISO date of the civil day in Shanghai on which the entries happened.

    `seal` is a keyed digest: who can write to the database, but does not hold the keys, cannot make a head.
    """

    KEPT = Kept(when="id", ours="number", digest="chain", keyed="seal")

    id: str
    number: int
    chain: str
    seal: str


class Fault(Out):
    """A fault of the audit and its place. `kind`: changed, missing, inserted, unreadable or head."""

    day: str
    kind: str
    number: int | None
    entry: str | None
    text: str
