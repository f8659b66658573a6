"""Letters as stored."""

from datetime import date, datetime

from api.desk.models import Remedy
from api.infra.cases import HandledCase
from api.infra.documents import Kept, Secret, Stored


class Answer(Stored):
    """`is_agreed` is set only for kinds of letters that are decided."""

    KEPT = Kept(word="is_agreed", when="at")

    by: Secret[str]
    at: datetime
    text: Secret[str]
    is_agreed: bool | None = None


class Letter(HandledCase, kw_only=True):
    """`about` is its subject (a record, a step of a case, or else its own id): one open letter of a kind about each subject.

    `addressee` is the unit in words, `provider` its id where it works here. `body` is the letter as it was made, with the facts
    that the product knows, such as the late step. `is_direct`: it is about the centre, which neither sees it nor passes it on. `sent_on`: the civil day in Shanghai on which an outside one was handed in.
    """

    KEPT = Kept(
        ours="about record_id is_open is_direct", word="kind topics", unit="provider", when="asked_at sent_on urged_on"
    )

    kind: str
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
    urged_on: tuple[date, ...] = ()
    is_open: bool = True
