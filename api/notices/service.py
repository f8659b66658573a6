"""Telling residents: at once or on a date."""

import hashlib
from datetime import datetime, time

from api.infra.clock import start_of
from api.infra.mongo import Tx
from api.notices.models import Draft, Notice, NoticeState, PushState
from api.notices.store import NoticeStore
from api.notices.texts import fill

MORNING = time(8, 30)


def notice_key(draft: Draft) -> str:
    parts = (draft.kind, draft.subject, draft.ref, draft.on.isoformat(), draft.occasion)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:40]


class NoticeService:
    """`tell` and `book` write in the caller's transaction, in one round trip however many drafts there are."""

    def __init__(self, store: NoticeStore) -> None:
        self._store = store

    async def tell(self, tx: Tx, now: datetime, *drafts: Draft) -> None:
        """Stands in the inbox when the transaction commits; the push follows from the worker."""
        await self._store.put(tx, [self._notice(draft, now, NoticeState.TOLD) for draft in drafts])

    async def book(self, tx: Tx, now: datetime, *drafts: Draft) -> None:
        """To be told on the morning of `draft.on`. Booking the same again changes nothing."""
        await self._store.put(tx, [self._notice(draft, now, NoticeState.BOOKED) for draft in drafts])

    async def cancel(self, tx: Tx, subject: str, ref: str, kinds: tuple[str, ...]) -> None:
        """Takes back what is booked and not yet told."""
        await self._store.cancel_booked(tx, subject, ref, kinds)

    @staticmethod
    def _notice(draft: Draft, now: datetime, state: NoticeState) -> Notice:
        text, title, body = fill(draft.kind, draft.params)
        told = state is NoticeState.TOLD
        return Notice(
            id=notice_key(draft),
            subject=draft.subject,
            kind=draft.kind,
            ref=draft.ref,
            on=draft.on,
            due_at=now if told else start_of(draft.on, MORNING),
            state=state,
            title=title,
            text=body,
            flow=text.flow,
            created_at=now,
            push=PushState.WAITING if text.template else PushState.NONE,
            told_at=now if told else None,
        )
