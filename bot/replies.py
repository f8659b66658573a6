"""The shapes of an answer. All of them can be written as JSON."""

from datetime import date
from typing import Literal

from msgspec import Struct

Kind = Literal["article", "flow", "smalltalk", "out_of_scope", "clarify"]
RecordClass = Literal["general", "minor", "serious"]
Personal = Literal["repair", "footprint", "status", "report", "reminder", "objection", "incentive"]


class Quoted(Struct, frozen=True):
    """One article as quoted. `quote` is printed text of the regulation and nothing else; `is_missing_list`
    says that the text used has lost the items the article announces.
    """

    label: str
    article_id: str
    regulation: str
    number: int
    quote: str
    in_force_since: date | None
    is_missing_list: bool


class Action(Struct, frozen=True):
    """A next step: the flow to open, the text of its button, and the place if it is known."""

    flow: str
    label: str
    place: str | None


class Dialogue(Struct, frozen=True):
    """What the bot needs of the talk so far to understand a follow-up: ids, a place and days, never what the resident
    typed.

    `area` is the area last named, to which a follow-up without a noun returns. `said` names the last answers, newest
    first, so that none is sent twice; `again` counts repetitions of the newest. `refer` is the other system that was
    meant where the last message was declined; `failures` counts messages in a row that were not understood. `waited`
    are working days since something was handed in, `ended_on` is the day on which something ended, `decided_on` and
    `record_class` are the day and the class of a penalty's document, `scene` is what has happened to the resident.
    """

    topic: str | None = None
    point: str | None = None
    area: str | None = None
    articles: tuple[str, ...] = ()
    place: str | None = None
    flow: str | None = None
    options: tuple[str, ...] = ()
    refer: str | None = None
    scene: str | None = None
    said: tuple[str, ...] = ()
    again: int = 0
    failures: int = 0
    waited: int | None = None
    ended_on: date | None = None
    decided_on: date | None = None
    record_class: RecordClass | None = None
    turns: int = 0


class Centre(Struct, frozen=True):
    """Whom to ask in person in one place. All of it is shown as written."""

    name: str
    telephone: str
    windows: str
    hours: str


class Reply(Struct, frozen=True):
    """`answered` is false when the bot says that the regulations do not settle this, or that it did not
    understand. `personal` names the resident's own facts that would complete the answer.
    """

    kind: Kind
    answered: bool
    text: str
    articles: tuple[str, ...] = ()
    citations: tuple[Quoted, ...] = ()
    flow: str | None = None
    actions: tuple[Action, ...] = ()
    quick_replies: tuple[str, ...] = ()
    dialogue: Dialogue = Dialogue()
    personal: Personal | None = None
