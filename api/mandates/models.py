"""Requests to act for others as stored."""

from datetime import date, datetime

import msgspec

from api.helpers.models import HelperKind, Item
from api.infra.documents import Kept, Secret
from api.infra.steps import Step
from api.infra.transitions import HistoryEntry


class Represented(msgspec.Struct, frozen=True):
    """The person or organisation to be represented, as on their document; `born_on` is None for an organisation."""

    name: str
    document_kind: str
    document_number: str
    born_on: date | None = None


class Decision(msgspec.Struct, frozen=True):
    """An officer's decision, in words for the applicant."""

    KEPT = Kept(when="at")

    by: Secret[str]
    at: datetime
    reasons: Secret[str]


class Mandate(msgspec.Struct, frozen=True):
    """`owner` and `subject` are of whoever asks. `until_on` is the last civil day in Shanghai on which it is to hold;
    `appointment` is what came of it in `api/helpers`, which alone lets anybody through the door."""

    KEPT = Kept(
        ours="id number owner appointment version",
        keyed="subject",
        word="kind status items",
        place="jurisdiction",
        when="until_on asked_at urged_on",
    )

    id: str
    number: str
    owner: str
    subject: str
    kind: HelperKind
    status: str
    jurisdiction: str
    represented: Secret[Represented]
    items: tuple[Item, ...]
    until_on: date
    asked_at: datetime
    decision: Decision | None = None
    appointment: str | None = None
    steps: tuple[Step, ...] = ()
    urged_on: tuple[date, ...] = ()
    version: int = 1
    history: tuple[HistoryEntry, ...] = ()
