"""Routes of the inbox, of what is booked, of permissions to push, and of WeChat's events."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.http.idempotency import Once
from api.http.paging import Limit
from api.infra.actors import Actor, Role
from api.infra.clock import Clock
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT
from api.notices.calendar import calendar_of
from api.notices.outlook import Outlook, OutlookService, outlook
from api.notices.push.service import PushService
from api.notices.schemas import (
    Answered,
    BookedView,
    InboxView,
    ReadView,
    SubscriptionsView,
    subscriptions_view,
)
from api.notices.service import NoticeService


class NoticeController(Controller):
    path = "/me/notices"
    tags = ("notices",)

    @get(access="resident", operation_id="listNotices")
    async def inbox(
        self,
        actor: NamedDependency[Actor],
        notices: NamedDependency[NoticeService],
        limit: Limit = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
    ) -> InboxView:
        """The inbox, newest first."""
        page, unread = await notices.inbox(actor.bound_subject, cursor, limit)
        return InboxView(
            items=tuple(outlook(notice) for notice in page.items), unread=unread, next_cursor=page.next_cursor
        )

    @get("/booked", access="resident", operation_id="listBookedNotices")
    async def booked(self, actor: NamedDependency[Actor], outlooks: NamedDependency[OutlookService]) -> BookedView:
        """What you will be told and when, soonest first, and whether a push will come."""
        return BookedView(items=await outlooks.booked(actor))

    @post("/{notice_id:str}/read", access="resident", operation_id="readNotice", status_code=200)
    async def read(
        self,
        notice_id: FromPath[str],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        notices: NamedDependency[NoticeService],
        clock: NamedDependency[Clock],
    ) -> Response[ReadView]:
        """Mark as read. Doing it again keeps the first time."""
        now = clock.now()

        async def work(tx: Tx) -> ReadView:
            return ReadView(id=notice_id, read_at=await notices.read(tx, actor.bound_subject, notice_id, now))

        return await once.run(work)

    @get("/{notice_id:str}", access="resident", operation_id="showNotice")
    async def show(
        self, notice_id: FromPath[str], actor: NamedDependency[Actor], notices: NamedDependency[NoticeService]
    ) -> Outlook:
        """One notice: where a push leads."""
        return outlook(await notices.owned(actor.bound_subject, notice_id))

    @get(
        "/{notice_id:str}/calendar.ics",
        access="resident",
        operation_id="downloadCalendar",
        media_type="text/calendar",
    )
    async def calendar(
        self,
        notice_id: FromPath[str],
        actor: NamedDependency[Actor],
        notices: NamedDependency[NoticeService],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """A calendar file for the day of a notice."""
        notice = await notices.owned(actor.bound_subject, notice_id)
        return Response(
            calendar_of(notice, clock.now()),
            media_type="text/calendar",
            headers={"Content-Disposition": 'attachment; filename="reminder.ics"', "Cache-Control": "no-store"},
        )


class SubscriptionController(Controller):
    path = "/me/subscriptions"
    tags = ("notices",)

    @get(access="account", operation_id="readSubscriptions")
    async def show(
        self,
        actor: NamedDependency[Actor],
        notices: NamedDependency[NoticeService],
        outlooks: NamedDependency[OutlookService],
        push: NamedDependency[PushService],
        clock: NamedDependency[Clock],
    ) -> SubscriptionsView:
        """What may be asked at the next click, what is banked, and whether a push will come."""
        permissions = await push.find(actor.id)
        is_bound = actor.role is Role.RESIDENT
        booked = await notices.list_booked(actor.bound_subject) if is_bound else []
        asking = push.asking(permissions, booked, clock.now())
        shown = await outlooks.booked(actor) if is_bound else ()
        return subscriptions_view(permissions, shown, dict(asking.wanted), asking.templates, push)

    @post(access="account", operation_id="answerSubscriptions", status_code=200)
    async def answer(
        self,
        data: JSONBody[Answered],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        push: NamedDependency[PushService],
        clock: NamedDependency[Clock],
    ) -> Response[SubscriptionsView]:
        """Tell us what WeChat's question gave. One accept is one message."""
        now = clock.now()
        names = {template_id: name for name, template_id in push.templates().items()}
        answers = {names.get(key, key): value for key, value in data.answers.items()}
        if unknown := [key for key in answers if key not in push.templates()]:
            raise Invalid(faults=tuple(FieldFault(field="results", message="没有这个提醒模板。") for _ in unknown))

        async def work(tx: Tx) -> SubscriptionsView:
            after = await push.answer(tx, actor.id, answers, data.error_code, data.main_switch, now)
            asking = push.asking(after, (), now)
            return subscriptions_view(after, (), {}, asking.templates, push)

        return await once.run(work)


class WeChatEventController(Controller):
    path = "/wechat/events"
    tags = ("wechat",)

    @get(access="wechat", operation_id="verifyWeChatAddress", media_type="text/plain")
    async def verify(
        self,
        push: NamedDependency[PushService],
        clock: NamedDependency[Clock],
        signature: FromQuery[str],
        timestamp: FromQuery[str],
        nonce: FromQuery[str],
        echostr: Annotated[str, QueryParameter(max_length=200)],
    ) -> str:
        """WeChat's first look at the address: the echo comes back when the signature is right."""
        push.check_echo(signature, timestamp, nonce, clock.now())
        return echostr

    @post(access="wechat", operation_id="takeWeChatEvent", status_code=200, media_type="text/plain")
    async def take(
        self,
        request: Request[Any, Any, Any],
        push: NamedDependency[PushService],
        clock: NamedDependency[Clock],
        signature: FromQuery[str],
        timestamp: FromQuery[str],
        nonce: FromQuery[str],
        msg_signature: FromQuery[str] = "",
    ) -> str:
        """An event in JSON, plain or encrypted. XML is not taken: configure JSON."""
        query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "msg_signature": msg_signature}
        await push.take_event(query, await request.body(), clock.now())
        return "success"
