"""Requests and replies about journals."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.infra.wire import In, Out
from api.journal.models import KINDS, REACHED, WAYS, Entry

Words = Annotated[str, msgspec.Meta(min_length=2, max_length=1000, pattern=r"\S")]


class Say(In):
    text: Words


class Remind(In):
    """`text` is shown with the reminder, to the unit and the party. `way`: how the unit was reminded; here only where it can read it."""

    text: Words | None = None
    way: Literal["here", "phone", "letter", "visit"] = "here"


class Serve(In):
    """`on` is the civil day; `text` such as the number of the letter, or who took it."""

    way: Literal["hand", "post", "electronic", "left", "announced"]
    on: date
    text: Words | None = None


class EntryView(Out):
    """`who` is the officer's name, for colleagues alone; `about` the question that an answer belongs to."""

    id: str
    case_ref: str
    errand: str
    number: str
    kind: str
    kind_label: str
    at: datetime
    unit: str
    text: str | None
    about: str | None
    addressee: str | None
    way: str | None
    way_label: str | None
    on: date | None
    who: str | None = None

    @classmethod
    def of(cls, entry: Entry, names: Mapping[str, str] | None = None) -> "EntryView":
        return cls.showing(
            entry,
            case_ref=entry.case,
            kind_label=KINDS[entry.kind],
            way_label=(WAYS | REACHED)[entry.way] if entry.way else None,
            who=(names or {}).get(entry.officer or ""),
        )
