"""Requests and replies of asking to act for others."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.desk.schemas import CaseView, StaffStep
from api.evidence.models import Evidence
from api.helpers.items import POWERS
from api.helpers.models import HelperKind, Item
from api.helpers.schemas import PowerView
from api.infra.actors import Role
from api.infra.privacy import mask_number
from api.infra.sources import DueView, SourceView
from api.infra.wire import Id, In, Jurisdiction, Out
from api.mandates.kinds import kinds
from api.mandates.models import Mandate, Represented
from api.mandates.states import TABLE
from api.records.listed import kind_title
from knowledge.citations import Certainty
from knowledge.identity import is_organisation

Reasons = Annotated[str, msgspec.Meta(min_length=2, max_length=2000, pattern=r"\S")]


class Ask(In):
    """For whom, as on their document; of an organisation the number is its unified code and `documentKind` is left out.
    `bornOn` if the number does not contain the birth date. `untilOn` is the last day. `evidence`: the proof, at least one file."""

    kind: Literal["organisation", "guardian", "agent"]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    document_number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    items: Annotated[tuple[Item, ...], msgspec.Meta(min_length=1, max_length=len(Item))]
    until_on: date
    jurisdiction: Jurisdiction
    evidence: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=10)]
    document_kind: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    born_on: date | None = None


class Refuse(StaffStep):
    """`reasons` are shown to the person who asked."""

    reasons: Reasons


class KindView(Out):
    """`proof` says what to hand in."""

    kind: HelperKind
    title: str
    proof: str
    citation: SourceView
    certainty: Certainty


class MandateFormView(Out):
    """Whom a person may ask to act for, and what can be done for them."""

    kinds: tuple[KindView, ...]
    powers: tuple[PowerView, ...]

    @classmethod
    def of(cls) -> "MandateFormView":
        return cls(
            kinds=tuple(KindView.showing(kind, kind=name) for name, kind in kinds().items()),
            powers=tuple(PowerView.for_the_one_who_acts(item) for item in POWERS),
        )


class RepresentedView(Out):
    """The number whole for an organisation and for the officer who compares it with the proof, else in part."""

    name: str
    document_kind: str
    document_number: str
    born_on: date | None


class AskedByView(Out):
    """The person who asks, shown to the officer: the name to find on the proof."""

    name: str
    document_number: str


class DecisionView(Out):
    by: str
    at: datetime
    reasons: str


def shown_in_part(whom: Represented) -> Represented:
    """A person's number masked, an organisation's whole."""
    if is_organisation(whom.document_kind):
        return whom
    return msgspec.structs.replace(whom, document_number=mask_number(whom.document_number))


class MandateView(CaseView):
    """`party` for officers alone. `authority`: what the appointment says today, null before there is one."""

    kind: HelperKind
    title: str
    proof: str
    represented: RepresentedView
    powers: tuple[PowerView, ...]
    until: DueView
    asked_at: datetime
    decision: DecisionView | None
    authority: str | None
    party: AskedByView | None
    citations: tuple[SourceView, ...]

    @classmethod
    def of(
        cls,
        case: Mandate,
        today: date,
        viewer: Role,
        *,
        evidence: Sequence[Evidence] = (),
        authority: str | None = None,
        party: AskedByView | None = None,
    ) -> "MandateView":
        kind = kinds()[case.kind]
        whom = case.represented if viewer is Role.OFFICER else shown_in_part(case.represented)
        return cls.of_case(
            case,
            TABLE,
            viewer,
            today,
            evidence,
            title=kind.title,
            proof=kind.proof,
            represented=RepresentedView.showing(whom, document_kind=kind_title(whom.document_kind)),
            powers=tuple(PowerView.for_the_one_who_acts(item) for item in case.items),
            until=DueView.agreed(case.until_on, "申请时写明的最后一天。"),
            authority=authority,
            party=party,
            citations=(SourceView.of(kind.citation),),
        )
