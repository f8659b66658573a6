"""Pledges as stored."""

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from api.infra.cases import HandledCase
from api.infra.documents import Kept, Secret, Stored


class Outcome(StrEnum):
    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"


class Performance(Stored):
    """The resident's report of performance, with attached files."""

    KEPT = Kept(when="at", ours="evidence")

    at: datetime
    note: Secret[str]
    evidence: tuple[str, ...] = ()


class Finding(Stored):
    KEPT = Kept(when="at", word="outcome", unit="unit")

    at: datetime
    outcome: Outcome
    unit: str
    reason: Secret[str]


class Pledge(HandledCase, kw_only=True):
    """`recipient` is a provider's id, or None where the pledge is made to the centre.

    `record` is what the report shows of it, from the day it takes effect; `repair` and `repaired_record` tie a repair
    pledge to its repair.
    """

    KEPT = Kept(
        ours="record repair repaired_record",
        word="kind text_version",
        law="title",
        unit="recipient recipient_unit",
        when="signed_at effective_at due_on barred_until",
    )

    kind: str
    title: str
    text_version: str
    content: Secret[str]
    recipient: str | None
    recipient_unit: str
    signed_at: datetime
    effective_at: datetime
    due_on: date | None = None
    record: str | None = None
    repair: str | None = None
    repaired_record: str | None = None
    performances: tuple[Performance, ...] = ()
    finding: Finding | None = None
    barred_until: date | None = None


class RepairFiled(msgspec.Struct, frozen=True):
    """A repair that is just being filed, with its accepted pledge."""

    repair_id: str
    record_id: str
    owner: str
    subject: str
    jurisdiction: str
    pledge_version: str
    accepted_at: datetime


class Moved(Protocol):
    """A repair after a step."""

    @property
    def id(self) -> str: ...
    @property
    def barred_until(self) -> date | None: ...
