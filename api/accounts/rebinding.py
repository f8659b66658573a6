"""Moving an account to another WeChat: an officer who has seen the document releases the old one, the person binds the new one.

The account keeps every case, consent and record; only the WeChat that opens it changes. The person is told in the inbox, and
whoever signs in with the old WeChat is told there. Self-service would need WeChat's face check, which few operators are given;
it is outside this product.
"""

from datetime import datetime

import msgspec

from api.accounts.errors import BindingNotFound
from api.accounts.models import Account
from api.accounts.sessions import SessionService
from api.accounts.store import AccountStore, ConsentStore
from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.privacy import KeyRing, subject_indexes
from api.notices.models import Draft
from api.notices.push.service import PushService
from api.notices.service import NoticeService
from knowledge.identity import is_same_name, normal_number

PROOFS = {
    "in-person": "本人持有效身份证件原件到窗口",
    "agent": "代办人持双方有效身份证件和委托书到窗口",
}
"""What an officer was shown, as noted in the audit; never whose it was."""


class Rebinding:
    def __init__(
        self,
        store: AccountStore,
        consents: ConsentStore,
        sessions: SessionService,
        push: PushService,
        notices: NoticeService,
        audits: AuditService,
        keys: KeyRing,
    ) -> None:
        self._store = store
        self._consents = consents
        self._sessions = sessions
        self._push = push
        self._notices = notices
        self._audits = audits
        self._keys = keys

    async def release(
        self, tx: Tx, officer: Actor, *, name: str, kind: str, number: str, proof: str, now: datetime
    ) -> Account:
        """Releases the WeChat of the account to which the document is bound. Raises BindingNotFound, whatever the reason."""
        subjects = subject_indexes(self._keys, kind, normal_number(number))
        account = await self._store.find_open_by_subject(subjects, tx)
        if account is None or not _may_release(account, officer, name):
            await self._audits.write(
                None, officer, "accounts.release", "-", now, outcome="refused", basis=PROOFS[proof]
            )
            raise BindingNotFound
        index, openid = account.openid_index, account.openid
        released = msgspec.structs.replace(
            account, openid=None, openid_index=f"released:{account.id}", unionid=None, released_at=now
        )
        released = await self._store.save(tx, account, released)
        # Whoever signs in with the old WeChat finds an empty account that says what happened.
        left = Account(
            id=new_id("acc"),
            openid_index=index,
            openid=openid,
            created_at=now,
            unionid=account.unionid,
            released_at=now,
        )
        await self._store.insert(tx, left)
        await self._sessions.revoke_all(tx, account.id, now)
        await self._push.delete(tx, account.id)  # permissions were given by the old WeChat
        await self._tell(tx, "accounts.released", account, now)
        await self._audits.write(
            tx, officer, "accounts.release", account.id, now, subject=account.subject, basis=PROOFS[proof]
        )
        return released

    async def take_over(
        self, tx: Tx, actor: Actor, new: Account, holder: Account, jurisdiction: str | None, now: datetime
    ) -> Account:
        """Gives the released account to the new WeChat, whose own empty account is closed. What was decided, allowed and chosen by
        the new WeChat holds; `jurisdiction` is chosen with the document. Raises Outdated."""
        shut = Account(
            id=new.id, openid_index=None, openid=None, created_at=new.created_at, status="closed", closed_at=now
        )
        await self._store.save(tx, new, shut)
        taken = msgspec.structs.replace(
            holder,
            openid=new.openid,
            openid_index=new.openid_index,
            unionid=new.unionid,
            released_at=None,
            bound_at=now,
            jurisdiction=jurisdiction or new.jurisdiction or holder.jurisdiction,
            is_elderly_mode=holder.is_elderly_mode or new.is_elderly_mode,
            refusals=await self._hand_over_consents(tx, new, holder),
        )
        taken = await self._store.save(tx, holder, taken)
        await self._sessions.hand_over(tx, new.id, holder.id)
        await self._push.hand_over(tx, new.id, holder.id)
        await self._tell(tx, "accounts.rebound", taken, now)
        await self._audits.write(tx, actor, "accounts.rebind", taken.id, now, subject=taken.subject)
        return taken

    async def _hand_over_consents(self, tx: Tx, new: Account, holder: Account) -> tuple[str, ...]:
        """Joins the consents of both, of which the later decision holds. Returns the purposes that are refused."""
        there = {consent.purpose: consent for consent in await self._consents.list_of_owner(holder.id, tx)}
        refused = set(holder.refusals)
        for mine in await self._consents.list_of_owner(new.id, tx):
            await self._consents.remove(tx, mine)
            before = there.get(mine.purpose)
            if before is None:
                await self._consents.put(tx, None, msgspec.structs.replace(mine, owner=holder.id))
            else:
                history = tuple(sorted((*before.history, *mine.history), key=lambda event: event.at))
                last = max(before, mine, key=lambda consent: consent.at)
                joined = msgspec.structs.replace(last, id=before.id, owner=holder.id, history=history)
                await self._consents.put(tx, before, joined)
            if before is None or before.at < mine.at:
                refused = refused - {mine.purpose} | ({mine.purpose} & set(new.refusals))
        return tuple(sorted(refused))

    async def _tell(self, tx: Tx, kind: str, account: Account, now: datetime) -> None:
        assert account.subject is not None
        draft = Draft(kind=kind, subject=account.subject, ref=account.id, on=civil_date(now), occasion=now.isoformat())
        await self._notices.tell(tx, now, draft)


def is_released(account: Account) -> bool:
    """Whether the account waits for the person's new WeChat."""
    return account.is_bound and account.openid is None and account.released_at is not None


def _may_release(account: Account, officer: Actor, name: str) -> bool:
    is_here = account.jurisdiction in (None, officer.jurisdiction)
    is_named = account.identity is not None and is_same_name(account.identity.name, name)
    return is_here and is_named and account.openid is not None
