"""Residents: signing in with WeChat, binding an identity, showing it again, settings.

Name and number are checked for form and against what is known here. Whether they belong together, and to the person holding
the phone, only the public-security identity service or WeChat's real-name check can tell. A real deployment has to be admitted to
one of them and adds the call in `bind`, before the document is bound. Names that units wrote are hints, not the truth: see `_is_named`.
"""

import hmac
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

import msgspec

from api.accounts.basic_record import SELF, SELF_UNIT, basic_record
from api.accounts.errors import IdentityAlreadySet, IdentityNotConfirmed, RecordNameDiffers, StepUpRefused
from api.accounts.identity import Claim, check_age
from api.accounts.models import Account, Identity, Session
from api.accounts.rebinding import Rebinding, is_released
from api.accounts.rekeying import OPENID
from api.accounts.sessions import SessionService
from api.accounts.store import AccountStore
from api.audits.service import AuditService
from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.database_faults import AlreadyThere
from api.infra.errors import FieldFault, Invalid, Outdated, Unauthenticated
from api.infra.ids import new_id
from api.infra.limits import Limiter
from api.infra.mongo import Tx
from api.infra.privacy import KeyRing, subject_index, subject_indexes
from api.infra.queries import Query
from api.infra.rekeying import Bring
from api.records.digests import BASIC, basic_value
from api.records.models import Record, Section
from api.records.service import RecordService
from knowledge.identity import is_organisation, is_same_name, normal_number
from knowledge.places import basis, jurisdictions


class WeChatSession(Protocol):
    """A WeChat user; `unionid` only if the operator bound an open platform."""

    @property
    def openid(self) -> str: ...

    @property
    def unionid(self) -> str | None: ...


@runtime_checkable
class CodeExchange(Protocol):
    """The part of the WeChat client that signing in needs."""

    async def code_to_session(self, code: str) -> WeChatSession:
        """The user of a sign-in code, which works once. Raises refusals: bad code, blocked account, busy, too often."""
        ...


class AccountService:
    def __init__(
        self,
        store: AccountStore,
        sessions: SessionService,
        records: RecordService,
        footprints: FootprintService,
        audits: AuditService,
        limiter: Limiter,
        keys: KeyRing,
        rebinding: Rebinding,
        bring: Bring,
    ) -> None:
        self._bring = bring
        self._rebinding = rebinding
        self._store = store
        self._sessions = sessions
        self._records = records
        self._footprints = footprints
        self._audits = audits
        self._limiter = limiter
        self._keys = keys

    async def admit(self, identity: WeChatSession, now: datetime) -> Account:
        """The open account of this WeChat user, created at the first sign-in."""
        indexes = self._keys.blind_indexes(OPENID, identity.openid)
        found = await self._store.find_open_by_openid(indexes)
        if found is not None:
            return await self._with_union(found, identity.unionid)
        account = Account(
            id=new_id("acc"), openid_index=indexes[0], openid=identity.openid, created_at=now, unionid=identity.unionid
        )
        try:
            await self._store.insert_new(account)
        except AlreadyThere:  # the same person signs in on two devices at once
            return await self.admit(identity, now)
        return account

    async def _with_union(self, account: Account, unionid: str | None) -> Account:
        """Adds the unionid, which WeChat sends once the operator has bound an open platform."""
        if unionid is None or unionid == account.unionid:
            return account
        try:
            return await self._store.save(None, account, msgspec.structs.replace(account, unionid=unionid))
        except Outdated:
            return account  # the next sign-in notes it

    async def sign_in(
        self, tx: Tx, caller: Actor, account: Account, device: str, now: datetime
    ) -> tuple[Actor, Session, str]:
        """The actor, the session and its refresh token."""
        session, refresh = await self._sessions.open(tx, account.id, "resident", device, now)
        actor = actor_of(account, session.id, caller.address)
        await self._audits.write(tx, actor, "accounts.sign-in", session.id, now, subject=account.subject)
        return actor, session, refresh

    async def open_account(self, account_id: str, tx: Tx = None) -> Account:
        """Raises NotFound; Unauthenticated for a closed one."""
        account = await self._store.get(account_id, tx)
        if account.status != "open":
            raise Unauthenticated("这个账号已经注销。")
        return account

    async def get(self, account_id: str, tx: Tx = None) -> Account:
        """An account, also a closed one. Raises NotFound."""
        return await self._store.get(account_id, tx)

    def open_of(self, subjects: Sequence[str]) -> Query[dict[str, Account]]:
        """Of each person the open account to which their document is bound, if there is one, to be read with something else."""
        return self._store.open_of(subjects)

    async def check_claim(self, actor: Actor, claim: Claim, jurisdiction: str | None, now: datetime) -> None:
        """Call before `bind`, instead of `know`: also checks age and limits attempts by account and by document. Raises NotOfAge, TooMany."""
        check_age(claim, jurisdiction or jurisdictions()[0], civil_date(now))
        await self._limiter.take("identity", actor.id, now)
        await self._limiter.take("identity-document", self._subject(claim), now)
        await self.know(claim)

    async def know(self, claim: Claim) -> None:
        """Call before a transaction that names the person: moves them to the current index key."""
        await self.know_document(claim.document_kind, claim.document_number)

    async def know_document(self, kind: str, number: str) -> None:
        """As `know`, also for an organisation."""
        await self._bring([(kind, number)])

    async def bind(self, tx: Tx, actor: Actor, claim: Claim, jurisdiction: str | None, now: datetime) -> Account:
        """Binds the document to the account and puts the person's basic information into their record.

        Raises IdentityAlreadySet; and IdentityNotConfirmed, after the same reads, both for a document bound to another account and
        for a name that is in none of the person's records.
        """
        account = await self.open_account(actor.id, tx)
        subject = self._subject(claim)
        if account.is_bound and account.subject != subject:
            raise IdentityAlreadySet
        holder = await self._store.find_open_by_subject([subject], tx)
        records = await self._records.list_of_subject(subject)
        is_others = holder is not None and holder.id != account.id
        can_take = holder is not None and is_others and is_released(holder) and not account.is_bound
        wrong_record = basis("objection", jurisdiction or jurisdictions()[0])
        if holder is not None and can_take and _is_named(claim.name, holder, records):
            taken = await self._rebinding.take_over(tx, actor, account, holder, jurisdiction, now)
            await self._enter_basic(tx, taken, claim, (taken.jurisdiction,) if taken.jurisdiction else (), records, now)
            return taken
        if is_others or not _is_named(claim.name, account, records):
            await self._refused(actor, account, now)
            raise IdentityNotConfirmed(citation=wrong_record)
        if account.is_bound:
            return account
        bound = msgspec.structs.replace(
            account,
            subject=subject,
            identity=Identity(claim.name, claim.document_kind, claim.document_number),
            born_on=claim.born_on.isoformat(),
            bound_at=now,
            released_at=None,
            jurisdiction=jurisdiction or account.jurisdiction,
        )
        try:
            bound = await self._store.save(tx, account, bound)
        except AlreadyThere:  # another account was bound to it in the meantime
            await self._refused(actor, account, now)
            raise IdentityNotConfirmed(citation=wrong_record) from None
        places = (bound.jurisdiction,) if bound.jurisdiction else jurisdictions()
        await self._enter_basic(tx, bound, claim, places, records, now)
        await self._audits.write(tx, actor, "accounts.bind", account.id, now, subject=subject)
        return bound

    async def at_window(
        self, tx: Tx, officer: Actor, claim: Claim, now: datetime, *, is_compared: bool = False
    ) -> Account:
        """The account of the person whose document an officer has seen; if there is none, a new one that waits for their WeChat.

        Raises Outdated; IdentityNotConfirmed if the document is bound under another name; RecordNameDiffers if only records name
        somebody else, unless the officer `is_compared` name and number with the document again: units err.
        """
        identity = Identity(claim.name, claim.document_kind, claim.document_number)
        basis = "窗口核对证件，记录上是另一个姓名" if is_compared else "窗口核对证件"
        account, is_new = await self._known(tx, officer, identity, claim.born_on, basis, now, is_compared=is_compared)
        if is_new:
            records = await self._records.list_of_subject(self._subject(claim))
            await self._enter_basic(tx, account, claim, (officer.jurisdiction or "",), records, now)
        return account

    async def stood_for(
        self, tx: Tx, officer: Actor, identity: Identity, born_on: date | None, now: datetime
    ) -> Account:
        """As `at_window`, for an organisation, a ward or a principal whose papers an officer has seen. Adds no basic record."""
        return (await self._known(tx, officer, identity, born_on, "核对代办证明", now, is_compared=True))[0]

    async def _known(
        self,
        tx: Tx,
        officer: Actor,
        identity: Identity,
        born_on: date | None,
        basis: str,
        now: datetime,
        *,
        is_compared: bool,
    ) -> tuple[Account, bool]:
        """The account, and whether it was just created. An organisation is identified by its code only (Yunnan 11), since its name
        may change."""
        subject = subject_index(self._keys, identity.document_kind, identity.document_number)
        found = await self._store.find_open_by_subject([subject], tx)
        new = new_id("acc")
        account = found or Account(
            id=new,
            openid_index=f"window:{new}",
            openid=None,
            created_at=now,
            subject=subject,
            identity=identity,
            born_on=born_on.isoformat() if born_on else None,
            bound_at=now,
            released_at=now,
            jurisdiction=officer.jurisdiction,
        )
        is_person = not is_organisation(identity.document_kind)
        if is_person and found is not None and not _is_named(identity.name, found, ()):
            await self._refused(officer, found, now)
            raise IdentityNotConfirmed
        is_doubted = is_person and found is None and not is_compared
        if is_doubted and not _is_named(identity.name, None, await self._records.list_of_subject(subject)):
            await self._refused(officer, account, now)
            raise RecordNameDiffers
        if found is None:
            try:
                await self._store.insert(tx, account)
            except AlreadyThere:  # the person bound it on a phone at the same moment
                raise Outdated from None
            await self._audits.write(tx, officer, "accounts.bind", account.id, now, subject=subject, basis=basis)
        return account, found is None

    async def step_up(self, actor: Actor, document_number: str, now: datetime) -> Account:
        """The person shows the number again. Raises StepUpRefused, TooMany."""
        await self._limiter.take("step-up", f"{actor.id}\x00{actor.session}", now)
        await self._limiter.take("step-up-account", actor.id, now)
        account = await self.open_account(actor.id)
        kind = account.identity.document_kind if account.identity else ""
        shown = subject_indexes(self._keys, kind, normal_number(document_number))
        if not any(hmac.compare_digest(one, account.subject or "") for one in shown):
            await self._audits.write(
                None, actor, "accounts.step-up", account.id, now, subject=account.subject, outcome="refused"
            )
            raise StepUpRefused
        await self._limiter.give_back("step-up", f"{actor.id}\x00{actor.session}", now)
        await self._limiter.give_back("step-up-account", actor.id, now)
        return account

    async def note_step_up(self, tx: Tx, actor: Actor, now: datetime) -> None:
        await self._audits.write(tx, actor, "accounts.step-up", actor.id, now, subject=actor.subject)

    async def change_settings(
        self,
        tx: Tx,
        actor: Actor,
        now: datetime,
        *,
        jurisdiction: str | None = None,
        is_elderly_mode: bool | None = None,
    ) -> Account:
        """None leaves a setting unchanged. Raises Invalid, Outdated."""
        if jurisdiction is not None and jurisdiction not in jurisdictions():
            raise Invalid(faults=(FieldFault(field="jurisdiction", message="请选择列出的地区。"),))
        account = await self.open_account(actor.id, tx)
        changed = msgspec.structs.replace(
            account,
            jurisdiction=jurisdiction or account.jurisdiction,
            is_elderly_mode=account.is_elderly_mode if is_elderly_mode is None else is_elderly_mode,
        )
        if changed == account:
            return account
        changed = await self._store.save(tx, account, changed)
        if changed.identity is not None and changed.subject is not None and changed.born_on is not None:
            records = await self._records.list_of_subject(changed.subject)
            claim = Claim(
                changed.identity.name,
                changed.identity.document_kind,
                changed.identity.document_number,
                civil_date(now),
            )
            places = (changed.jurisdiction,) if changed.jurisdiction else ()
            await self._enter_basic(tx, changed, claim, places, records, now)
        await self._audits.write(tx, actor, "accounts.settings", account.id, now, subject=account.subject)
        return changed

    async def note_refusal(self, tx: Tx, actor: Actor, purpose: str, *, is_refused: bool) -> None:
        """Copies the refused purposes to the account, so that readers of the account need no second query."""
        account = await self.open_account(actor.id, tx)
        others = tuple(name for name in account.refusals if name != purpose)
        refusals = (*others, purpose) if is_refused else others
        if refusals != account.refusals:
            await self._store.save(tx, account, msgspec.structs.replace(account, refusals=refusals))

    async def close(self, tx: Tx, actor: Actor, now: datetime) -> None:
        """Closes the account: what is kept shows that there was one, not whose. Raises Outdated, and Unauthenticated for a closed one."""
        account = await self.open_account(actor.id, tx)
        left = Account(
            id=account.id,
            openid_index=None,
            openid=None,
            created_at=account.created_at,
            status="closed",
            closed_at=now,
        )
        await self._store.save(tx, account, left)

    async def _refused(self, actor: Actor, account: Account, now: datetime) -> None:
        await self._audits.write(None, actor, "accounts.bind", account.id, now, outcome="refused")

    def _subject(self, claim: Claim) -> str:
        return subject_index(self._keys, claim.document_kind, claim.document_number)

    async def _enter_basic(
        self,
        tx: Tx,
        account: Account,
        claim: Claim,
        places: tuple[str, ...],
        records: list[Record],
        now: datetime,
    ) -> None:
        """Adds a basic record in each jurisdiction that has none from the person yet."""
        there = {
            record.jurisdiction for record in records if record.section is Section.BASIC and record.provider == SELF
        }
        subject = self._subject(claim)
        for place in places:
            if place in there:
                continue
            natural_key = self._keys.blind_index(BASIC, basic_value(place, subject))
            record = basic_record(claim, place, subject, natural_key, now)
            await self._records.insert(tx, record)
            await self._footprints.note_in(
                tx,
                [
                    footprint(
                        subject,
                        FootprintKind.COLLECTED,
                        now,
                        unit=SELF_UNIT,
                        why="实名核验",
                        basis="本人提供",
                        records=(record.id,),
                        ref=account.id,
                    )
                ],
            )


def actor_of(account: Account, session: str, address: str | None = None) -> Actor:
    return Actor(
        role=Role.RESIDENT if account.is_bound else Role.UNBOUND,
        id=account.id,
        subject=account.subject,
        jurisdiction=account.jurisdiction,
        session=session,
        address=address,
    )


def _is_named(name: str, account: Account | None, records: Sequence[Record]) -> bool:
    """Whether the name may be that of the document's holder. One that was bound decides. Where none was, one record that agrees is
    enough: a unit that writes another name shuts nobody out.
    """
    if account is not None and account.identity is not None:
        known = [account.identity.name]
    else:
        known = [
            record.particulars.name for record in records if record.particulars.name
        ]  # one's own pledges carry none
    return not known or any(is_same_name(name, other) for other in known)
