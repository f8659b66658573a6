"""Requests and replies about decisions on the list."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.desk.casework import remedies_from
from api.desk.schemas import AllowedView, Reason, RemedyView, StepView, UnitStep
from api.infra.actors import Role
from api.infra.clock import civil_date
from api.infra.sources import DueView, SourceView
from api.infra.wire import Id, In, Out
from api.listings.models import Listing, Service
from api.listings.states import TABLE
from knowledge.citations import Certainty
from knowledge.clocks import chinese_date
from knowledge.measures import measure
from knowledge.rules import in_force

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"\S")]
Words = Annotated[str, msgspec.Meta(min_length=2, max_length=2000, pattern=r"\S")]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)]


class Tell(In):
    """The notice before the decision. The law names no days for the answer and the reply, so the authority does."""

    record_id: Id
    list_title: Short
    grounds: Words
    basis: Words
    rights: Words
    remedies: Words
    answer_by: date
    reply_by: date


class Answer(In):
    text: Words
    evidence: Ids = ()


class Reply(UnitStep):
    text: Words


class Decide(UnitStep):
    """`isListed` false ends the case with the reason; true needs every part of the decision document."""

    is_listed: bool
    reason: Words
    document_number: Short | None = None
    decided_on: date | None = None
    basis: Words | None = None
    measures: Annotated[tuple[Short, ...], msgspec.Meta(max_length=50)] = ()
    removal_conditions: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=2, max_length=300, pattern=r"\S")], ...],
        msgspec.Meta(max_length=20),
    ] = ()
    removal_procedure: Words | None = None
    remedies: Words | None = None


class MetCondition(In):
    key: Short
    how: Words


class Remove(UnitStep):
    reason: Words
    met: Annotated[tuple[MetCondition, ...], msgspec.Meta(max_length=20)]


Way = Literal["handed", "left", "post", "notice"]


class Serve(UnitStep, kw_only=True):
    """Service on paper: handed over, left, sent by post, or by public notice; `proof` is the receipt or the letter's number."""

    on: date
    way: Way
    proof: Short


class ServeAsOfficer(Serve, kw_only=True):
    """The same, where the centre serves for the unit; `reason` is the officer's own note."""

    reason: Reason


class CorrectService(Serve, kw_only=True):
    """What is right of a service on paper. `reason` says what was wrong: the resident reads it."""

    reason: Reason


class ToldView(Out):
    grounds: str
    basis: str
    rights: str
    remedies: str
    citation: SourceView


class SaidView(Out):
    at: datetime
    text: str
    evidence: tuple[str, ...]
    is_late: bool


class MeasureView(Out):
    code: str
    title: str
    citation: SourceView


class DecisionView(Out):
    """`content` is the whole document; `digest` is the SM3 of it."""

    at: datetime
    decided_on: date
    number: str
    measures: tuple[MeasureView, ...]
    content: str
    digest: str
    citation: SourceView


class ConditionView(Out):
    key: str
    text: str
    is_met: bool
    how: str | None


WAYS = {
    "electronic": "本人同意电子送达，打开时送达",
    "handed": "当面交给本人",
    "left": "留置送达",
    "post": "邮寄送达",
    "notice": "公告送达",
    "opened": "本人打开（当时没有问过是否同意电子送达）",
}


class ServiceView(Out):
    """When and how the decision was served, with its proof: from that day the remedies are counted. `why` says what was put right
    in it, which `wayLabel` tells too.
    """

    on: date
    way: str
    way_label: str
    proof: str | None
    consented_at: datetime | None
    consent_version: str | None
    why: str | None
    source: SourceView
    certainty: Certainty

    @classmethod
    def of(cls, case: Listing) -> "ServiceView | None":
        made = case.service
        if made is None and case.served_at is not None:
            made = Service(civil_date(case.served_at), "opened", case.served_at, case.unit)
        if made is None:
            return None
        rule = in_force("listing.served", case.jurisdiction, made.on)
        return cls.showing(
            made,
            way_label=WAYS[made.way] + _put_right(case),
            consent_version=made.version,
            source=rule.citation,
            certainty=rule.certainty,
        )


def _put_right(case: Listing) -> str:
    """What had been recorded before, day by day, and why it is right now."""
    if not case.earlier_services or case.service is None:
        return ""
    before = "、".join(chinese_date(one.on) for one in case.earlier_services)
    return f"（原来登记为{before}，{chinese_date(civil_date(case.service.recorded_at))}更正：{case.service.why}）"


class ListingView(Out):
    """`told` and `decision` are the two documents. `service` says when and how the decision was served and `remedies` where to go
    until which day, counted from it; `seenAt` is when the resident looked at it without being served, and `ask` what
    they are asked to do now.
    """

    id: str
    number: str
    version: int
    status: str
    status_label: str
    jurisdiction: str
    record_id: str
    record_title: str
    unit: str
    list_title: str
    noticed_at: datetime
    opened_at: datetime | None
    told: ToldView
    answer_by: DueView
    reply_by: DueView
    answers: tuple[SaidView, ...]
    reply: SaidView | None
    earlier_replies: tuple[SaidView, ...]
    decision: DecisionView | None
    conditions: tuple[ConditionView, ...]
    seen_at: datetime | None
    served_at: datetime | None
    service: ServiceView | None
    remedies: tuple[RemedyView, ...]
    closed_at: datetime | None
    closing_reason: str | None
    clocks: tuple[StepView, ...]
    actions: tuple[AllowedView, ...]
    ask: str | None

    @classmethod
    def of(cls, case: Listing, role: Role, today: date) -> "ListingView":
        on = civil_date(case.noticed_at)
        service = ServiceView.of(case)
        told_before = in_force("listing.told_before", case.jurisdiction, on)
        return cls.showing(
            case,
            status_label=TABLE.label(case.status),
            record_id=case.record,
            told=ToldView.showing(case.told, citation=told_before.citation),
            answer_by=_set_by_authority(case, case.answer_by, "答复"),
            reply_by=_set_by_authority(case, case.reply_by, "反馈"),
            decision=_decision(case),
            conditions=tuple(
                ConditionView(key=c.key, text=c.text, is_met=c.met is not None, how=c.met) for c in case.conditions
            ),
            service=service,
            remedies=RemedyView.all_of(
                remedies_from("authority", case.jurisdiction, service.on) if service else (), case.jurisdiction
            ),
            clocks=tuple(StepView.of(step, today) for step in case.steps),
            actions=[row for row in TABLE.allowed(case.status, role) if _applies(row.action, case, today)],
            ask=_asked(case, today),
        )


def _applies(action: str, case: Listing, today: date) -> bool:
    """Whether an action that the table allows is open today."""
    if action == "list":
        return today > case.answer_by
    return action != "answer" or case.status != "responded" or today <= case.answer_by


def _asked(case: Listing, today: date) -> str | None:
    """Until the day that the notice names, and until the decision was looked at, which without consent serves nothing."""
    if case.status == "noticed" and today <= case.answer_by:
        return "有告知书，请您看、可以申辩"
    return "有决定书，请您看" if case.status == "listed" and case.seen_at is None else None


def _set_by_authority(case: Listing, on: date, what: str) -> DueView:
    rule = in_force("listing.objection_answered", case.jurisdiction, civil_date(case.noticed_at))
    return DueView(
        on=on,
        is_estimated=False,
        is_statutory=False,
        reason=f"条例没有写明天数（“{rule.value}”）；{what}期限由{case.unit}在告知书中写明。",
        citation=SourceView.of(rule.citation),
        certainty=rule.certainty,
    )


def _decision(case: Listing) -> DecisionView | None:
    made = case.decision
    if made is None:
        return None
    contents = in_force("listing.decision_contents", case.jurisdiction, made.decided_on)
    listed = [measure(case.jurisdiction, code, made.decided_on) for code in made.measures]
    return DecisionView.showing(made, measures=listed, citation=contents.citation)
