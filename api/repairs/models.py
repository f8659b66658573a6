"""Repairs as stored. There is no field for money, on purpose."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from api.desk.models import Remedy
from api.infra.documents import Secret
from api.infra.steps import Step
from api.infra.transitions import HistoryEntry


class Addressee(StrEnum):
    CENTRE = "centre"
    UNIT = "unit"  # that determined the conduct


class Pledge(msgspec.Struct, frozen=True):
    """The version of the text that was accepted; `digest` is SM3 of the text, in hex."""

    version: str
    digest: str
    accepted_at: datetime


class MaterialList(msgspec.Struct, frozen=True):
    """Everything that is lacking, asked for in one list, once."""

    asked_at: datetime
    by: str
    items: Secret[tuple[str, ...]]
    given_at: datetime | None = None
    answer: Secret[str] | None = None


class Extension(msgspec.Struct, frozen=True):
    """More time for the decision, once. `was_due_on` is the day that moved; the resident reads the reasons."""

    at: datetime
    by: str
    was_due_on: date
    due_on: date
    reasons: Secret[str]


class Decision(msgspec.Struct, frozen=True):
    """`kind`: approved, refused or declined (not accepted); reasons are compulsory for the last two."""

    kind: str
    by: str
    at: datetime
    reasons: Secret[str]


class Repair(msgspec.Struct, frozen=True):
    """`provider` is the id of the unit that determined the conduct, `provider_unit` its name.

    `duty_performed_on` is what the resident stated where the record did not hold it; `opened_on` the day from which the
    application was possible, by the rules named in `regime`.
    """

    id: str
    number: str
    owner: str
    subject: str
    record_id: str
    record_title: str
    jurisdiction: str
    addressee: Addressee
    provider: str
    provider_unit: str
    performance: Secret[str]
    duty_performed_on: date | None
    pledge: Pledge
    opened_on: date | None
    regime: str
    status: str
    filed_at: datetime
    history: tuple[HistoryEntry, ...]
    steps: tuple[Step, ...]
    is_open: bool = True
    material: MaterialList | None = None
    extension: Extension | None = None
    decision: Decision | None = None
    decided_at: datetime | None = None
    barred_until: date | None = None
    remedies: tuple[Remedy, ...] = ()
    urged_on: tuple[date, ...] = ()
    version: int = 1
