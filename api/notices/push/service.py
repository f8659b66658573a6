"""Permissions to push: each accept allows one message; asked for sparingly, and corrected by WeChat's events."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from api.infra.database_faults import AlreadyThere
from api.infra.mongo import Database, Tx
from api.infra.wechat_settings import WeChat
from api.notices.errors import BadSignature
from api.notices.models import Answer, Bank, Notice, PushState, Subscription, read_answer
from api.notices.push.events import Entry, Event, check_signature, open_sealed, read_event
from api.notices.push.promises import PROMISED_BY, PromiseStore
from api.notices.push.receivers import ReceiverStore
from api.notices.push.store import EventStore, OutboxStore, SubscriptionStore

MOST_ASKED = 3
"""Templates in one question: WeChat's older clients accept no more."""

COOL_DOWN = timedelta(days=30)
MOST_BANKED = 20
SWITCH_OFF = 20004
"""The error code of `wx.requestSubscribeMessage` for a main switch that is off."""


class Asking(msgspec.Struct, frozen=True):
    """What the page may ask at the next tap, by our template names; or why it may ask nothing."""

    templates: tuple[str, ...]
    wanted: Mapping[str, int]


class PushService:
    def __init__(
        self,
        database: Database,
        subscriptions: SubscriptionStore,
        receivers: ReceiverStore,
        outbox: OutboxStore,
        events: EventStore,
        promises: PromiseStore,
        settings: WeChat,
    ) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._receivers = receivers
        self._outbox = outbox
        self._events = events
        self._promises = promises
        self._settings = settings
        self._names = {template_id: name for name, template_id in settings.templates.items()}

    async def find(self, account: str) -> Subscription:
        return await self._subscriptions.find(account)

    async def promised(self, subject: str) -> int:
        """How many results the person waits for, of which a receipt says that they will be pushed."""
        return (await self._promises.count([subject])).get(subject, 0)

    def templates(self) -> dict[str, str]:
        """Our name → WeChat's id."""
        return self._settings.templates

    def is_long_term(self, template: str) -> bool:
        return template in self._settings.long_term_templates

    def long_term(self) -> frozenset[str]:
        return self._settings.long_term_templates

    def asking(self, permissions: Subscription, booked: Sequence[Notice], now: datetime, promised: int = 0) -> Asking:
        """At most three templates, first those that booked notices and promised results need; never one that was refused recently.

        One-time and long-term templates are never in the same question.
        """
        wanted: dict[str, int] = {}
        for notice in booked:
            if notice.template:
                wanted[notice.template] = wanted.get(notice.template, 0) + 1
        missing = Counter(wanted) + Counter({PROMISED_BY: promised})
        askable = [name for name in self._settings.templates if self._may_ask(permissions.bank(name), name, now)]
        askable.sort(key=lambda name: -(missing[name] - permissions.bank(name).usable))
        if askable:
            askable = [name for name in askable if self.is_long_term(name) == self.is_long_term(askable[0])]
        return Asking(templates=tuple(askable[:MOST_ASKED]), wanted=wanted)

    def _may_ask(self, bank: Bank, name: str, now: datetime) -> bool:
        if bank.is_banned or (bank.refused_at is not None and now - bank.refused_at < COOL_DOWN):
            return False
        return bank.usable < (1 if self.is_long_term(name) else MOST_BANKED)

    async def answer(
        self,
        tx: Tx,
        account: str,
        answers: Mapping[str, Answer],
        error_code: int | None,
        main_switch: bool | None,
        now: datetime,
    ) -> Subscription:
        """Stores the device's report of the question's answers, and of WeChat's main switch if it has looked.

        An accept is a claim until WeChat's event confirms it.
        """
        before = await self._subscriptions.find(account, tx)
        banks = dict(before.banks)
        for name, answer in answers.items():
            bank = banks.get(name, Bank())
            if answer is Answer.ACCEPT:
                claimed = min(bank.claimed + 1, MOST_BANKED)
                banks[name] = msgspec.structs.replace(bank, claimed=claimed, refused_at=None, is_banned=False)
            elif answer is not Answer.FILTER:
                banks[name] = msgspec.structs.replace(bank, refused_at=now, is_banned=answer is Answer.BAN)
        is_off = before.is_off if main_switch is None else not main_switch
        if Answer.ACCEPT in answers.values():
            is_off = False
        elif error_code == SWITCH_OFF:
            is_off = True
        after = Subscription(id=account, banks=banks, is_off=is_off)
        await self._subscriptions.save(tx, before, after)
        return after

    def check_echo(self, signature: str, timestamp: str, nonce: str, now: datetime) -> None:
        """Answers WeChat's verification of our URL. Raises BadSignature."""
        check_signature(self._settings.event_token, signature, timestamp, nonce, now)

    async def take_event(self, query: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Uses up the signature and applies the event, once, in one transaction.

        `query` has signature, timestamp and nonce, and msg_signature if the event is encrypted. Repeated events, whether identical
        or signed again, change nothing and are no error. Raises BadSignature, BadEvent.
        """
        settings = self._settings
        key = check_signature(settings.event_token, query["signature"], query["timestamp"], query["nonce"], now)
        event = read_event(open_sealed(body, settings.event_key, settings.appid, query, settings.event_token))

        async def work(tx: Tx) -> None:
            if await self._events.is_noted(tx, event.key):
                return
            await self._events.note(tx, key, now)
            await self._events.note(tx, event.key, now)
            await self._take(tx, event, now)

        try:
            await self._database.transact(work)
        except AlreadyThere as replayed:
            if not await self._events.is_noted(None, event.key):
                raise BadSignature from replayed

    async def _take(self, tx: Tx, event: Event, now: datetime) -> None:
        if event.name == "subscribe_msg_sent_event":
            for entry in event.listed:
                await self._take_result(tx, event, entry, now)
            return
        if event.name not in ("subscribe_msg_popup_event", "subscribe_msg_change_event"):
            return
        account = await self._receivers.account_of(event.openid, tx)
        if account is None:
            return
        before = await self._subscriptions.find(account, tx)
        banks = dict(before.banks)
        for entry in event.listed:
            name = self._names.get(entry.template)
            if name is not None:
                banks[name] = _after_event(banks.get(name, Bank()), entry.status, event.name, now)
        # a person who can accept has the main switch on, whatever the device reported last
        is_off = before.is_off and not any(read_answer(entry.status) is Answer.ACCEPT for entry in event.listed)
        await self._subscriptions.save(tx, before, msgspec.structs.replace(before, banks=banks, is_off=is_off))

    async def _take_result(self, tx: Tx, event: Event, entry: Entry, now: datetime) -> None:
        """Of a message without an owner it is kept whose it is: the worker has not written yet, or never heard WeChat's answer."""
        if not entry.message_id or entry.error_code is None:
            return
        message, code = str(entry.message_id), str(entry.error_code)[:12]
        result: dict[str, Any] = {}
        if code != "0":
            state = PushState.REFUSED if code == "43101" else PushState.FAILED
            result = {"push": state.value, "reason": f"event:{code}"}
        notice = await self._outbox.owner_of(tx, message)
        if notice is not None:
            if result:
                await self._outbox.set_result(tx, notice, result)
            return
        kept: dict[str, Any] = {"result": result} if result else {}
        name, at = self._names.get(entry.template), event.instant
        account = await self._receivers.account_of(event.openid, tx) if name and at else None
        if account is not None:
            kept |= {"account": account, "template": name, "at": at}
        if kept:
            await self._outbox.keep_event(tx, message, kept, now)

    async def spend_ticket(self, number: str, now: datetime) -> bool:
        """Uses up a ticket, which opens one document once for a native page of the mini-program; False if it was used before."""
        try:
            await self._events.note(None, f"ticket:{number}", now)
        except AlreadyThere:
            return False
        return True

    async def hand_over(self, tx: Tx, account: str, to: str) -> None:
        """Gives an account's permissions to another account, which is from now on opened by the WeChat that gave them."""
        given = await self._subscriptions.find(account, tx)
        await self._subscriptions.save(
            tx, await self._subscriptions.find(to, tx), msgspec.structs.replace(given, id=to)
        )
        await self._subscriptions.delete(tx, account)

    async def delete(self, tx: Tx, account: str) -> None:
        """Deletes an account's permissions, when the account is closed."""
        await self._subscriptions.delete(tx, account)


def _after_event(bank: Bank, status: str | None, name: str, now: datetime) -> Bank:
    if read_answer(status) is Answer.ACCEPT:
        confirmed = min(bank.confirmed + 1, MOST_BANKED)
        return msgspec.structs.replace(
            bank, confirmed=confirmed, claimed=bank.claimed - 1, refused_at=None, is_banned=False
        )
    if status == Answer.REJECT:
        if name == "subscribe_msg_change_event":  # withdrawn in the settings: no accepted pushes are left
            return Bank(refused_at=now, is_banned=bank.is_banned)
        return msgspec.structs.replace(bank, refused_at=now)
    return bank
