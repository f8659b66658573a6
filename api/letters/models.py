"""Letters as stored."""

from datetime import date, datetime

import msgspec

from api.desk.models import Remedy
from api.infra.documents import Kept, Secret
from api.infra.steps import Step
from api.infra.transitions import HistoryEntry


class Answer(msgspec.Struct, frozen=True):
    """`is_agreed` is set only for kinds of letters that are decided."""

    KEPT = Kept(word="is_agreed", when="at")

    by: Secret[str]
    at: datetime
    text: Secret[str]
    is_agreed: bool | None = None


class Letter(msgspec.Struct, frozen=True):
    """`about` is its subject (a record, a step of a case, or else its own id): one open letter of a kind about each subject.

    `addressee` is the unit in words, `provider` its id where it works here. `body` is the letter as it was made, with the facts
    that the product knows, such as the late step. `is_direct`: it is about the centre, which neither sees it nor passes it on. `sent_on`: the civil day in Shanghai on which an outside one was handed in.
    """

    KEPT = Kept(
        ours="id number owner about record_id is_open is_direct version",
        keyed="subject",
        word="kind status topics",
        place="jurisdiction",
        unit="provider",
        when="asked_at sent_on urged_on",
    )

    id: str
    number: str
    owner: str
    subject: str
    kind: str
    status: str
    jurisdiction: str
    provider: str
    addressee: Secret[str]
    about: str
    record_id: str | None
    topics: tuple[str, ...]
    body: Secret[str]
    asked_at: datetime
    is_direct: bool = False
    sent_on: date | None = None
    answer: Answer | None = None
    remedies: tuple[Remedy, ...] = ()
    steps: tuple[Step, ...] = ()
    urged_on: tuple[date, ...] = ()
    is_open: bool = True
    version: int = 1
    history: tuple[HistoryEntry, ...] = ()
