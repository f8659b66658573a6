"""Requests and replies about declarations."""

from datetime import datetime
from typing import Annotated

import msgspec

from api.declarations import kinds
from api.declarations.guard import Screened
from api.declarations.models import Declaration
from api.declarations.service import UNVERIFIED
from api.declarations.states import TABLE
from api.infra.actors import Role
from api.infra.sources import SourceView
from api.infra.wire import In, Jurisdiction, Out
from knowledge.screening import Finding

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(min_length=2, max_length=2000)]
Version = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Consent(In, frozen=True):
    """Written consent to the warning that was shown."""

    warning_version: Version
    accepted: bool


class Check(In, frozen=True):
    jurisdiction: Jurisdiction
    kind: Code
    text: Text


class Edit(In, frozen=True):
    text: Text
    statement_version: Version
    statement_accepted: bool
    written_consent: Consent | None = None


class Declare(In, frozen=True):
    jurisdiction: Jurisdiction
    kind: Code
    text: Text
    statement_version: Version
    statement_accepted: bool
    written_consent: Consent | None = None


class KindView(Out, frozen=True):
    code: str
    title: str
    hint: str
    is_market: bool


class WordingView(Out, frozen=True):
    """A text to agree to, by its version."""

    version: str
    text: str
    citation: SourceView

    @classmethod
    def of(cls, wording: kinds.Wording) -> "WordingView":
        return cls(version=wording.version, text=wording.text, citation=SourceView.of(wording.citation))


class FormView(Out, frozen=True):
    """What may be declared here, and the statement that goes with it."""

    jurisdiction: str
    kinds: tuple[KindView, ...]
    statement: WordingView


class FindingView(Out, frozen=True):
    """A passage `start` to `end` (end not included), in characters; it is not repeated."""

    kind: str
    start: int
    end: int
    message: str
    citation: SourceView

    @classmethod
    def of(cls, finding: Finding) -> "FindingView":
        return cls(
            kind=finding.kind,
            start=finding.start,
            end=finding.end,
            message=finding.message,
            citation=SourceView.of(finding.citation),
        )


class CheckView(Out, frozen=True):
    """`refused` has to go. Where `conditional` is not empty, the warning is to be shown on a step of its own."""

    can_be_submitted: bool
    needs_written_consent: bool
    refused: tuple[FindingView, ...]
    conditional: tuple[FindingView, ...]
    statement: WordingView
    warning: WordingView | None

    @classmethod
    def of(cls, found: Screened, statement: kinds.Wording, warning: kinds.Wording) -> "CheckView":
        return cls(
            can_be_submitted=not found.refused,
            needs_written_consent=bool(found.conditional),
            refused=tuple(FindingView.of(finding) for finding in found.refused),
            conditional=tuple(FindingView.of(finding) for finding in found.conditional),
            statement=WordingView.of(statement),
            warning=WordingView.of(warning) if found.conditional else None,
        )


class SaidView(Out, frozen=True):
    at: datetime
    text: str
    statement_version: str
    warning_version: str | None


class ActionView(Out, frozen=True):
    action: str
    label: str


class DeclarationView(Out, frozen=True):
    """`wordings` from the first to the present one. `verification` says that nobody has checked it."""

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
    actions: tuple[ActionView, ...]

    @classmethod
    def of(cls, case: Declaration) -> "DeclarationView":
        return cls(
            id=case.id,
            status=case.status,
            status_label=TABLE.label(case.status),
            kind=case.kind,
            title=case.title,
            jurisdiction=case.jurisdiction,
            is_market=case.is_market,
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
            actions=tuple(
                ActionView(action=row.action, label=row.label) for row in TABLE.allowed(case.status, Role.RESIDENT)
            ),
        )


class WriteStatement(In, frozen=True):
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]


class StatementView(Out, frozen=True):
    """The person's own words beside an item; None where there are none."""

    record_id: str
    text: str | None
    label: str = "本人说明（本人陈述，未经核验）"
