"""When and how a resident will be told of a day: shown on the record, in the list of bookings and with every notice."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.wire import Out
from api.notices.models import Notice, NoticeState, PushState, Subscription
from api.notices.push.promises import PROMISED_BY
from api.notices.push.service import PushService
from api.notices.service import NoticeService
from api.notices.texts import ahead
from knowledge.clocks import chinese_date

_NO_PUSH = "不会有微信推送，请到时打开小程序的“消息”查看，或者把日期存入手机日历。"
_NOTES = {
    "confirmed": "到时会有一条微信推送，“消息”里也能看到。",
    "claimed": "您已同意推送，正在等微信确认；“消息”里一定能看到。",
    "switch-off": f"您关闭了微信的消息总开关，{_NO_PUSH}",
    "refused": f"您没有同意接收这类推送，{_NO_PUSH}",
    "none": f"您还没有同意接收推送，{_NO_PUSH}",
    "kept": f"您同意的推送次数留给了更要紧的消息，这一次{_NO_PUSH}",
    "inbox": "只在“消息”里通知，不推送。",
}
_PUSHED = {
    PushState.SENT: "已推送到微信。",
    PushState.REFUSED: "微信没有推送：您的同意已用完或者已收回。",
    PushState.FAILED: "微信推送没有成功，以这里为准。",
    PushState.UNKNOWN: "微信推送可能没有送到，以这里为准。",
}


class Outlook(Out):
    """One booked or told notice. `will_push`: a push is banked and confirmed, so the page may promise it.

    `explanation` says why it was taken back or moved; `late_note` the day for which it was booked, when that day was missed.
    `ahead` is what a day that is still to come is called; `calendar` is the path of a calendar file for it.
    """

    id: str
    kind: str
    ref: str
    title: str
    text: str
    flow: str | None
    state: NoticeState
    on: date
    at: datetime
    will_push: bool
    push_state: PushState
    push_note: str
    explanation: str | None
    late_note: str | None
    ahead: str | None
    calendar: str | None
    told_at: datetime | None
    read_at: datetime | None


def forecast(
    permissions: Subscription, booked: Iterable[Notice], long_term: Iterable[str], promised: int = 0
) -> dict[str, str]:
    """For each booked notice the key of its note. Banked pushes are given to the `promised` results first, then to the highest rank,
    then to the earlier day."""
    left = {name: [bank.confirmed, max(0, bank.claimed)] for name, bank in permissions.banks.items()}
    kept = left.get(PROMISED_BY, [0, 0])
    of_confirmed = min(max(0, kept[0]), promised)
    kept[:] = kept[0] - of_confirmed, max(0, kept[1] - (promised - of_confirmed))
    for_good = frozenset(long_term)
    keys: dict[str, str] = {}
    for notice in sorted(booked, key=lambda n: (-n.rank, n.due_at, n.id)):
        keys[notice.id] = _forecast_one(notice, permissions, left, for_good)
    return keys


def _forecast_one(
    notice: Notice, permissions: Subscription, left: dict[str, list[int]], for_good: frozenset[str]
) -> str:
    name = notice.template
    if name is None:
        return "inbox"
    if permissions.is_off:
        return "switch-off"
    bank = permissions.bank(name)
    if name in for_good and bank.usable:
        return "refused" if bank.refused_at else "confirmed" if bank.confirmed > 0 else "claimed"
    confirmed, claimed = left.get(name, [0, 0])
    if confirmed > 0:
        left[name][0] -= 1
        return "confirmed"
    if claimed > 0:
        left[name][1] -= 1
        return "claimed"
    if bank.refused_at:
        return "refused"
    return "kept" if bank.usable else "none"


class OutlookService:
    def __init__(self, notices: NoticeService, push: PushService) -> None:
        self._notices = notices
        self._push = push

    async def of(self, actor: Actor, ref: str) -> tuple[Outlook, ...]:
        """All notices about one of the actor's records or cases, whether booked, told or cancelled, oldest due date first."""
        notices = await self._notices.booked_for(actor.bound_subject, ref)
        if not notices:
            return ()
        return await self._views(actor, notices, await self._notices.list_booked(actor.bound_subject))

    async def booked(self, actor: Actor) -> tuple[Outlook, ...]:
        """All booked notices of the actor, soonest first."""
        notices = await self._notices.list_booked(actor.bound_subject)
        return await self._views(actor, notices, notices)

    async def _views(self, actor: Actor, notices: Sequence[Notice], booked: Sequence[Notice]) -> tuple[Outlook, ...]:
        permissions = await self._push.find(actor.id)
        is_shared = any(one.template == PROMISED_BY for one in booked)  # others' pushes are their own
        promised = await self._push.promised(actor.bound_subject) if is_shared else 0
        keys = forecast(permissions, booked, self._push.long_term(), promised)
        return tuple(outlook(notice, keys.get(notice.id, "inbox")) for notice in notices)


def outlook(notice: Notice, key: str = "inbox") -> Outlook:
    booked = notice.state is NoticeState.BOOKED
    if booked:
        note = _NOTES[key]
    elif notice.state is NoticeState.CANCELLED:
        note = ""
    else:
        note = _PUSHED.get(notice.push, "")
    return Outlook.showing(
        notice,
        at=notice.due_at,
        will_push=booked and key == "confirmed",
        push_state=notice.push,
        push_note=note,
        late_note=f"原定{chinese_date(civil_date(notice.due_at))}通知，因系统中断迟到，请见谅。"
        if notice.is_late
        else None,
        ahead=ahead(notice.kind, notice.title) if booked else None,
        calendar=f"/api/v1/me/notices/{notice.id}/calendar.ics" if booked else None,
    )
