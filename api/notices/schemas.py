"""Requests and replies about notices and permissions to push."""

from datetime import datetime
from typing import Annotated

import msgspec

from api.infra.wire import In, Out
from api.notices.models import Answer, Subscription, read_answer
from api.notices.outlook import Outlook
from api.notices.push.promises import PROMISED_BY
from api.notices.push.service import COOL_DOWN, PushService


class InboxView(Out):
    """Newest first. `unread` counts up to a hundred."""

    items: tuple[Outlook, ...]
    unread: int
    next_cursor: str | None = None


class ReadView(Out):
    id: str
    read_at: datetime


class Answered(In):
    """What WeChat's question gave, as it gave it: by our template name or WeChat's template id, with its `errMsg` or without.

    `error_code` is the question's own. `main_switch` is what `wx.getSetting` says of WeChat's main switch.
    """

    results: Annotated[
        dict[Annotated[str, msgspec.Meta(max_length=64)], Annotated[str, msgspec.Meta(max_length=200)]],
        msgspec.Meta(max_length=8),
    ] = msgspec.field(default_factory=dict)
    error_code: int | None = None
    main_switch: bool | None = None

    @property
    def answers(self) -> dict[str, Answer]:
        return {key: read_answer(word) for key, word in self.results.items() if key not in _NOT_TEMPLATES}


_NOT_TEMPLATES = frozenset({"errMsg", "errCode", "errno"})


class TemplateView(Out):
    """`banked` pushes are confirmed by WeChat, `unconfirmed` only by the resident's device; `booked` days wait for one. So do
    `promised` results, which have the first claim."""

    name: str
    template_id: str
    label: str
    is_long_term: bool
    is_askable: bool
    banked: int
    unconfirmed: int
    booked: int
    promised: int
    is_refused: bool
    ask_again_at: datetime | None


class SubscriptionsView(Out):
    """`ask` are WeChat's ids for the next click, at most three. `note` says plainly whether a push will come."""

    ask: tuple[str, ...]
    is_switched_off: bool
    will_push: bool
    note: str
    templates: tuple[TemplateView, ...]


LABELS = {"date_arrived": "日期到了（例如可以申请修复）", "case_progress": "办理有进展", "task_due": "有事快到期"}
_OFF = "您关闭了微信的消息总开关，不会有推送。打开方法：小程序右上角“…”—设置—通知管理。重要日期请看“消息”或者存入手机日历。"
_YES = "到时会有微信推送，“消息”里也能看到。"
_WAIT = "您已同意推送，正在等微信确认。“消息”里一定能看到。"
_NO = "目前没有可用的推送次数，不会有微信推送。每同意一次，可以推送一条。重要日期请看“消息”或者存入手机日历。"


def subscriptions_view(
    permissions: Subscription,
    outlooks: tuple[Outlook, ...],
    booked: dict[str, int],
    ask: tuple[str, ...],
    push: PushService,
    promised: int = 0,
) -> SubscriptionsView:
    banks = {name: permissions.bank(name) for name in push.templates()}
    is_off = permissions.is_off
    is_confirmed = {name for name, bank in banks.items() if bank.confirmed > 0}
    will_push = any(one.will_push for one in outlooks) or bool(
        (promised and PROMISED_BY in is_confirmed) or (not outlooks and is_confirmed)
    )
    if is_off:
        note = _OFF
    elif will_push:
        note = _YES
    else:
        note = _WAIT if any(bank.usable for bank in banks.values()) else _NO
    return SubscriptionsView(
        ask=tuple(push.templates()[name] for name in ask),
        is_switched_off=is_off,
        will_push=will_push and not is_off,
        note=note,
        templates=tuple(
            TemplateView(
                name=name,
                template_id=template_id,
                label=LABELS.get(name, name),
                is_long_term=push.is_long_term(name),
                is_askable=name in ask,
                banked=max(0, banks[name].confirmed),
                unconfirmed=max(0, banks[name].claimed),
                booked=booked.get(name, 0),
                promised=promised if name == PROMISED_BY else 0,
                is_refused=(refused_at := banks[name].refused_at) is not None,
                ask_again_at=refused_at + COOL_DOWN if refused_at else None,
            )
            for name, template_id in push.templates().items()
        ),
    )
