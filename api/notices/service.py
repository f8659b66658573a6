"""Tells residents, at once or on a date."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import msgspec

from api.infra.clock import start_of
from api.infra.errands import Errands
from api.infra.migrations import RENAMED_NOTICES
from api.infra.mongo import Tx
from api.infra.moulds import Moulds
from api.infra.paging import Page
from api.notices.models import Draft, Notice, NoticeState, Opened, PushState
from api.notices.store import NoticeStore
from api.notices.texts import Text, fill, load_texts, texts_of

MORNING = time(8, 30)
QUIET_FROM = time(21)
QUIET_UNTIL = time(8)
_FIRST_NAME = {after: before for before, after in RENAMED_NOTICES.items()}


def notice_key(draft: Draft) -> str:
    """A notice's key, made without the person's digest, which changes with the index key; `ref` is unique anyway.

    It is made from the first name that the kind had: what was told before a kind was renamed is not told again.
    """
    parts = (_FIRST_NAME.get(draft.kind, draft.kind), draft.ref, draft.on.isoformat(), draft.occasion)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:40]


class NoticeService:
    """`tell`, `begin`, `book` and `reconcile` write in the caller's transaction, in one round trip for any number of drafts."""

    def __init__(self, store: NoticeStore, errands: Errands) -> None:
        self._store = store
        self._moulds = Moulds(self._told_with)
        self._texts = load_texts() | {
            kind: text for errand in errands.values() for kind, text in texts_of(errand.texts).items()
        }

    async def tell(self, tx: Tx, now: datetime, *drafts: Draft) -> None:
        """Puts a notice into the inbox with the transaction; the worker sends the push."""
        await self._store.put(tx, [self._notice(draft, now, NoticeState.TOLD) for draft in drafts])

    async def tell_once(self, make: Callable[[], Sequence[tuple[Draft, datetime]]]) -> None:
        """As `tell` for very many, outside a transaction, each with its instant. Existing notices stay as they are. A thread makes
        the drafts."""
        await self._store.insert_missing(lambda: [self._told(draft, at) for draft, at in make()])

    def _told(self, draft: Draft, at: datetime) -> Mapping[str, Any]:
        like = draft.kind, draft.on, draft.occasion, at, *draft.params.items()
        return self._moulds.cast((draft, at), like, (notice_key(draft), draft.subject, draft.ref))

    def _told_with(self, told: tuple[Draft, datetime], texts: Sequence[str]) -> dict[str, Any]:
        key, subject, ref = texts
        notice = msgspec.structs.replace(self._notice(*told, NoticeState.TOLD), id=key, subject=subject, ref=ref)
        return {"_id": key, "subject": subject, "ref": ref, **self._store.codec.encode(notice)}

    async def begin(self, tx: Tx, now: datetime, told: Sequence[Draft], booked: Sequence[Draft]) -> None:
        """The first notices of a new case: some at once, some booked for the morning of their day."""
        notices = [self._notice(draft, now, NoticeState.TOLD) for draft in told]
        await self._store.add(tx, *notices, *(self._notice(draft, now, NoticeState.BOOKED) for draft in booked))

    async def book(self, tx: Tx, now: datetime, *drafts: Draft) -> None:
        """Books a notice for the morning of `draft.on`. Booking it again changes nothing, or revives it if it was cancelled."""
        await self._store.put(tx, [self._notice(draft, now, NoticeState.BOOKED) for draft in drafts])

    async def cancel(
        self,
        tx: Tx,
        subject: str,
        ref: str,
        kinds: tuple[str, ...],
        now: datetime,
        why: str | None = None,
    ) -> None:
        """Cancels booked notices that are not told yet; `why` is shown to the resident."""
        await self._store.cancel_booked(tx, subject, ref, kinds, now, why)

    async def reconcile(
        self,
        tx: Tx,
        now: datetime,
        subject: str,
        drafts: Sequence[Draft],
        *,
        kinds: Sequence[str],
        refs: Sequence[str] | None,
        why: str,
        at_once: Sequence[Draft] = (),
    ) -> None:
        """Makes the bookings of these kinds and refs (None: all of the person's) equal to `drafts`.

        Bookings that are not among them are cancelled with `why`; told notices stay. `at_once` is told now.
        """
        desired = [self._notice(draft, now, NoticeState.BOOKED) for draft in drafts]
        told = [self._notice(draft, now, NoticeState.TOLD) for draft in at_once]
        await self._store.reconcile(tx, [(subject, refs, desired, why)], told, kinds, now)

    async def reconcile_many(
        self,
        now: datetime,
        wanted: Sequence[tuple[str, str, Sequence[Draft], str]],
        *,
        kinds: Sequence[str],
    ) -> None:
        """As `reconcile` for many (subject, ref, drafts, why), in one round trip, outside a transaction."""
        desired = [
            (subject, (ref,), [self._notice(draft, now, NoticeState.BOOKED) for draft in drafts], why)
            for subject, ref, drafts, why in wanted
        ]
        await self._store.reconcile(None, desired, (), kinds, now)

    async def booked_for(self, subject: str, ref: str, tx: Tx = None) -> list[Notice]:
        """All notices about one record or case, oldest due date first, including cancelled ones with the reason."""
        return await self._store.list_of_ref(subject, ref, tx)

    async def list_booked(self, subject: str) -> list[Notice]:
        return await self._store.list_booked(subject)

    async def inbox(self, subject: str, cursor: str | None, limit: int) -> tuple[Page[Notice], int]:
        """A page of the inbox, newest first, and the number of unread notices (up to a hundred)."""
        return await self._store.page_told(subject, cursor, limit), await self._store.count_unread(subject)

    async def read(self, tx: Tx, subject: str, notice_id: str, now: datetime) -> datetime:
        """Marks a notice as read and returns when it was first read. Raises NotFound unless it was told to this person."""
        return await self._store.mark_read(tx, notice_id, subject, now)

    def opened_since(self, since: datetime) -> AsyncIterator[Opened]:
        """The notices that a repair has opened, of all places. For the figures."""
        return self._store.opened_since(since)

    async def forget_before(
        self, at: datetime, is_needed: Callable[[str, str], Awaitable[bool]], again_at: datetime
    ) -> int:
        """Deletes notices told or cancelled before that instant, unless a worker has still to do with them. Returns how many.

        `is_needed` says by kind and ref whether the id still keeps something from being told twice; such a notice is asked about
        again at `again_at`.
        """
        forgotten = 0
        while old := await self._store.list_finished(at):
            needed = {one.id for one in old if await is_needed(one.kind, one.ref)}
            await self._store.keep(list(needed), again_at)
            forgotten += await self._store.forget([one.id for one in old if one.id not in needed])
        return forgotten

    async def owned(self, subject: str, notice_id: str) -> Notice:
        """Raises NotFound, also for another person's."""
        return await self._store.get_of_subject(notice_id, subject)

    def _notice(self, draft: Draft, now: datetime, state: NoticeState) -> Notice:
        """Raises KeyError for an unknown kind or param."""
        return notice_of(draft, self._texts[draft.kind], now, state)


def notice_of(draft: Draft, text: Text, now: datetime, state: NoticeState) -> Notice:
    title, body = fill(text, draft.params)
    told = state is NoticeState.TOLD
    due_at = now if told else start_of(draft.on, MORNING)
    is_pushed = text.template is not None
    return Notice(
        id=notice_key(draft),
        subject=draft.subject,
        kind=draft.kind,
        ref=draft.ref,
        on=draft.on,
        due_at=due_at,
        state=state,
        title=title,
        text=body,
        flow=text.flow,
        created_at=now,
        push=PushState.WAITING if is_pushed else PushState.NONE,
        told_at=now if told else None,
        template=text.template,
        headline=text.headline if is_pushed else "",
        hint=text.hint if is_pushed else "",
        rank=text.rank,
        wake_at=due_at if is_pushed or not told else None,
    )
