"""Audit entries as stored."""

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
