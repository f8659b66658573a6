"""Routes of the bot."""

from litestar import Controller, post
from litestar.params import JSONBody

from api.chat.schemas import FeedbackBody, FeedbackView, Message, ReplyView
from api.chat.service import ChatService
from api.http.access import needs
from api.http.injection import Needs
from api.infra.actors import Actor
from api.infra.clock import Clock


class ChatController(Controller):
    path = "/bot"
    tags = ("bot",)
    opt = needs("anyone")

    @post("/messages", limit="bot", fast_lane=True, operation_id="askBot", status_code=200)
    async def ask(
        self, data: JSONBody[Message], actor: Needs[Actor], chat: Needs[ChatService], clock: Needs[Clock]
    ) -> ReplyView:
        """Answer a question from the two regulations and quote the article, or say that there is none. For a signed-in resident
        the answer includes their own dates."""
        reply, personal = await chat.answer(actor, data, clock.now())
        return ReplyView.of(reply, personal)

    @post("/feedback", limit="bot", operation_id="rateAnswer", status_code=202)
    async def rate(
        self, data: JSONBody[FeedbackBody], actor: Needs[Actor], chat: Needs[ChatService], clock: Needs[Clock]
    ) -> FeedbackView:
        """Rate an answer up or down. The rating is kept for 90 days, without who asked; the question with it if the person has
        agreed to that or is not signed in."""
        await chat.feedback(actor, data, clock.now())
        return FeedbackView()
