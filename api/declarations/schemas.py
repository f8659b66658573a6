"""Requests and replies about declarations."""

from datetime import datetime
from typing import Annotated

import msgspec

from api.declarations import kinds
from api.declarations.guard import Screened
from api.declarations.models import UNVERIFIED, Declaration
from api.declarations.states import TABLE
from api.desk.schemas import AllowedView
from api.infra.actors import Role
from api.infra.sources import SourceView, WordingView
from api.infra.wire import In, Jurisdiction, Out
from api.records.models import Record

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(min_length=2, max_length=2000, pattern=r"\S")]
Version = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Consent(In):
    """Written consent to the warning that was shown."""

    warning_version: Version
    accepted: bool


class Check(In):
    jurisdiction: Jurisdiction
    kind: Code
    text: Text


class Edit(In):
    text: Text
    statement_version: Version
    statement_accepted: bool
    written_consent: Consent | None = None


class Declare(Edit, kw_only=True):
    jurisdiction: Jurisdiction
    kind: Code


class KindView(Out):
    code: str
    title: str
    hint: str
    is_market: bool


class FormView(Out):
    """What may be declared here, and the statement that goes with it."""

    jurisdiction: str
    kinds: tuple[KindView, ...]
    statement: WordingView


class FindingView(Out):
    """A passage `start` to `end` (end not included), in characters; it is not repeated."""

    kind: str
    start: int
    end: int
    message: str
    citation: SourceView


class CheckView(Out):
    """`refused` has to be removed. If `conditional` is not empty, show the warning on a step of its own."""

    can_be_submitted: bool
    needs_written_consent: bool
    refused: tuple[FindingView, ...]
    conditional: tuple[FindingView, ...]
    statement: WordingView
    warning: WordingView | None

    @classmethod
    def of(cls, found: Screened, statement: kinds.Wording, warning: kinds.Wording) -> "CheckView":
        return cls.showing(
            found,
            can_be_submitted=not found.refused,
            needs_written_consent=bool(found.conditional),
            statement=statement,
            warning=warning if found.conditional else None,
        )


class SaidView(Out):
    at: datetime
    text: str
    statement_version: str
    warning_version: str | None


class DeclarationView(Out):
    """`wordings` are in order, from the first to the current one. `verification` says that nobody has checked it."""

    id: str
    status: str
    status_label: str
    kind: str
    title: str
    jurisdiction: str
    is_market: bool
    verification: str
    record_id: str
    text: str
    wordings: tuple[SaidView, ...]
    actions: tuple[AllowedView, ...]

    @classmethod
    def of(cls, case: Declaration) -> "DeclarationView":
        return cls.showing(
            case,
            status_label=TABLE.label(case.status),
            verification=UNVERIFIED,
            record_id=case.record,
            text=case.wordings[-1].text,
            wordings=tuple(
                SaidView(
                    at=said.at,
                    text=said.text,
                    statement_version=said.statement,
                    warning_version=said.consent.warning if said.consent else None,
                )
                for said in case.wordings
            ),
            actions=TABLE.allowed(case.status, Role.RESIDENT),
        )


class WriteStatement(In):
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=200, pattern=r"\S")]


class StatementView(Out):
    """The person's own words beside an item, or null."""

    record_id: str
    text: str | None
    label: str = "本人说明（本人陈述，未经核验）"

    @classmethod
    def of(cls, record: Record) -> "StatementView":
        return cls(record_id=record.id, text=record.statement)
