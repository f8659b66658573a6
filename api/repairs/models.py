"""Repairs as stored. There is no field for money, on purpose."""

from datetime import date, datetime
from enum import StrEnum

from api.desk.models import RecordCase, Remedy
from api.infra.documents import Kept, Secret, Stored
from knowledge.remedies import Decider


class Addressee(StrEnum):
    CENTRE = "centre"
    UNIT = "unit"  # that determined the conduct


class Pledge(Stored):
    """The version of the text that was accepted; `digest` is SM3 of the text, in hex."""

    KEPT = Kept(law="version digest", when="accepted_at")

    version: str
    digest: str
    accepted_at: datetime


class MaterialList(Stored):
    """Everything that is lacking, asked for in one list, once. `answer_by` is the last day as it was told: until then the application
    waits. None where no day was told, as before days were.
    """

    KEPT = Kept(when="asked_at answer_by given_at", unit="by")

    asked_at: datetime
    by: str
    items: Secret[tuple[str, ...]]
    answer_by: date | None = None
    given_at: datetime | None = None
    answer: Secret[str] | None = None


class Extension(Stored):
    """More time for the decision, once. `was_due_on` is the day that moved; the resident reads the reasons."""

    KEPT = Kept(when="at was_due_on due_on", unit="by")

    at: datetime
    by: str
    was_due_on: date
    due_on: date
    reasons: Secret[str]


class Decision(Stored):
    """`kind`: approved, refused, declined (not accepted) or lapsed (what was asked for was not given); for refused and declined reasons
    are compulsory.
    """

    KEPT = Kept(word="kind", unit="by", when="at", law="despite")

    kind: str
    by: str
    at: datetime
    reasons: Secret[str]
    despite: tuple[str, ...] = ()


class Element(StrEnum):
    """What a determining unit has to find before it may bar (Order 36); lateness alone is none of them."""

    FALSE_MATERIAL = "false_material"
    SERIOUSLY_UNTRUE = "seriously_untrue"
    WILFUL_DEFAULT = "wilful_default"

    @property
    def label(self) -> str:
        return _ELEMENTS[self]


_ELEMENTS = {
    Element.FALSE_MATERIAL: "材料虚假",
    Element.SERIOUSLY_UNTRUE: "承诺严重不实",
    Element.WILFUL_DEFAULT: "故意不履行承诺",
}


class Bar(Stored):
    """What the unit that determined the conduct means to bar and why: told first, answered, and only then imposed.

    `until` is the last day as the unit states it, with its `basis` and `remedies`; nothing of these is computed. `reply_by` is the
    last day for the resident's answer. `ways` are the remedies against the bar itself, counted from the day it was imposed; those
    against the decision keep their days.
    """

    KEPT = Kept(
        word="element", law="basis remedies", unit="by", when="until told_at reply_by answered_at imposed_at dropped_at"
    )

    element: Element
    until: date
    facts: Secret[str]
    basis: str
    remedies: str
    by: str
    told_at: datetime
    reply_by: date
    answer: Secret[str] | None = None
    answered_at: datetime | None = None
    imposed_at: datetime | None = None
    dropped_at: datetime | None = None
    reasons: Secret[str] | None = None
    ways: tuple[Remedy, ...] = ()


class Repair(RecordCase, kw_only=True):
    """Its unit is the one that determined the conduct.

    `warning` is what the resident was told where the application was accepted although a condition was not met, as far
    as was known.

    `duty_performed_on` is what the resident stated where the record did not hold it; `opened_on` the day from which the
    application was possible, by the rules named in `regime`.
    """

    KEPT = Kept(law="warning", word="addressee regime decided_by", when="duty_performed_on opened_on barred_until")

    addressee: Addressee
    performance: Secret[str]
    duty_performed_on: date | None
    pledge: Pledge
    opened_on: date | None
    regime: str
    material: MaterialList | None = None
    extension: Extension | None = None
    decision: Decision | None = None
    barred_until: date | None = None
    bar: Bar | None = None
    warning: str | None = None
    decided_by: Decider = "authority"
