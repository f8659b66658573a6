"""Routes of the inbox, of what is booked, of permissions to push, and of WeChat's events."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.http.access import needs
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.actors import Role
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.infra.wire import Items
from api.notices.calendar import calendar_of
from api.notices.outlook import Outlook, OutlookService, outlook
from api.notices.push.service import PushService
from api.notices.schemas import Answered, InboxView, ReadView, SubscriptionsView, subscriptions_view
from api.notices.service import NoticeService


class NoticeController(Controller):
    path = "/me/notices"
    tags = ("notices",)
    opt = needs("resident")

    @get(operation_id="listNotices")
    async def inbox(self, visit: Needs[Visit], notices: Needs[NoticeService], asked: Needs[Asked]) -> InboxView:
        """Lists the inbox, newest first."""
        page, unread = await notices.inbox(visit.actor.bound_subject, *asked)
        return InboxView(
            items=tuple(outlook(notice) for notice in page.items), unread=unread, next_cursor=page.next_cursor
        )

    @get("/booked", operation_id="listBookedNotices")
    async def booked(self, visit: Needs[Visit], outlooks: Needs[OutlookService]) -> Items[Outlook]:
        """Lists what you will be told and when, soonest first, and whether WeChat will push it."""
        return Items(await outlooks.booked(visit.actor))

    @post("/{notice_id:str}/read", operation_id="readNotice", status_code=200)
    async def read(
        self, notice_id: FromPath[str], visit: Needs[Visit], notices: Needs[NoticeService]
    ) -> Response[ReadView]:
        """Mark a notice as read. Repeating it keeps the first time."""

        async def work(tx: Tx) -> ReadView:
            return ReadView(
                id=notice_id, read_at=await notices.read(tx, visit.actor.bound_subject, notice_id, visit.now)
            )

        return await visit.run(work)

    @get("/{notice_id:str}", operation_id="showNotice")
    async def show(self, notice_id: FromPath[str], visit: Needs[Visit], notices: Needs[NoticeService]) -> Outlook:
        """Shows one notice; a push opens it."""
        return outlook(await notices.owned(visit.actor.bound_subject, notice_id))

    @get("/{notice_id:str}/calendar.ics", operation_id="downloadCalendar", media_type="text/calendar")
    async def calendar(
        self, notice_id: FromPath[str], visit: Needs[Visit], notices: Needs[NoticeService]
    ) -> Response[bytes]:
        """Downloads a calendar file for the day of a notice."""
        notice = await notices.owned(visit.actor.bound_subject, notice_id)
        return Response(
            calendar_of(notice, visit.now),
            media_type="text/calendar",
            headers={"Content-Disposition": 'attachment; filename="reminder.ics"', "Cache-Control": "no-store"},
        )


class SubscriptionController(Controller):
    path = "/me/subscriptions"
    tags = ("notices",)
    opt = needs("account")

    @get(operation_id="readSubscriptions")
    async def show(
        self,
        visit: Needs[Visit],
        notices: Needs[NoticeService],
        outlooks: Needs[OutlookService],
        push: Needs[PushService],
    ) -> SubscriptionsView:
        """Shows which permissions to ask for at the next click, which pushes are still allowed, and whether a push will come."""
        permissions = await push.find(visit.actor.id)
        is_bound = visit.actor.role is Role.RESIDENT
        booked = await notices.list_booked(visit.actor.bound_subject) if is_bound else []
        promised = await push.promised(visit.actor.bound_subject) if is_bound else 0
        asking = push.asking(permissions, booked, visit.now, promised)
        shown = await outlooks.booked(visit.actor) if is_bound else ()
        return subscriptions_view(permissions, shown, dict(asking.wanted), asking.templates, push, promised)

    @post(operation_id="answerSubscriptions", status_code=200)
    async def answer(
        self, data: JSONBody[Answered], visit: Needs[Visit], push: Needs[PushService]
    ) -> Response[SubscriptionsView]:
        """Report the answer to WeChat's permission question. Each acceptance allows one message."""
        names = {template_id: name for name, template_id in push.templates().items()}
        answers = {names.get(key, key): value for key, value in data.answers.items()}
        if unknown := [key for key in answers if key not in push.templates()]:
            raise Invalid(faults=tuple(FieldFault(field="results", message="没有这个提醒模板。") for _ in unknown))

        async def work(tx: Tx) -> SubscriptionsView:
            after = await push.answer(tx, visit.actor.id, answers, data.error_code, data.main_switch, visit.now)
            asking = push.asking(after, (), visit.now)
            return subscriptions_view(after, (), {}, asking.templates, push)

        return await visit.run(work)


class WeChatEventController(Controller):
    path = "/wechat/events"
    tags = ("wechat",)
    opt = needs("wechat")

    @get(operation_id="verifyWeChatAddress", media_type="text/plain")
    async def verify(
        self,
        push: Needs[PushService],
        visit: Needs[Visit],
        signature: FromQuery[str],
        timestamp: FromQuery[str],
        nonce: FromQuery[str],
        echostr: Annotated[str, QueryParameter(max_length=200)],
    ) -> str:
        """Answers WeChat's check of the address if the signature is right."""
        push.check_echo(signature, timestamp, nonce, visit.now)
        return echostr

    @post(keyless=True, operation_id="takeWeChatEvent", status_code=200, media_type="text/plain")
    async def take(
        self,
        request: Request[Any, Any, Any],
        push: Needs[PushService],
        visit: Needs[Visit],
        signature: FromQuery[str],
        timestamp: FromQuery[str],
        nonce: FromQuery[str],
        msg_signature: FromQuery[str] = "",
    ) -> str:
        """Take an event in JSON, plain or encrypted. XML is not supported: configure JSON."""
        query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "msg_signature": msg_signature}
        await push.take_event(query, await request.body(), visit.now)
        return "success"
