"""Delivers due notices: into the inbox, then by WeChat to residents with a banked push. Any number of workers, no leader.

A pass claims a batch with a lease, which puts it into the inboxes, and sends it a few at a time. Before WeChat is called for some,
the claim notes them, together with the answers that have come since; the notices are written once for the whole batch.
What becomes of a notice whose worker is killed: before the call, the next worker sends it; after its answer was noted, the next
worker completes it; in between, it is unknown (`afterwards.py`) and nobody sends it again. A late writer is stopped by its claim.

Each worker holds two batches: while one is being sent, the other is claimed or written.
"""

import asyncio
import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from api.infra.clock import SHANGHAI, Clock, civil_date
from api.infra.ids import new_id
from api.infra.log import get_log
from api.infra.randomness import CHANCE
from api.infra.wechat import SendOutcome, SendResult, WeChatClient
from api.infra.wechat_keywords import SOURCE, STATUSES, BrokenKeyword, filled
from api.infra.wechat_settings import WeChat
from api.notices.models import Notice, NoticeState, PushState
from api.notices.push.promises import PromiseStore
from api.notices.push.receivers import Receiver, ReceiverStore
from api.notices.push.store import Due, OutboxStore, SubscriptionStore, TemplateStore
from api.notices.service import QUIET_FROM, QUIET_UNTIL
from schedulers.afterwards import Afterwards, unknown
from schedulers.allotment import GAVE_UP, Allotment, reserved_from
from schedulers.outcomes import LEASE, OPERATORS, TEMPLATE_RESTS, Tally, closed, outcome, postponed
from schedulers.pace import AT_ONCE, TOGETHER_SECONDS, Pace, Turn, patiently, silence

BATCH = 200
_LANES = 2
_NOT_TAKEN = frozenset({SendOutcome.BUSY, SendOutcome.UNKNOWN})
_AHEAD = 5  # batches
PAGE = "pages/index/index?notice={id}"
_log = get_log("deliveries")

_Answer = tuple[Notice, SendResult]


def is_quiet(now: datetime) -> bool:
    """Whether it is between 21:00 and 08:00 in Shanghai, when the worker tells nobody anything."""
    at = now.astimezone(SHANGHAI).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def waited(since: datetime, now: datetime) -> timedelta:
    """How long a notice has waited, not counting the quiet hours."""
    if is_quiet(now):
        return timedelta()
    morning = now.astimezone(SHANGHAI).replace(
        hour=QUIET_UNTIL.hour, minute=QUIET_UNTIL.minute, second=0, microsecond=0
    )
    return now - max(since, morning)


class _Held(msgspec.Struct, frozen=True):
    """A claimed batch. `begun`: what a dead worker had begun to send, with WeChat's answer if known; `since`: when it had claimed it;
    `turn`: in which it is sent."""

    token: str
    notices: Sequence[Notice]
    begun: Mapping[str, SendResult | None]
    since: Mapping[str, datetime]
    turn: Turn


class Deliveries:
    def __init__(
        self,
        outbox: OutboxStore,
        subscriptions: SubscriptionStore,
        receivers: ReceiverStore,
        templates: TemplateStore,
        promises: PromiseStore,
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
        self._promises = promises
        self._afterwards = Afterwards(outbox, receivers)
        self._wechat = wechat
        self._settings = settings
        self._clock = clock
        self._batch = batch
        self._ahead: Sequence[Due] = ()
        self._is_contended = False
        self._is_stopping = False
        self._silent_until: datetime | None = None
        self._silences = 0  # since WeChat last took or refused a message
        self._pace = Pace()
        self._last_turn: Turn | None = None  # at WeChat
        self._storing = asyncio.Lock()  # what reads or writes a whole batch; never asked for by who holds it
        self._unwritten: set[str] = set()  # accounts of batches that were sent, whose banks do not show it yet

    def stop(self) -> None:
        """Ends the running pass after the current chunk and releases the claims."""
        self._is_stopping = True

    async def run(self, seconds: float = 30) -> Tally:
        """Tells and sends everything that is due, for about this many seconds at most."""
        tally = Tally()
        self._ahead = ()
        end = time.monotonic() + seconds
        lanes = await asyncio.gather(*(self._lane(end, tally) for _ in range(_LANES)), return_exceptions=True)
        for fault in lanes:
            if fault is not None:
                raise fault
        return tally

    async def _lane(self, end: float, tally: Tally) -> None:
        while not self._is_stopping and time.monotonic() < end:
            now = self._clock.now()
            if is_quiet(now):
                return
            async with self._storing:
                held = await self._hold(now)
            if held is None:
                return
            try:
                if held.notices:
                    await self._handle(held, now, tally)
                else:
                    await asyncio.sleep(CHANCE.uniform(0, 0.05))
            finally:
                held.turn.ends()
            if held.begun.keys() <= {notice.id for notice in held.notices}:  # else the claim is needed yet
                await self._outbox.close_claim(held.token)

    async def _hold(self, now: datetime) -> _Held | None:
        """Claims a batch; None when nothing is due."""
        if not self._ahead:
            self._ahead = self._turned(await self._outbox.find_due(now, self._batch * _AHEAD))
        if not self._ahead:
            return None
        wanted, self._ahead = self._ahead[: self._batch], self._ahead[self._batch :]
        token = new_id("clm")
        old = {one.id: one.claim for one in wanted if one.claim is not None}
        begun = await self._outbox.seize(set(old.values())) if old else {}
        of_these = {key: begun[claim][key] for key, claim in old.items() if key in begun.get(claim, ())}
        await self._outbox.open_claim(token, now + LEASE, of_these)
        notices = await self._outbox.claim(wanted, token, now, now + LEASE)
        self._is_contended = 2 * len(notices) < len(wanted)
        if self._is_contended:
            self._ahead = ()
        since = {one.id: one.wake_at - LEASE for one in wanted if one.id in of_these}
        self._last_turn = Turn(self._last_turn)
        return _Held(token=token, notices=notices, begun=of_these, since=since, turn=self._last_turn)

    def _turned(self, due: Sequence[Due]) -> Sequence[Due]:
        """Starts elsewhere in the list if another worker took most of a batch, so that both find work."""
        if not due or not self._is_contended:
            return due
        start = CHANCE.randrange(0, len(due), self._batch)
        return [*due[start:], *due[:start]]

    async def _handle(self, held: _Held, now: datetime, tally: Tally) -> None:
        begun, token = held.begun, held.token
        tally.told += sum(notice.told_at == now and notice.tried_at is None for notice in held.notices)
        lost = {n.id: unknown("no-outcome", held.since[n.id]) for n in held.notices if begun.get(n.id, n) is None}
        await self._outbox.write_back(lost, token)
        tally.unknown += len(lost)
        answered = [(n, answer) for n in held.notices if (answer := begun.get(n.id)) is not None]
        rest = [notice for notice in held.notices if notice.id not in begun]
        answered += await self._afterwards.look([n for n in rest if n.push is PushState.UNKNOWN], token, now)
        waiting = [
            n for n in rest if n.push is PushState.WAITING and n.state is NoticeState.TOLD
        ]  # one may be taken back
        looked_at = {n.id for n in waiting} | {n.id for n in rest if n.push is PushState.UNKNOWN}
        await self._outbox.write_same([n.id for n in rest if n.id not in looked_at], {"wake_at": None}, token)
        if waiting or answered:
            await self._push(waiting, answered, held, now, tally)

    async def _push(
        self, waiting: Sequence[Notice], answered: list[_Answer], held: _Held, now: datetime, tally: Tally
    ) -> None:
        token = held.token
        everybody = [notice.subject for notice in waiting] + [notice.subject for notice, _ in answered]
        receivers = await self._receivers.find_many(everybody)
        unread = {subject for subject, receiver in receivers.items() if not receiver.openid}
        await self._later(
            [one for one in waiting if one.subject in unread], token, now, TEMPLATE_RESTS, "not-read", tally
        )
        await held.turn.comes()
        plan = await self._plan([one for one in waiting if one.subject not in unread], receivers)
        resting: list[Notice] = []
        unsent = await self._send(plan, token, answered, resting)
        if unsent is None:
            return  # taken over: whoever did so goes on with it
        mine = {receiver.account for receiver in receivers.values()}
        self._unwritten |= mine
        held.turn.ends()
        # Taken before the other lane can plan, which so reads what this batch leaves in the banks.
        async with self._storing:
            try:
                await self._write(plan, token, answered, resting, unsent, now, tally)
            finally:
                self._unwritten -= mine

    async def _write(
        self,
        plan: Allotment,
        token: str,
        answered: Sequence[_Answer],
        resting: Sequence[Notice],
        unsent: Sequence[Notice],
        now: datetime,
        tally: Tally,
    ) -> None:
        if not await self._outbox.is_held(token):
            return  # the machine stood still: whoever has taken over completes it, and uses up the permissions
        for reason, ids in plan.unpushed.items():
            if reason.startswith(GAVE_UP):
                await self._outbox.write_same(ids, closed(PushState.FAILED, reason), token)
                tally.failed += len(ids)
                _log.error("push-failed", reason=reason, count=len(ids))
            else:
                await self._outbox.write_same(ids, closed(PushState.NONE, reason), token)
                tally.unpushed += len(ids)
        await self._later(resting, token, now, TEMPLATE_RESTS, "template-stopped", tally)
        is_silent, until = self._is_silent(), self._silent_until or now
        pause, why = (until - now, "wechat-silent") if is_silent else (timedelta(), "interrupted")
        await self._later(unsent, token, now, pause, why, tally)
        await self._write_outcomes(answered, token, plan, tally)

    async def _plan(self, waiting: Sequence[Notice], receivers: Mapping[str, Receiver]) -> Allotment:
        """Reads permissions; where the batch before used some of the same people's, only when it has written that."""
        reserved = await reserved_from(waiting, self._outbox, self._promises)
        accounts = [receiver.account for receiver in receivers.values()]
        if not self._unwritten.isdisjoint(accounts):
            async with self._storing:
                pass
        permissions = await self._subscriptions.find_many(accounts)
        return Allotment(waiting, receivers, permissions, self._settings, reserved, civil_date(self._clock.now()))

    async def _send(
        self, plan: Allotment, token: str, answered: list[_Answer], resting: list[Notice]
    ) -> Sequence[Notice] | None:
        """Adds answers to `answered`, and notices of suspended templates to `resting`. Returns what was not sent, or None if another
        worker has taken over the batch."""
        waiting, stopped = deque(plan.to_send), await self._templates.list_stopped()
        under_way: dict[asyncio.Task[SendResult], Notice] = {}
        heard: list[_Answer] = []
        unsent: list[Notice] = []
        in_vain = 0
        while True:
            if self._is_stopping or self._is_silent() or is_quiet(self._clock.now()):
                unsent += waiting
                waiting.clear()
            most = 1 if self._silences else self._pace.at_once
            chunk = self._next(waiting, most - len(under_way), stopped, resting)
            if (chunk or heard) and not await self._note_sending(token, chunk, heard):
                if under_way:
                    await asyncio.wait(under_way)
                return None
            for notice in chunk:
                under_way[asyncio.create_task(self._send_one(notice, plan.openid(notice)))] = notice
            if not under_way:
                return unsent
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            done, _ = await asyncio.wait(under_way, timeout=TOGETHER_SECONDS)
            heard = [(under_way.pop(task), task.result()) for task in done]
            answered += heard
            if all(result.outcome in _NOT_TAKEN for _, result in heard):
                in_vain += len(heard)
            else:
                in_vain = self._silences = 0
            enough = 1 if self._silences else min(AT_ONCE, len(plan.to_send))
            if in_vain >= enough and not self._is_silent():
                self._silent_until = self._clock.now() + silence(self._silences)  # do not spend the others on it
                self._silences += 1
            await self._note_faults(heard, stopped)

    def _next(
        self, waiting: deque[Notice], most: int, stopped: Mapping[str, datetime], resting: list[Notice]
    ) -> list[Notice]:
        """Takes so many that may be sent now; those of suspended templates go to `resting`."""
        now = self._clock.now()
        chunk: list[Notice] = []
        while waiting and len(chunk) < most:
            notice = waiting.popleft()
            (resting if stopped.get(self._template_id(notice), now) > now else chunk).append(notice)
        return chunk

    def _is_silent(self) -> bool:
        return self._silent_until is not None and self._clock.now() < self._silent_until

    def _template_id(self, notice: Notice) -> str:
        return self._settings.templates[notice.template or ""]

    async def _note_sending(self, token: str, chunk: Sequence[Notice], answered: Sequence[_Answer]) -> bool:
        answers = [(notice.id, result) for notice, result in answered]
        return await patiently(lambda: self._outbox.note_sending(token, [notice.id for notice in chunk], answers))

    async def _note_faults(self, answered: Sequence[_Answer], stopped: dict[str, datetime]) -> None:
        """Suspends a template that WeChat refuses and resumes one that it accepts again; also kept in `stopped`."""
        now = self._clock.now()
        for name in {notice.template or "" for notice, _ in answered}:
            template = self._settings.templates[name]
            of_it = [result for notice, result in answered if notice.template == name]
            refused = next((result.errcode for result in of_it if result.outcome in OPERATORS), None)
            if refused is not None:
                _log.error("template-stopped", template=name, errcode=refused)
                stopped[template] = now + TEMPLATE_RESTS
                await patiently(partial(self._templates.stop, template, name, refused, now, stopped[template]))
            elif template in stopped and any(result.outcome is SendOutcome.SENT for result in of_it):
                del stopped[template]
                await patiently(partial(self._templates.clear, template))

    async def _write_outcomes(self, answered: Sequence[_Answer], token: str, plan: Allotment, tally: Tally) -> None:
        now = self._clock.now()
        sent = [notice for notice, result in answered if result.outcome is SendOutcome.SENT]
        refused = [notice for notice, result in answered if result.outcome is SendOutcome.REFUSED]
        tally.sent += len(sent)
        done = {**closed(PushState.SENT, None), "pushed_at": now}
        await self._outbox.write_same([n.id for n in sent if n.push is not PushState.UNKNOWN], done, token)
        by_event = [n.id for n in sent if n.push is PushState.UNKNOWN]
        await self._outbox.write_same(by_event, closed(PushState.SENT, "event:0"), token)
        others = {n.id: outcome(n, r, now, tally) for n, r in answered if r.outcome is not SendOutcome.SENT}
        await self._outbox.write_back(others, token)
        messages = {result.message_id: notice.id for notice, result in answered if result.message_id is not None}
        await self._outbox.note_messages(messages, now)
        for template, accounts in plan.spent(sent).items():
            await self._subscriptions.spend(accounts, template)
        for template, accounts in plan.spent(refused, for_good=True).items():
            await self._subscriptions.empty(accounts, template)

    async def _send_one(self, notice: Notice, openid: str) -> SendResult:
        name = notice.template or ""
        said = {"headline": notice.headline, "hint": notice.hint, "status": STATUSES[name], "source": SOURCE}
        values = filled(self._settings.keywords[name], said, (notice.on.year, notice.on.month, notice.on.day))
        try:
            with self._pace.timed():
                page = PAGE.format(id=notice.id)
                return await self._wechat.send(openid, self._settings.templates[name], page, values)
        except BrokenKeyword:
            _log.error("keyword-broken", case=notice.kind, template=name)
            return SendResult(outcome=SendOutcome.BAD_DATA, errcode=47003)

    async def _later(
        self, notices: Sequence[Notice], token: str, now: datetime, pause: timedelta, reason: str, tally: Tally
    ) -> None:
        changes = {notice.id: postponed(notice, now, now + pause, reason, tally) for notice in notices}
        await self._outbox.write_back(changes, token)
