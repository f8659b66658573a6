"""Requests and replies of the window."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from api.infra.wire import In, Out
from api.window.models import WindowVisit


class OpenWindow(In):
    """As on the document that the officer has seen; `proof` says what was shown, and by whom. `bornOn` if the number does not contain the
    birth date. `compared`: name and number were compared with the document once more, since the records name somebody else."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    document_kind: Annotated[str, Meta(min_length=1, max_length=40)]
    document_number: Annotated[str, Meta(min_length=1, max_length=40)]
    proof: Literal["in-person", "agent"]
    born_on: date | None = None
    compared: bool = False


class WindowView(Out):
    """`id` goes into the header `On-Behalf-Of` until the instant `until`; `resident` is the masked name."""

    id: str
    resident: str
    opened_at: datetime
    until: datetime

    @classmethod
    def of(cls, case: WindowVisit) -> "WindowView":
        return cls(id=case.id, resident=case.resident, opened_at=case.opened_at, until=case.until)


class CurrentView(Out):
    visit: WindowView | None
