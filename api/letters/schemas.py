"""Requests and replies of letters."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.desk.schemas import CaseView, LineView, RemedyView, StaffStep
from api.evidence.models import Evidence
from api.infra.actors import Role
from api.infra.sources import SourceView
from api.infra.transitions import Table
from api.infra.wire import Id, Ids, In, Jurisdiction, Out
from api.letters.kinds import citations as letter_law
from api.letters.kinds import kinds
from api.letters.models import Letter
from knowledge.places import place

Words = Annotated[str, msgspec.Meta(min_length=2, max_length=2000, pattern=r"\S")]
Kinds = Literal["question", "responsibility", "company", "complaint", "paid_repair"]


class Write(In):
    """By kind: `recordId` with `topics` or `text`; `caseId` with `clock` for a complaint about a late step; else `text` and
    the place, and for a company its name in `to`. `direct`: a complaint or report is about the centre itself, so that it goes past
    it; a complaint about a step that the centre owes does so by itself."""

    kind: Kinds
    record_id: Id | None = None
    topics: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=32)], ...], msgspec.Meta(max_length=8)] = ()
    case_id: Id | None = None
    clock: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    jurisdiction: Jurisdiction | None = None
    to: Annotated[str, msgspec.Meta(min_length=2, max_length=100, pattern=r"\S")] | None = None
    text: Words | None = None
    direct: bool = False
    evidence: Ids = ()


class Sent(In):
    """`on` is the day on which it was handed in, not after today."""

    on: date


class Heard(In):
    """The answer of a body outside, in the resident's words."""

    text: Words


class StaffForward(StaffStep):
    """`on` is the day on which it was passed on."""

    on: date


class StaffAnswer(StaffStep):
    """`text` is shown to the resident. `agreed` is given for the kinds that are decided, and only for those."""

    text: Words
    agreed: bool | None = None


class UnitAnswer(In):
    text: Words
    agreed: bool | None = None
    version: int | None = None


class TopicView(Out):
    code: str
    title: str


class KindView(Out):
    """`citations` are the articles of the place that it is based on; empty if it is a service."""

    kind: str
    title: str
    about: str
    needs_text: bool
    needs_name: bool
    may_be_direct: bool
    topics: tuple[TopicView, ...]
    citations: tuple[SourceView, ...]

    @classmethod
    def of(cls, code: str, jurisdiction: str) -> "KindView":
        kind = kinds()[code]
        return cls.showing(
            kind,
            kind=code,
            needs_name=kind.to == "named",
            may_be_direct=kind.to == "department" and kind.about == "nothing",
            topics=tuple(TopicView(name, words) for name, words in kind.topics.items()),
            citations=tuple(map(SourceView.of, letter_law(code, jurisdiction))),
        )


class AnswerView(Out):
    by: str
    at: datetime
    text: str
    is_agreed: bool | None


class LetterLine(LineView):
    """A letter in a unit's list, without what the person wrote."""

    title: str
    record_id: str | None
    asked_at: datetime

    @classmethod
    def of(cls, case: Letter, table: Table, today: date) -> "LetterLine":
        return cls.of_case(case, table, today, title=kinds()[case.kind].title)


class LetterView(CaseView):
    """`body` is the letter itself, to be copied or handed in; `isOutside`: who gets it signs in nowhere; `isDirect`: it is about
    the centre, which does not see it. `reach`: how to get at the competent department. `ask`: what its writer is asked to do now."""

    kind: str
    title: str
    addressee: str
    reach: str | None
    is_outside: bool
    is_direct: bool
    is_decided: bool
    record_id: str | None
    body: str
    is_open: bool
    asked_at: datetime
    sent_on: date | None
    answer: AnswerView | None
    remedies: tuple[RemedyView, ...]
    citations: tuple[SourceView, ...]
    ask: str | None

    @classmethod
    def of(
        cls, case: Letter, table: Table, today: date, viewer: Role, evidence: Sequence[Evidence] = ()
    ) -> "LetterView":
        kind = kinds()[case.kind]
        return cls.of_case(
            case,
            table,
            viewer,
            today,
            evidence,
            title=kind.title,
            reach=place(case.jurisdiction).department.reach if kind.to == "department" else None,
            is_outside=kind.is_outside,
            is_decided=kind.is_decided,
            ask="信写好了，请您交出去" if case.status == "to_hand_in" else None,
            remedies=RemedyView.all_of(case.remedies, case.jurisdiction),
            citations=tuple(map(SourceView.of, letter_law(case.kind, case.jurisdiction))),
        )
