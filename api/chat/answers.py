"""Written answers: an officer writes an answer for the bot, a second officer approves it, and every process then gives it.

Articles are quoted with it as with any answer. It holds in the officer's own place.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from api.audits.service import AuditService
from api.infra.actors import Actor, Role
from api.infra.cases import CaseStore
from api.infra.collections import Collection, index
from api.infra.documents import Kept, Secret, Stored
from api.infra.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Outdated
from api.infra.ids import new_id
from api.infra.log import get_log
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.transitions import HistoryEntry, Row, Table
from bot.engine import Bot
from bot.text import mask
from knowledge.articles import article
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from bot.written import WrittenAnswers

READ_EVERY = timedelta(seconds=20)  # how stale a process's approved answers may be
_MOST = 1000  # approved answers that a process holds
_OFFICER = (Role.OFFICER,)
_log = get_log("answers")

TABLE = Table(
    name="answers",
    initial="proposed",
    final=("rejected", "withdrawn"),
    rows=(
        Row((), "propose", _OFFICER, "proposed", "写答案"),
        Row(("proposed",), "approve", _OFFICER, "approved", "审核通过"),
        Row(("proposed",), "reject", _OFFICER, "rejected", "不采用"),
        Row(("approved",), "withdraw", _OFFICER, "withdrawn", "停止使用"),
    ),
    words={"proposed": "等待另一人审核", "approved": "使用中", "rejected": "没有采用", "withdrawn": "已停用"},
)


class OwnAnswer(Conflict):
    code = "own-answer"
    title = "不能审核自己写的答案"
    default_step = "请另一位经办人员审核。"


class UnknownArticleNamed(Invalid):
    code = "unknown-article-named"
    title = "没有这一条"
    field = "articles"
    default_step = "请填写本地条例里有的条文，写作“条例编号-条号”。"


class WrittenAnswer(Stored):
    """`owner` is the officer who wrote it; `questions` are ways of asking, numbers of people masked."""

    KEPT = Kept(ours="id owner version", place="jurisdiction", word="status", law="text articles")

    id: str
    owner: str
    jurisdiction: str
    status: str
    questions: Secret[tuple[str, ...]]
    text: str
    articles: tuple[str, ...]
    history: tuple[HistoryEntry, ...]
    version: int = 1


ANSWERS = Collection(
    "written_answers",
    WrittenAnswer,
    indexes=(index("place", "jurisdiction -_id"), index("status", "status -_id")),
    why="some hundreds",
)


class AnswerStore(CaseStore[WrittenAnswer]):
    declared = ANSWERS

    async def page_of_place(self, jurisdiction: str, cursor: str | None, limit: int) -> Page[WrittenAnswer]:
        return await self.page_by({"jurisdiction": jurisdiction}, cursor, limit)

    async def approved(self) -> AsyncIterator[WrittenAnswer]:
        """Approved answers, newest first, at most as many as a process holds."""
        for one in await self.find_newest({"status": "approved"}, _MOST):
            yield one


class AnswerService:
    """`current` are the answers that the bot gives; they are reloaded in the background, so that no question waits."""

    def __init__(self, bot: Bot, store: AnswerStore, audits: AuditService) -> None:
        from bot.written import WrittenAnswers  # with parts of the bot, which the worker never needs

        self._bot = bot
        self._store = store
        self._audits = audits
        self._current = WrittenAnswers(bot, ())
        self._read_at: datetime | None = None
        self._reading: asyncio.Task[None] | None = None
        self._begun = 0
        self._shown = 0

    async def page(self, actor: Actor, cursor: str | None, limit: int) -> Page[WrittenAnswer]:
        """Answers of the officer's own place, newest first."""
        return await self._store.page_of_place(_place(actor), cursor, limit)

    async def propose(
        self, tx: Tx, actor: Actor, questions: tuple[str, ...], text: str, articles: tuple[str, ...], now: datetime
    ) -> WrittenAnswer:
        """Raises UnknownArticleNamed for articles that the officer's place does not have."""
        place = _place(actor)
        for number, name in enumerate(articles):
            if not _is_of(place, name):
                raise UnknownArticleNamed(faults=(FieldFault(f"articles.{number}", "本地条例没有这一条"),))
        row = TABLE.begin("propose", actor.role, TABLE.initial)
        answer = WrittenAnswer(
            id=new_id("ans"),
            owner=actor.id,
            jurisdiction=place,
            status=row.target,
            questions=tuple(mask(question) for question in questions),
            text=mask(text),
            articles=articles,
            history=(_entry(actor, row, None, None, now),),
        )
        await self._store.insert(tx, answer)
        await self._audits.write(tx, actor, "answers.propose", answer.id, now, place=place)
        return answer

    async def approve(self, tx: Tx, actor: Actor, answer_id: str, version: int, now: datetime) -> WrittenAnswer:
        """Raises NotFound, OwnAnswer, Outdated, ActionNotAllowed."""
        before = await self._get(tx, actor, answer_id, version)
        if before.owner == actor.id:
            raise OwnAnswer
        return await self._moved(tx, actor, before, "approve", None, now)

    async def reject(
        self, tx: Tx, actor: Actor, answer_id: str, version: int, reason: str, now: datetime
    ) -> WrittenAnswer:
        """Allowed to its author too. Raises NotFound, Outdated, ActionNotAllowed."""
        before = await self._get(tx, actor, answer_id, version)
        return await self._moved(tx, actor, before, "reject", reason, now)

    async def withdraw(
        self, tx: Tx, actor: Actor, answer_id: str, version: int, reason: str, now: datetime
    ) -> WrittenAnswer:
        """Takes effect at once here and within READ_EVERY everywhere. Raises NotFound, Outdated, ActionNotAllowed."""
        before = await self._get(tx, actor, answer_id, version)
        return await self._moved(tx, actor, before, "withdraw", reason, now)

    def current(self, now: datetime) -> "WrittenAnswers":
        if self._read_at is None or now - self._read_at > READ_EVERY:
            self._read_at = now
            self._reading = asyncio.create_task(self._read(), context=contextvars.Context())  # nobody's deadline
        return self._current

    async def refresh(self, now: datetime) -> None:
        """Reloads the approved answers, after a change in this process."""
        self._read_at = now
        await self._read()

    async def settle(self) -> None:
        """Waits for a running reload, at shutdown."""
        if self._reading is not None:
            await self._reading

    async def _read(self) -> None:
        from bot.written import Written, WrittenAnswers

        self._begun += 1
        mine = self._begun
        try:
            approved = [
                Written(one.questions, one.text, one.articles, one.jurisdiction) async for one in self._store.approved()
            ]
        except Exception as fault:  # the bot goes on with what it knew
            _log.warning("answers-unread", fault=type(fault).__name__)
            return
        if mine > self._shown:  # a reload that began later knows of withdrawals that this one does not
            self._shown = mine
            self._current = WrittenAnswers(self._bot, approved)

    async def _get(self, tx: Tx, actor: Actor, answer_id: str, version: int) -> WrittenAnswer:
        found = await self._store.get(answer_id, tx)
        if found.jurisdiction != _place(actor):
            raise NotFound
        if found.version != version:
            raise Outdated
        return found

    async def _moved(
        self, tx: Tx, actor: Actor, before: WrittenAnswer, action: str, reason: str | None, now: datetime
    ) -> WrittenAnswer:
        row = TABLE.advance(before.status, action, actor.role)
        history = (*before.history, _entry(actor, row, before.status, reason, now))
        moved = msgspec.structs.replace(before, status=row.target, history=history)
        after = await self._store.save(tx, before, moved)
        await self._audits.write(
            tx, actor, f"answers.{action}", before.id, now, place=before.jurisdiction, basis=reason
        )
        return after


def _entry(actor: Actor, row: Row, source: str | None, note: str | None, now: datetime) -> HistoryEntry:
    return HistoryEntry(
        at=now,
        action=row.action,
        role=actor.role,
        by=actor.id,
        source=source,
        target=row.target,
        unit=actor.unit,
        note=note,
    )


def _is_of(place: str, name: str) -> bool:
    regulation, _, number = name.partition("-")
    if regulation != place or not number.isdecimal():
        return False
    try:
        article(regulation, int(number))
    except KnowledgeError:
        return False
    return True


def _place(actor: Actor) -> str:
    if actor.jurisdiction is None:
        raise Forbidden
    return actor.jurisdiction
