"""Requests to act for others as stored."""

from datetime import date, datetime

import msgspec

from api.helpers.models import HelperKind, Item
from api.infra.cases import HandledCase
from api.infra.documents import Kept, Secret, Stored


class Represented(msgspec.Struct, frozen=True):
    """The person or organisation to be represented, as on their document; `born_on` is None for an organisation."""

    name: str
    document_kind: str
    document_number: str
    born_on: date | None = None


class Decision(Stored):
    """An officer's decision, in words for the applicant."""

    KEPT = Kept(when="at")

    by: Secret[str]
    at: datetime
    reasons: Secret[str]


class Mandate(HandledCase, kw_only=True):
    """`owner` and `subject` belong to the person who asks. `until_on` is the last civil day in Shanghai on which it is
    to hold; `appointment` is the resulting appointment in `api/helpers`, which alone gives access."""

    KEPT = Kept(ours="appointment", word="kind items", when="until_on asked_at urged_on")

    kind: HelperKind
    represented: Secret[Represented]
    items: tuple[Item, ...]
    until_on: date
    asked_at: datetime
    decision: Decision | None = None
    appointment: str | None = None
    urged_on: tuple[date, ...] = ()
