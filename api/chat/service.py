"""The bot's answer, completed with the resident's own data."""

import asyncio
import contextlib
import contextvars
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from api.accounts.consents import ConsentService
from api.chat.answers import AnswerService
from api.chat.models import Feedback, FeedbackPage
from api.chat.schemas import ActionView, FeedbackBody, Message, PersonalView
from api.chat.store import FeedbackStore
from api.footprints.service import FootprintService
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.infra.log import get_log
from api.records.listed import is_burden, measure_title
from api.records.models import Record, Section
from api.records.service import RecordService
from bot.engine import Bot, Centre
from bot.replies import Dialogue, Reply
from bot.review import Group, gather
from bot.text import mask
from knowledge.clocks import chinese_date
from knowledge.repair import Eligibility, eligibility

KEPT_FOR = timedelta(days=90)
_GATHERED_SECONDS = 0.5
_MAX_WAITING = 1000
_A_PAGE = 100  # entries; sealing a thousand of the longest would delay other requests by 20 ms
_SHOWN = 5
_REVIEWED = 5000  # newest questions that a review looks at
_GROUPS = 100
_NEAREST = 3  # articles beside each group
_log = get_log("chat")


class OpenCase(msgspec.Struct, frozen=True):
    """One line about an open case: what it is, its status, the next step and its day."""

    flow: str
    case_id: str
    line: str


OpenCases = Callable[[Actor], Awaitable[Sequence[OpenCase]]]


class ChatService:
    """`open_cases` returns a resident's open cases, for 我的异议到哪了; `centres` are the people to ask in each place."""

    def __init__(
        self,
        bot: Bot,
        store: FeedbackStore,
        records: RecordService,
        footprints: FootprintService,
        open_cases: OpenCases,
        consents: ConsentService,
        answers: AnswerService,
        centres: Mapping[str, Centre],
    ) -> None:
        self._bot = bot
        self._store = store
        self._records = records
        self._footprints = footprints
        self._open_cases = open_cases
        self._consents = consents
        self._answers = answers
        self._centres = centres
        self._unanswered: list[Feedback] = []
        self._writer: asyncio.Task[None] | None = None
        self._is_drained = asyncio.Event()

    async def answer(self, actor: Actor, message: Message, now: datetime) -> tuple[Reply, PersonalView | None]:
        """Answers without a round trip for strangers, with at most two for residents, who may have refused the use of their data."""
        on = civil_date(now)
        place = message.place or actor.jurisdiction
        dialogue = message.dialogue.to_dialogue() if message.dialogue else None
        reply = self._answers.current(now).reply(message.text, place=place, dialogue=dialogue)
        if reply is not None:
            return reply, None
        reply = self._bot.answer(message.text, on=on, place=place, dialogue=dialogue, centres=self._centres)
        verdict = _kept_as(reply, dialogue)
        if verdict is not None and await self._may(actor, "bot-questions", now):
            self._keep(verdict, message.text, reply.kind, reply.articles, place, now)
        wants_own = actor.role is Role.RESIDENT and reply.personal is not None and reply.answered
        if wants_own and reply.personal is not None and await self._may(actor, "bot-personal", now):
            return reply, await self._personal(actor, reply.personal, on)
        return reply, None

    async def _may(self, actor: Actor, purpose: str, now: datetime) -> bool:
        """Whether the account allows it, also one without a document yet; strangers and staff have none that could."""
        return actor.role not in (Role.RESIDENT, Role.UNBOUND) or await self._consents.is_allowed(
            actor.id, purpose, now
        )

    async def feedback(self, actor: Actor, body: FeedbackBody, now: datetime) -> None:
        """The rating counts in any case; its question is kept as an unanswered one is."""
        question = body.question if await self._may(actor, "bot-questions", now) else ""
        self._keep(body.verdict, question, body.kind, body.articles, body.place, now)

    async def review(self, actor: Actor) -> list[Group]:
        """The newest questions of the officer's place, or of none, in groups; the most frequent first."""
        rows = []
        async for entry in self._store.each():
            if entry.question and entry.place in (None, actor.jurisdiction):
                rows.append(row_of(entry))
            if len(rows) == _REVIEWED:
                break
        groups = await asyncio.to_thread(gather, self._bot, rows, _NEAREST)
        return groups[:_GROUPS]

    async def drain(self) -> None:
        """Writes everything waiting at once, at shutdown and in tests."""
        await self._answers.settle()
        self._is_drained.set()
        if self._writer is not None:
            await self._writer
        self._is_drained.clear()

    async def _personal(self, actor: Actor, topic: str, on: date) -> PersonalView | None:
        if topic in ("repair", "reminder"):
            return _about_repair(await self._records.list_of_subject(actor.bound_subject), on)
        if topic == "report":
            return _about_report(await self._records.list_of_subject(actor.bound_subject))
        if topic == "incentive":
            return _about_incentives(await self._records.list_of_subject(actor.bound_subject), on)
        if topic == "footprint":
            return await self._about_queries(actor)
        return _about_cases(await self._open_cases(actor))

    async def _about_queries(self, actor: Actor) -> PersonalView:
        others = await self._footprints.queries_by_others(actor.bound_subject, _SHOWN)
        button = (ActionView("footprint", "查看全部使用记录"),)
        if not others:
            return PersonalView(text="最近没有他人查询过您的信用信息。", actions=button)
        lines = tuple(f"{civil_date(entry.at):%Y年%m月%d日}，{entry.unit}，{entry.why}" for entry in others)
        return PersonalView(text=f"最近{len(lines)}次他人查询：", lines=lines, actions=button)

    def _keep(
        self, verdict: str, question: str, kind: str, articles: tuple[str, ...], place: str | None, now: datetime
    ) -> None:
        """Stores in the background and in batches: no answer waits for it, and a flood of questions is cut off. A process that dies
        loses the last half second.
        """
        if len(self._unanswered) >= _MAX_WAITING:
            return
        self._unanswered.append(
            Feedback(
                verdict=verdict,
                question=mask(question[:500]),
                articles=articles,
                kind=kind,
                place=place,
                at=now,
            )
        )
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), context=contextvars.Context())  # nobody's deadline

    async def _write(self) -> None:
        while self._unanswered:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GATHERED_SECONDS):
                    await self._is_drained.wait()
            batch, self._unanswered = self._unanswered, []
            for begin in range(0, len(batch), _A_PAGE):
                await self._insert(batch[begin : begin + _A_PAGE])

    async def _insert(self, entries: list[Feedback]) -> None:
        page = FeedbackPage(id=new_id("fb"), entries=tuple(entries), expires_at=entries[-1].at + KEPT_FOR)
        try:
            await self._store.insert(None, page)
        except Exception as fault:  # a failure to store feedback must not disturb the answer
            _log.warning("feedback-lost", count=len(entries), fault=type(fault).__name__)


def row_of(entry: Feedback) -> dict[str, Any]:
    """Feedback in the form that `python -m bot review` reads."""
    row: dict[str, Any] = {"text": entry.question, "answered": entry.verdict != "unanswered", "at": entry.at}
    if entry.verdict in ("up", "down"):
        row["thumb"] = entry.verdict
    if entry.verdict == "again":
        row["again"] = True
    return row


def _kept_as(reply: Reply, dialogue: Dialogue | None) -> str | None:
    """The verdict to store for an editor: unanswered questions, and those that got the previous answer again."""
    if reply.kind in ("smalltalk", "clarify"):
        return None if reply.answered else "unanswered"
    if not reply.answered:
        return "unanswered"
    is_again = dialogue is not None and dialogue.turns > 0 and reply.dialogue.topic is not None
    return "again" if is_again and dialogue is not None and _is_same(dialogue, reply.dialogue) else None


def _is_same(before: Dialogue, after: Dialogue) -> bool:
    """Whether the answer is about the same matter as the last, or the bot took the question for a repeated one."""
    return after.again > before.again or _subject(after) == _subject(before)


def _subject(dialogue: Dialogue) -> tuple[object, ...]:
    return dialogue.topic, dialogue.point, dialogue.articles, dialogue.place


def _about_repair(records: Sequence[Record], on: date) -> PersonalView:
    items = [r for r in records if r.section is Section.DISHONESTY and r.is_disclosed]
    if not items:
        return PersonalView(text="您名下目前没有正在披露、需要修复的记录。")
    lines, actions = [], []
    for record in items[:_SHOWN]:
        found = eligibility(RecordService.repair_facts(record), on)
        day = f"{chinese_date(record.decided_on)}的" if record.decided_on else "的"
        lines.append(f"{record.source_unit}{day}{record.title}，{_when(found)}")
        label = "申请修复" if found.state == "open" else "查看条件和日期"
        actions.append(ActionView("repair", label, record.jurisdiction, record_id=record.id))
    if len(items) > _SHOWN:
        lines.append(f"另外还有{len(items) - _SHOWN}条，请打开信用报告看。")
        actions.append(ActionView("report", "打开我的信用报告"))
    return PersonalView(
        text=f"您名下有{len(items)}条处罚类记录，能不能修复、从哪天起：", lines=tuple(lines), actions=tuple(actions)
    )


def _when(found: Eligibility) -> str:
    return found.why.rstrip("。") + "。"


def _about_report(records: Sequence[Record]) -> PersonalView:
    shown = [record for record in records if record.is_disclosed and record.section is not Section.BASIC]
    bad = sum(record.section is Section.DISHONESTY for record in shown)
    good = sum(record.section is Section.COMMENDATION for record in shown)
    text = f"您的报告里现有{len(shown)}条记录，其中失信信息{bad}条、表彰和公益信息{good}条。"
    return PersonalView(text=text, actions=(ActionView("report", "打开我的信用报告"),))


def _about_incentives(records: Sequence[Record], on: date) -> PersonalView:
    """The incentives that units say they give. If none says so, that does not mean that nobody would get one."""
    given = [
        f"{measure_title(record.jurisdiction, one.code, on)}（{one.unit}，{chinese_date(one.since)}起）"
        for record in records
        for one in record.measures
        if one.lifted_at is None and not is_burden(record.jurisdiction, one.code, on)
    ]
    button = (ActionView("report", "打开我的信用报告"),)
    if not given:
        return PersonalView(text="现在没有单位报来正在给您的激励措施。", actions=button)
    rest = (f"另外还有{len(given) - _SHOWN}项，请打开信用报告看。",) if len(given) > _SHOWN else ()
    lines = (*given[:_SHOWN], *rest)
    return PersonalView(text=f"单位报来、正在给您的激励有{len(given)}项：", lines=lines, actions=button)


def _about_cases(cases: Sequence[OpenCase]) -> PersonalView:
    if not cases:
        return PersonalView(text="您目前没有正在办理的事项。")
    rest = (f"另外还有{len(cases) - _SHOWN}件，请在“办事”里看。",) if len(cases) > _SHOWN else ()
    return PersonalView(
        text=f"您有{len(cases)}件正在办理的事项：",
        lines=(*(case.line for case in cases[:_SHOWN]), *rest),
        actions=tuple(ActionView(case.flow, "查看进度", case_id=case.case_id) for case in cases[:_SHOWN]),
    )
