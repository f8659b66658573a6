"""Requests and replies of the chat."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.chat.answers import TABLE, WrittenAnswer
from api.infra.actors import Role
from api.infra.wire import In, Jurisdiction, Out
from bot.replies import Dialogue, Quoted, RecordClass, Reply
from bot.review import Group

_MOST_TURNS = 1000


class DialogueBody(In):
    """The dialogue of the previous reply, sent back unchanged. It holds names of answers and dates, never what was typed."""

    topic: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    point: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    area: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    articles: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=20)], ...], msgspec.Meta(max_length=10)] = ()
    place: Jurisdiction | None = None
    flow: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    options: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=80)], ...], msgspec.Meta(max_length=6)] = ()
    refer: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    scene: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    said: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=120)], ...], msgspec.Meta(max_length=6)] = ()
    again: Annotated[int, msgspec.Meta(ge=0, le=_MOST_TURNS)] = 0
    failures: Annotated[int, msgspec.Meta(ge=0, le=_MOST_TURNS)] = 0
    waited: Annotated[int, msgspec.Meta(ge=0, le=_MOST_TURNS)] | None = None
    ended_on: date | None = None
    decided_on: date | None = None
    record_class: RecordClass | None = None
    turns: Annotated[int, msgspec.Meta(ge=0, le=_MOST_TURNS)] = 0

    def to_dialogue(self) -> Dialogue:
        return Dialogue(**msgspec.structs.asdict(self))

    @classmethod
    def of(cls, dialogue: Dialogue) -> "DialogueBody":
        told = msgspec.structs.asdict(dialogue)
        for counted in ("turns", "again", "failures"):
            told[counted] = min(told[counted], _MOST_TURNS)  # so that every answer can be sent back
        return cls(**told)


class Message(In):
    """`place` limits the answer to one regulation; without it both are answered side by side."""

    text: Annotated[str, msgspec.Meta(max_length=5000)]
    place: Jurisdiction | None = None
    dialogue: DialogueBody | None = None


class FeedbackBody(In):
    """Thumbs up or down for an answer. Nothing that identifies the sender is kept."""

    verdict: Literal["up", "down"]
    question: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    kind: Annotated[str, msgspec.Meta(max_length=20)]
    articles: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=20)], ...], msgspec.Meta(max_length=10)] = ()
    place: Jurisdiction | None = None


class FeedbackView(Out):
    received: bool = True


class QuotedView(Out):
    label: str
    article_id: str
    regulation: str
    number: int
    quote: str
    in_force_since: date | None
    is_missing_list: bool

    @classmethod
    def of(cls, quoted: Quoted) -> "QuotedView":
        return cls(
            label=quoted.label,
            article_id=quoted.article_id,
            regulation=quoted.regulation,
            number=quoted.number,
            quote=quoted.quote,
            in_force_since=quoted.in_force_since,
            is_missing_list=quoted.is_missing_list,
        )


class ActionView(Out):
    """A button: the flow it opens, and with which record it is filled in."""

    flow: str
    label: str
    place: str | None = None
    record_id: str | None = None
    case_id: str | None = None


class PersonalView(Out):
    """What the resident's own data adds; absent if nobody is signed in."""

    text: str
    lines: tuple[str, ...] = ()
    actions: tuple[ActionView, ...] = ()


class ReplyView(Out):
    kind: str
    answered: bool
    text: str
    articles: tuple[str, ...]
    citations: tuple[QuotedView, ...]
    flow: str | None
    actions: tuple[ActionView, ...]
    quick_replies: tuple[str, ...]
    dialogue: DialogueBody
    personal: PersonalView | None

    @classmethod
    def of(cls, reply: Reply, personal: PersonalView | None) -> "ReplyView":
        return cls(
            kind=reply.kind,
            answered=reply.answered,
            text=reply.text,
            articles=reply.articles,
            citations=tuple(QuotedView.of(quoted) for quoted in reply.citations),
            flow=reply.flow,
            actions=tuple(ActionView(action.flow, action.label, action.place) for action in reply.actions),
            quick_replies=reply.quick_replies,
            dialogue=DialogueBody.of(reply.dialogue),
            personal=personal,
        )


class GroupView(Out):
    """A group of similar questions. `weeks` counts them by ISO week (`2026-W47`, days in Shanghai); `nearest` are ids of articles."""

    question: str
    others: tuple[str, ...]
    times: int
    unanswered: int
    thumbs_down: int
    asked_again: int
    weeks: dict[str, int]
    nearest: tuple[str, ...]

    @classmethod
    def of(cls, group: Group) -> "GroupView":
        return msgspec.convert(group, cls, from_attributes=True)


class ProposeAnswer(In):
    """`questions` are ways of asking it; `articles` are ids of your own place, such as `yunnan-36`, best first."""

    questions: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=2, max_length=100, pattern=r"\S")], ...],
        msgspec.Meta(min_length=1, max_length=20),
    ]
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=300, pattern=r"\S")]
    articles: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=20)], ...], msgspec.Meta(min_length=1, max_length=3)
    ]


class Approve(In):
    """`version` is the version of the answer that was read."""

    version: int


class Decline(In):
    """`reason` is shown to the author."""

    version: int
    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=200, pattern=r"\S")]


class WrittenAnswerView(Out):
    id: str
    status: str
    status_label: str
    place: str
    questions: tuple[str, ...]
    text: str
    articles: tuple[str, ...]
    written_by: str
    written_at: datetime
    version: int
    reason: str | None
    actions: tuple[str, ...]

    @classmethod
    def of(cls, answer: WrittenAnswer) -> "WrittenAnswerView":
        """`reason` was given with the last step; `actions` are the steps that an officer can take now."""
        return cls(
            id=answer.id,
            status=answer.status,
            status_label=TABLE.label(answer.status),
            place=answer.jurisdiction,
            questions=answer.questions,
            text=answer.text,
            articles=answer.articles,
            written_by=answer.owner,
            written_at=answer.history[0].at,
            version=answer.version,
            reason=answer.history[-1].note,
            actions=tuple(row.action for row in TABLE.allowed(answer.status, Role.OFFICER)),
        )
