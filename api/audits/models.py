"""Audit entries as stored, and the head of each day's chain."""

from datetime import datetime

import msgspec

from api.infra.actors import Role


class AuditEntry(msgspec.Struct, frozen=True):
    """`action` is `errand.verb`; `ref` the case or record; `subject` whose data it was; `basis` the article or grant.

    `day`, `number` and `chain` are set when the entry is chained, which happens in order within seconds of the write.
    """

    id: str
    at: datetime
    role: Role
    by: str
    action: str
    ref: str
    subject: str | None = None
    basis: str | None = None
    address: str | None = None
    outcome: str = "done"
    day: str | None = None
    number: int | None = None
    chain: str | None = None


class DayHead(msgspec.Struct, frozen=True):
    """The newest link of a day. `id` is the ISO date of the civil day in Shanghai on which the entries happened.

    `seal` is a keyed digest: who can write to the database, but does not hold the keys, cannot make a head.
    """

    id: str
    number: int
    chain: str
    seal: str


class Fault(msgspec.Struct, frozen=True, rename="camel"):
    """What is wrong with the audit and where. `kind`: changed, missing, inserted or head."""

    day: str
    kind: str
    number: int | None
    entry: str | None
    text: str
