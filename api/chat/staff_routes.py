"""Routes for officers: what the bot could not answer, and the answers that they write for it."""

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from api.chat.answers import AnswerService
from api.chat.schemas import Approve, Decline, GroupView, ProposeAnswer, WrittenAnswerView
from api.chat.service import ChatService
from api.http.access import needs
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.paging import Page


class StaffBotController(Controller):
    path = "/staff/bot"
    tags = ("bot",)
    opt = needs("officer")

    @get("/review", operation_id="reviewQuestions")
    async def review(self, visit: Needs[Visit], chat: Needs[ChatService]) -> tuple[GroupView, ...]:
        """Lists questions of your place, or of none, that were not understood, voted down or asked twice. Similar ones are grouped and
        counted by week, the most frequent first.
        """
        return tuple(GroupView.of(group) for group in await chat.review(visit.actor))

    @get("/answers", operation_id="listWrittenAnswers")
    async def answers(
        self, visit: Needs[Visit], answers: Needs[AnswerService], asked: Needs[Asked]
    ) -> Page[WrittenAnswerView]:
        """Lists the answers written for your place, newest first."""
        return (await answers.page(visit.actor, *asked)).map(WrittenAnswerView.of)

    @post("/answers", operation_id="proposeAnswer", status_code=201)
    async def propose(
        self, data: JSONBody[ProposeAnswer], visit: Needs[Visit], answers: Needs[AnswerService]
    ) -> Response[WrittenAnswerView]:
        """Write an answer for the bot. It is used only after a second officer has approved it."""
        actor, now = visit.actor, visit.now
        return await visit.run(
            lambda tx: answers.propose(tx, actor, data.questions, data.text, data.articles, now), WrittenAnswerView.of
        )

    @post("/answers/{answer_id:str}/approve", operation_id="approveAnswer", status_code=200)
    async def approve(
        self, answer_id: FromPath[str], data: JSONBody[Approve], visit: Needs[Visit], answers: Needs[AnswerService]
    ) -> Response[WrittenAnswerView]:
        """Approve another officer's answer. The bot uses it everywhere within half a minute."""
        done = await visit.run(
            lambda tx: answers.approve(tx, visit.actor, answer_id, data.version, visit.now), WrittenAnswerView.of
        )
        await answers.refresh(visit.now)
        return done

    @post("/answers/{answer_id:str}/reject", operation_id="rejectAnswer", status_code=200)
    async def reject(
        self, answer_id: FromPath[str], data: JSONBody[Decline], visit: Needs[Visit], answers: Needs[AnswerService]
    ) -> Response[WrittenAnswerView]:
        """Reject a proposed answer, with a reason for its author."""
        actor, now = visit.actor, visit.now
        return await visit.run(
            lambda tx: answers.reject(tx, actor, answer_id, data.version, data.reason, now), WrittenAnswerView.of
        )

    @post("/answers/{answer_id:str}/withdraw", operation_id="withdrawAnswer", status_code=200)
    async def withdraw(
        self, answer_id: FromPath[str], data: JSONBody[Decline], visit: Needs[Visit], answers: Needs[AnswerService]
    ) -> Response[WrittenAnswerView]:
        """Stop using an answer. The bot goes back to its own everywhere within half a minute."""
        actor, now = visit.actor, visit.now
        done = await visit.run(
            lambda tx: answers.withdraw(tx, actor, answer_id, data.version, data.reason, now), WrittenAnswerView.of
        )
        await answers.refresh(visit.now)
        return done
