"""Telling what is due: into the inbox, then by WeChat to whoever banked a push. Any number of workers, none the leader.

A pass claims a batch with a lease, which tells it, and sends it in small chunks. That a chunk is about to be sent is written
to the claim before WeChat is called, and the outcome after: a worker killed before leaves notices that the next worker sends;
killed between, such as the next worker closes as unknown and nobody sends again. A late writer is stopped by its claim.
"""

import asyncio
import random
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from api.infra.clock import SHANGHAI, Clock
from api.infra.ids import new_id
from api.infra.log import get_log
from api.infra.settings import WeChat
from api.infra.wechat import SendOutcome, SendResult, WeChatClient
from api.infra.wechat_keywords import BrokenKeyword
from api.notices.models import Notice, PushState, Subscription
from api.notices.push.store import Due, OutboxStore, Receiver, ReceiverStore, SubscriptionStore, TemplateStore
from api.notices.service import QUIET_FROM, QUIET_UNTIL

BATCH = 200
CHUNK = 25
LEASE = timedelta(minutes=3)  # longer than a batch whose every chunk waits for WeChat until it times out
GIVE_UP_AFTER = timedelta(days=1)
TEMPLATE_RESTS = timedelta(hours=1)
SILENCE_RESTS = timedelta(seconds=20)
_LONGEST_PAUSE = timedelta(hours=4)
_WINDOWS = 4
_TOP_RANK = 3  # nothing outranks it, so nothing is kept back from it
_PAGE = "pages/index/index?notice={id}"
_log = get_log("deliveries")


class Tally(msgspec.Struct):
    """What one pass did. `unpushed` went to the inbox alone; `later` will be tried again."""

    told: int = 0
    sent: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    unpushed: int = 0
    later: int = 0


def is_quiet(now: datetime) -> bool:
    """From 21:00 to 08:00 in Shanghai nobody is told anything by the worker."""
    at = now.astimezone(SHANGHAI).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def retry_after(attempts: int, chance: float) -> timedelta:
    """After the first failure at once, then longer and longer; `chance` from 0 to 1 spreads the workers."""
    if attempts <= 1:
        return timedelta()
    return min(timedelta(minutes=3 ** min(attempts - 2, 6)), _LONGEST_PAUSE) * (0.5 + chance)


class Deliveries:
    def __init__(
        self,
        outbox: OutboxStore,
        subscriptions: SubscriptionStore,
        receivers: ReceiverStore,
        templates: TemplateStore,
        wechat: WeChatClient,
        settings: WeChat,
        clock: Clock,
        *,
        batch: int = BATCH,
    ) -> None:
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._receivers = receivers
        self._templates = templates
        self._wechat = wechat
        self._settings = settings
        self._clock = clock
        self._batch = batch
        self._windows = 1
        self._is_stopping = False
        self._silent_until: datetime | None = None

    def stop(self) -> None:
        """Ends the running pass after the chunk in hand; what is held is let go."""
        self._is_stopping = True

    async def run(self, seconds: float = 30) -> Tally:
        """Tells and sends all that is due, for at most about so many seconds."""
        tally = Tally()
        end = time.monotonic() + seconds
        while not self._is_stopping and time.monotonic() < end:
            now = self._clock.now()
            if is_quiet(now):
                break
            due = await self._outbox.find_due(now, self._batch * self._windows)
            if not due:
                break
            taken = await self._take(self._window(due), now, tally)
            # Where another worker took most of it first, look further along next time, so that both find work.
            self._windows = 1 if 2 * taken >= min(len(due), self._batch) else _WINDOWS
            if taken == 0:
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 - spreads workers, keeps no secret
        return tally

    def _window(self, due: Sequence[Due]) -> Sequence[Due]:
        start = random.randrange(0, len(due), self._batch)  # noqa: S311 - spreads workers, keeps no secret
        return due[start : start + self._batch]

    async def _take(self, due: Sequence[Due], now: datetime, tally: Tally) -> int:
        """Claims a batch and does all of it; how many were claimed."""
        token = new_id("clm")
        old = {one.claim for one in due if one.claim is not None}
        begun = await self._outbox.seize(old) if old else set()
        await self._outbox.open_claim(token, now + LEASE)
        notices = await self._outbox.claim(due, token, now, now + LEASE)
        if notices:
            await self._handle(notices, begun, token, now, tally)
        await self._outbox.close_claim(token)
        return len(notices)

    async def _handle(
        self, notices: Sequence[Notice], begun: Collection[str], token: str, now: datetime, tally: Tally
    ) -> None:
        tally.told += sum(notice.told_at == now and notice.tried_at is None for notice in notices)
        unknown = [notice.id for notice in notices if notice.id in begun]
        await self._outbox.write_same(unknown, _closed(PushState.UNKNOWN, "no-outcome"), token)
        tally.unknown += len(unknown)
        rest = [notice for notice in notices if notice.id not in begun]
        done = [notice.id for notice in rest if notice.push is not PushState.WAITING]
        await self._outbox.write_same(done, {"wake_at": None}, token)
        if waiting := [notice for notice in rest if notice.push is PushState.WAITING]:
            await self._push(waiting, token, now, tally)

    async def _push(self, notices: Sequence[Notice], token: str, now: datetime, tally: Tally) -> None:
        receivers = await self._receivers.find_many([notice.subject for notice in notices])
        permissions = await self._subscriptions.find_many([receiver.account for receiver in receivers.values()])
        stopped = await self._templates.list_stopped()
        plan = _Plan(receivers, permissions, self._settings, await self._reserved(notices))
        for reason, ids in plan.sort(notices).items():
            await self._outbox.write_same(ids, _closed(PushState.NONE, reason), token)
            tally.unpushed += len(ids)
        resting = [n for n in plan.to_send if stopped.get(self._template_id(n), now) > now]
        await self._later(resting, token, now, TEMPLATE_RESTS, "template-stopped", tally)
        ready = [n for n in plan.to_send if stopped.get(self._template_id(n), now) <= now]
        writing: asyncio.Task[None] | None = None
        try:
            for start in range(0, len(ready), CHUNK):
                chunk = ready[start : start + CHUNK]
                if self._is_stopping or self._is_silent():
                    pause = timedelta() if self._is_stopping else SILENCE_RESTS
                    await self._later(ready[start:], token, now, pause, "wechat-silent", tally)
                    return
                if not await self._outbox.begin_sending(token, [notice.id for notice in chunk]):
                    return  # taken over: whoever did so goes on with the rest
                results = await asyncio.gather(*(self._send_one(notice, plan.openid(notice)) for notice in chunk))
                if writing is not None:
                    await writing
                # The outcomes are written while the next chunk is on its way.
                writing = asyncio.create_task(self._write_outcomes(chunk, results, token, plan, tally))
        finally:
            if writing is not None:
                await writing

    def _is_silent(self) -> bool:
        return self._silent_until is not None and self._clock.now() < self._silent_until

    async def _reserved(self, notices: Sequence[Notice]) -> dict[int, dict[tuple[str, str], int]]:
        """By rank: the pushes that a person's booked notices of a higher rank are waiting for."""
        by_rank: dict[int, list[str]] = {}
        for notice in notices:
            if notice.rank < _TOP_RANK:
                by_rank.setdefault(notice.rank, []).append(notice.subject)
        return {rank: await self._outbox.count_reserved(subjects, rank) for rank, subjects in by_rank.items()}

    def _template_id(self, notice: Notice) -> str:
        return self._settings.templates[notice.template or ""]

    async def _write_outcomes(
        self, chunk: Sequence[Notice], results: Sequence[SendResult], token: str, plan: "_Plan", tally: Tally
    ) -> None:
        now = self._clock.now()
        if all(result.outcome in (SendOutcome.BUSY, SendOutcome.UNKNOWN) for result in results):
            self._silent_until = now + SILENCE_RESTS  # nothing at all gets through: do not spend the others on it
        changes: dict[str, Mapping[str, Any]] = {}
        sent: list[Notice] = []
        messages: dict[str, str] = {}
        refused: list[Notice] = []
        for notice, result in zip(chunk, results, strict=True):
            if result.outcome is SendOutcome.SENT:
                sent.append(notice)
                if result.message_id is not None:
                    messages[result.message_id] = notice.id
                continue
            changes[notice.id] = _outcome(notice, result, now, tally)
            if result.outcome is SendOutcome.REFUSED:
                refused.append(notice)
            if result.outcome is SendOutcome.BAD_TEMPLATE:
                await self._stop_template(notice, result.errcode, now)
        tally.sent += len(sent)
        done = {**_closed(PushState.SENT, None), "pushed_at": now}
        await self._outbox.write_same([notice.id for notice in sent], done, token)
        await self._outbox.write_back(changes, token)
        await self._outbox.note_messages(messages, now)
        for (template, which), accounts in plan.spent(sent).items():
            await self._subscriptions.spend(accounts, template, which)
        for (template, _), accounts in plan.spent(refused, for_good=True).items():
            await self._subscriptions.empty(accounts, template)

    async def _send_one(self, notice: Notice, openid: str) -> SendResult:
        name = notice.template or ""
        values = dict(
            zip(self._settings.keywords[name], (notice.headline, chinese_date(notice), notice.hint), strict=True)
        )
        try:
            return await self._wechat.send(openid, self._settings.templates[name], _PAGE.format(id=notice.id), values)
        except BrokenKeyword:
            _log.error("keyword-broken", case=notice.kind, template=name)
            return SendResult(outcome=SendOutcome.BAD_DATA, errcode=47003)

    async def _stop_template(self, notice: Notice, errcode: int, now: datetime) -> None:
        name = notice.template or ""
        _log.error("template-stopped", template=name, errcode=errcode)
        await self._templates.stop(self._template_id(notice), name, errcode, now, now + TEMPLATE_RESTS)

    async def _later(
        self, notices: Sequence[Notice], token: str, now: datetime, pause: timedelta, reason: str, tally: Tally
    ) -> None:
        changes = {notice.id: _postponed(notice, now, now + pause, reason, tally) for notice in notices}
        await self._outbox.write_back(changes, token)


def chinese_date(notice: Notice) -> str:
    return f"{notice.on.year}年{notice.on.month}月{notice.on.day}日"


def _closed(push: PushState, reason: str | None) -> dict[str, Any]:
    """Nothing is left to do."""
    return {"push": push.value, "reason": reason, "wake_at": None}


def _outcome(notice: Notice, result: SendResult, now: datetime, tally: Tally) -> dict[str, Any]:
    """The fields that the table of WeChat's answers asks for."""
    match result.outcome:
        case SendOutcome.REFUSED:
            tally.refused += 1
            return _closed(PushState.REFUSED, "refused")
        case SendOutcome.UNKNOWN:
            tally.unknown += 1
            return _closed(PushState.UNKNOWN, "no-answer")
        case SendOutcome.BUSY:
            pause = retry_after(notice.attempts + 1, random.random())  # noqa: S311 - jitter
            later = _postponed(notice, now, now + pause, f"busy:{result.errcode}", tally)
            return {**later, "attempts": notice.attempts + 1}
        case other:
            tally.failed += 1
            _log.error("push-failed", reason=other.value, errcode=result.errcode, template=notice.template)
            return _closed(PushState.FAILED, f"{other.value}:{result.errcode}")


def _postponed(notice: Notice, now: datetime, until: datetime, reason: str, tally: Tally) -> dict[str, Any]:
    """Waits again; after a day of trying it has failed."""
    since = notice.tried_at or now
    if now - since >= GIVE_UP_AFTER:
        tally.failed += 1
        _log.error("push-failed", reason=reason, template=notice.template, attempt=notice.attempts)
        return _closed(PushState.FAILED, f"gave-up:{reason}")
    tally.later += 1
    return {"push": PushState.WAITING.value, "wake_at": until, "tried_at": since, "reason": reason}


class _Plan:
    """Who of a batch gets a push: an account, the main switch, and a banked permission that no greater day needs."""

    def __init__(
        self,
        receivers: Mapping[str, Receiver],
        permissions: Mapping[str, Subscription],
        settings: WeChat,
        reserved: Mapping[int, Mapping[tuple[str, str], int]],
    ) -> None:
        self._receivers = receivers
        self._permissions = permissions
        self._settings = settings
        self._reserved = reserved
        self._used: dict[tuple[str, str], int] = {}
        self.to_send: list[Notice] = []

    def sort(self, notices: Iterable[Notice]) -> dict[str, list[str]]:
        """Fills `to_send`, greatest rank first; the others by the reason why they are not pushed."""
        unpushed: dict[str, list[str]] = {}
        for notice in sorted(notices, key=lambda n: -n.rank):
            reason = self._refusal(notice)
            if reason is None:
                self.to_send.append(notice)
            else:
                unpushed.setdefault(reason, []).append(notice.id)
        return unpushed

    def _refusal(self, notice: Notice) -> str | None:
        name = notice.template or ""
        if not self._settings.templates.get(name):
            return "no-template"
        receiver = self._receivers.get(notice.subject)
        if receiver is None:
            return "no-account"
        permission = self._permissions.get(receiver.account) or Subscription(id=receiver.account)
        if permission.is_off:
            return "switch-off"
        bank = permission.bank(name)
        if name in self._settings.long_term_templates:
            return "refused" if bank.refused_at else None
        key = (receiver.account, name)
        reserved = self._reserved.get(notice.rank, {}).get((notice.subject, name), 0)
        if bank.usable - self._used.get(key, 0) - reserved <= 0:
            return "no-quota"
        self._used[key] = self._used.get(key, 0) + 1
        return None

    def openid(self, notice: Notice) -> str:
        return self._receivers[notice.subject].openid

    def spent(self, notices: Iterable[Notice], *, for_good: bool = False) -> dict[tuple[str, str], list[str]]:
        """Accounts by template and by what they have of it; a long-term permission is not used up by sending."""
        accounts: dict[tuple[str, str], list[str]] = {}
        for notice in notices:
            name = notice.template or ""
            account = self._receivers[notice.subject].account
            permission = self._permissions.get(account)
            if permission is None or (name in self._settings.long_term_templates and not for_good):
                continue
            which = "confirmed" if permission.bank(name).confirmed > 0 else "claimed"
            accounts.setdefault((name, which), []).append(account)
        return accounts
