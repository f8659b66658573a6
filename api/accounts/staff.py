"""Staff: officers, auditors, administrators and units' people. They sign in with a password and a one-time password, which works once."""

import hashlib
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
import pyotp

from api.accounts.errors import ActivationRefused, OtpRefused, PasskeySignInRefused, StaffSignInRefused
from api.accounts.models import Passkey, Session, Staff
from api.accounts.newcomers import ROLES, UNIT_SCOPES, Newcomer, faults_of
from api.accounts.passwords import Passwords, check_strength, otpauth_address, step_of
from api.accounts.sessions import SessionService
from api.accounts.store import PasskeyStore, StaffStore
from api.audits.models import AuditEntry
from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.database_faults import AlreadyThere
from api.infra.errors import Conflict, Invalid, NotFound, Refusal, Unauthenticated
from api.infra.ids import new_id, read_code, verification_code
from api.infra.limits import Limiter
from api.infra.mongo import Tx
from api.infra.privacy import KeyRing
from api.infra.tokens import Tokens

V = TypeVar("V")
_NEWS = 20
ACTIVATION_LIFE = timedelta(hours=24)
_ACTIVATION = "staff-activation"
CHANGED = "accounts.change-staff-password"
STEP_UP = "accounts.step-up"
_UNUSABLE = ""  # no hash: nothing is its password


class UsernameTaken(Conflict):
    code = "username-taken"
    title = "用户名已被使用"
    default_step = "请换一个用户名。"


class StaffService:
    def __init__(
        self,
        store: StaffStore,
        passkeys: PasskeyStore,
        sessions: SessionService,
        audits: AuditService,
        limiter: Limiter,
        tokens: Tokens,
        keys: KeyRing,
    ) -> None:
        self._store = store
        self._passkeys = passkeys
        self._sessions = sessions
        self._audits = audits
        self._limiter = limiter
        self._tokens = tokens
        self._keys = keys
        self._passwords = Passwords()

    async def invite(self, tx: Tx, actor: Actor, newcomer: Newcomer, now: datetime) -> tuple[Staff, str]:
        """The new member of staff and the code with which they choose their password, which can be read this once.

        Raises Invalid, UsernameTaken.
        """
        if faults := faults_of(newcomer):
            raise Invalid(faults=faults)
        code, waiting = self._invitation(now)
        return await self._insert(tx, actor, newcomer, now, **waiting), code

    def _invitation(self, now: datetime) -> tuple[str, dict[str, Any]]:
        """A code, and the stored fields of a member who has not used it yet."""
        code = verification_code()
        digest = self._keys.blind_index(_ACTIVATION, code)
        return code, {"password_hash": _UNUSABLE, "activation": digest, "activation_until": now + ACTIVATION_LIFE}

    async def invite_again(self, tx: Tx, actor: Actor, staff_id: str, now: datetime) -> tuple[Staff, str]:
        """Invalidates password and second factors and ends every session. Returns the member and a new code. Raises NotFound."""
        code, waiting = self._invitation(now)
        staff = msgspec.structs.replace(await self._stored(tx, staff_id), **waiting)
        await self._store.replace(tx, staff)
        await self._passkeys.remove_all(tx, staff.id)
        await self._sessions.revoke_all(tx, staff.id, now)
        await self._audits.write(tx, actor, "accounts.invite-staff", staff.id, now)
        return staff, code

    async def check_activation(self, caller: Actor, username: str, code: str, now: datetime) -> Staff:
        """The member whose code it is. Raises ActivationRefused.

        Attempts are counted by address only. Nobody guesses 100 bits, and a count by name would let others lock out the code's owner.
        """
        staff = await self._store.find_by_username(username)
        digest = (staff.activation if staff else None) or ""
        is_right = self._keys.matches(digest, _ACTIVATION, read_code(code) or "", retired=True)
        is_in_time = staff is not None and staff.activation_until is not None and now < staff.activation_until
        if staff is None or not is_right or not is_in_time or not staff.is_active:
            ref = staff.id if staff else "unknown"
            await self._audits.write(None, caller, "accounts.activate-staff", ref, now, outcome="refused")
            raise ActivationRefused
        return staff

    async def activate(self, tx: Tx, caller: Actor, checked: Staff, password: str, now: datetime) -> str:
        """The otpauth address of their second factor, which can be read this once; the code is used up.

        Raises Invalid, and ActivationRefused if the code was used meanwhile.
        """
        check_strength(password, checked.username, checked.display_name)
        staff = await self._stored(tx, checked.id)
        if staff.activation != checked.activation:
            raise ActivationRefused
        ready = msgspec.structs.replace(
            staff,
            password_hash=await self._passwords.hash(password),
            totp_secret=pyotp.random_base32(),
            last_otp_step=0,
            activation=None,
            activation_until=None,
        )
        await self._store.replace(tx, ready)
        me = msgspec.structs.replace(caller, role=ROLES[staff.role], id=staff.id, jurisdiction=staff.jurisdiction)
        await self._audits.write(tx, me, "accounts.activate-staff", staff.id, now)
        return otpauth_address(ready.username, ready.totp_secret)

    async def _stored(self, tx: Tx, staff_id: str) -> Staff:
        """Reads within the transaction, so that exactly what was read is replaced. Raises NotFound."""
        staff = await self._store.find(staff_id, tx)
        if staff is None:
            raise NotFound
        return staff

    async def _insert(self, tx: Tx, actor: Actor, newcomer: Newcomer, now: datetime, **fields: Any) -> Staff:
        staff = Staff(
            id=new_id("stf"),
            **msgspec.structs.asdict(newcomer),
            totp_secret=pyotp.random_base32(),
            created_at=now,
            **fields,
        )
        try:
            await self._store.insert(tx, staff)
        except AlreadyThere:
            raise UsernameTaken from None
        await self._audits.write(tx, actor, "accounts.add-staff", staff.id, now, place=staff.jurisdiction)
        return staff

    async def deactivate(self, tx: Tx, actor: Actor, staff_id: str, now: datetime) -> None:
        """Bars a member from signing in and ends every session. Raises NotFound."""
        await self._store.change(tx, staff_id, is_active=False)
        await self._sessions.revoke_all(tx, staff_id, now)
        await self._audits.write(tx, actor, "accounts.deactivate-staff", staff_id, now)

    async def reactivate(self, tx: Tx, actor: Actor, staff_id: str, now: datetime) -> None:
        """Lets a member sign in again as before. Raises NotFound."""
        await self._store.change(tx, staff_id, is_active=True)
        await self._audits.write(tx, actor, "accounts.reactivate-staff", staff_id, now)

    async def check_again(self, actor: Actor, password: str, otp: str, action: str, now: datetime) -> tuple[Staff, int]:
        """The signed-in member, who shows both factors again before one of them changes, and the time step of the one-time password.

        Call before the transaction, which may run twice, and use the step up in it (`use_otp`). A refusal is in the audit as
        `action`. Raises StaffSignInRefused, TooMany, Busy.
        """
        staff = await self.get(actor.signed_in_as)
        key = f"{staff.id}\x00{actor.session}"
        await self._limiter.take("staff-sign-in", key, now)
        is_right = await self._passwords.match(staff.password_hash, password)
        step = step_of(staff.totp_secret, otp, now)
        if not is_right or step is None:
            raise await self._refused(actor, staff, action, StaffSignInRefused, now)
        await self._limiter.give_back("staff-sign-in", key, now)
        return staff, step

    async def check_otp(self, actor: Actor, otp: str, now: datetime) -> tuple[Staff, int]:
        """As `check_again`, with the one-time password alone. Raises OtpRefused, TooMany."""
        key = actor.session or actor.id
        await self._limiter.take("step-up", key, now)
        staff = await self.get(actor.signed_in_as)
        step = step_of(staff.totp_secret, otp, now)
        if step is None:
            raise await self._refused(actor, staff, STEP_UP, OtpRefused, now)
        await self._limiter.give_back("step-up", key, now)
        return staff, step

    async def use_otp(
        self, tx: Tx, actor: Actor, checked: tuple[Staff, int], action: str, refusal: type[Refusal], now: datetime
    ) -> Staff:
        """Uses the time step up. Raises `refusal` if it was used before."""
        staff, step = checked
        if not await self._store.use_otp_step(tx, staff, step):
            raise await self._refused(actor, staff, action, refusal, now)
        return staff

    async def _refused(self, actor: Actor, staff: Staff, action: str, refusal: type[Refusal], now: datetime) -> Refusal:
        await self._audits.write(None, actor, action, staff.id, now, outcome="refused")
        return refusal()

    async def change_own_password(
        self, tx: Tx, actor: Actor, checked: tuple[Staff, int], password: str, now: datetime
    ) -> Staff:
        """After `check_again`. Ends every session, including the caller's, and forgets known devices. Raises StaffSignInRefused, Invalid."""
        staff = await self.use_otp(tx, actor, checked, CHANGED, StaffSignInRefused, now)
        check_strength(password, staff.username, staff.display_name)
        hashed = await self._passwords.hash(password)
        await self._store.change(tx, staff.id, password_hash=hashed)
        await self._sessions.revoke_all(tx, staff.id, now)
        await self._audits.write(tx, actor, CHANGED, staff.id, now)
        return staff

    async def step_up(self, tx: Tx, actor: Actor, checked: tuple[Staff, int], now: datetime) -> None:
        """After `check_otp`, before sensitive changes, in case somebody found an unlocked desk. Raises OtpRefused."""
        staff = await self.use_otp(tx, actor, checked, STEP_UP, OtpRefused, now)
        await self._audits.write(tx, actor, STEP_UP, staff.id, now)

    async def sign_out_everywhere(self, tx: Tx, actor: Actor, staff_id: str, now: datetime) -> None:
        await self._sessions.revoke_all(tx, staff_id, now)
        await self._audits.write(tx, actor, "accounts.sign-out-staff", staff_id, now)

    async def find_by_username(self, username: str) -> Staff | None:
        return await self._store.find_by_username(username)

    async def names(self, ids: AbstractSet[str]) -> dict[str, str]:
        """Display names by id."""
        return {member.id: member.display_name for member in await self._store.list_of(ids)} if ids else {}

    async def officers_of(self, jurisdiction: str) -> dict[str, str]:
        """The display names of a place's active officers, by id."""
        return {
            one.id: one.display_name
            for one in await self._store.list_all()
            if one.is_active and one.role == "officer" and one.jurisdiction == jurisdiction
        }

    async def of_place(self, jurisdiction: str) -> list[Staff]:
        """Everybody of a place and of its units, ordered by username, including those who left."""
        return [one for one in await self._store.list_all() if one.jurisdiction == jurisdiction]

    async def has_people(self, provider_id: str) -> bool:
        """Whether somebody of the unit can sign in: an invitation that nobody has taken up yet is none."""
        return await self._store.find_of_unit(provider_id) is not None

    async def find_anybody(self, staff_id: str) -> Staff | None:
        """A member of staff, including those who left."""
        return await self._store.find(staff_id)

    async def list_all(self) -> list[Staff]:
        """Ordered by username, including those who left."""
        return await self._store.list_all()

    async def get(self, staff_id: str) -> Staff:
        """An active member of staff. Raises NotFound."""
        staff = await self._store.find(staff_id)
        if staff is None or not staff.is_active:
            raise NotFound
        return staff

    async def name_of(self, staff_id: str) -> str:
        """The display name. Raises NotFound."""
        return (await self.get(staff_id)).display_name

    async def check_password(
        self, caller: Actor, username: str, password: str, otp: str, now: datetime, known_device: str | None = None
    ) -> tuple[Staff, int]:
        """The member, and the time step of the one-time password, not yet used up. Raises StaffSignInRefused, TooMany, Busy."""

        async def step(staff: Staff | None) -> int | None:
            return step_of(staff.totp_secret if staff else pyotp.random_base32(), otp, now)

        return await self.check_both(caller, username, password, step, now, known_device, StaffSignInRefused)

    async def check_both(
        self,
        caller: Actor,
        username: str,
        password: str,
        second: Callable[[Staff | None], Awaitable[V | None]],
        now: datetime,
        known_device: str | None,
        refusal: type[Unauthenticated],
    ) -> tuple[Staff, V]:
        """The member, and what `second` found of their second factor, which is None where that is wrong. Raises `refusal`, TooMany, Busy.

        Failures are counted by username and network together, so that nobody can lock out another from elsewhere; guessing from many
        networks is limited by username. A device on which the owner signed in before has a counter of its own.
        """
        staff = await self._store.find_by_username(username)
        where = self._device_of(known_device, staff, now) or caller.network
        key = f"{username}\x00{where}"
        await self._limiter.take("staff-sign-in", key, now)  # first: what it refuses uses nothing up for other networks
        if where == caller.network:
            await self._limiter.take("staff-name", username, now)
        is_right = await self._passwords.match(staff.password_hash if staff else None, password)
        found = await second(staff)
        if staff is None or not staff.is_active or not is_right or found is None:
            await self._audits.write(
                None, caller, "accounts.staff-sign-in", staff.id if staff else "unknown", now, outcome="refused"
            )
            raise refusal
        await self._limiter.give_back("staff-sign-in", key, now)
        if where == caller.network:
            await self._limiter.give_back("staff-name", username, now)
        return staff, found

    async def sign_in(
        self, tx: Tx, caller: Actor, staff: Staff, step: int, device: str, now: datetime
    ) -> tuple[Actor, Session, str]:
        """The actor, the session and its refresh token. Raises StaffSignInRefused if the one-time password was used before."""
        if not await self._store.use_otp_step(tx, staff, step, signed_in_at=now):
            await self._audits.write(None, caller, "accounts.staff-sign-in", staff.id, now, outcome="refused")
            raise StaffSignInRefused
        return await self._enter(tx, caller, "accounts.staff-sign-in", staff, device, now)

    async def sign_in_by_key(
        self, tx: Tx, caller: Actor, staff: Staff, passkey: Passkey, sign_count: int, device: str, now: datetime
    ) -> tuple[Actor, Session, str]:
        """As `sign_in`, with what the key has counted. Raises PasskeySignInRefused if the key was used or removed in the meantime."""
        is_used = await self._passkeys.use(tx, passkey, sign_count, now)
        if not is_used or not await self._store.note_sign_in(tx, staff, now):
            await self._audits.write(None, caller, "accounts.staff-sign-in", staff.id, now, outcome="refused")
            raise PasskeySignInRefused
        return await self._enter(tx, caller, "accounts.staff-sign-in-by-key", staff, device, now)

    async def _enter(
        self, tx: Tx, caller: Actor, action: str, staff: Staff, device: str, now: datetime
    ) -> tuple[Actor, Session, str]:
        session, refresh = await self._sessions.open(tx, staff.id, "staff", device, now)
        actor = actor_of(staff, session, caller.address)
        await self._audits.write(tx, actor, action, session.id, now)
        return actor, session, refresh

    async def news_of(self, staff: Staff) -> tuple[AuditEntry, ...]:
        """Attempts and changes with these credentials since the owner's last sign-in, newest first."""
        if staff.signed_in_at is None:
            return ()
        page = await self._audits.page(
            subject=None, action=None, day=None, cursor=None, limit=_NEWS, place=staff.jurisdiction, ref=staff.id
        )
        return tuple(entry for entry in page.items if entry.at > staff.signed_in_at)

    def remember_device(self, staff: Staff, session: Session, now: datetime) -> str:
        """A mark that the desk keeps on a device and sends with the next sign-in there. It grants no access by itself."""
        return self._tokens.mark_device(staff.id, session.id, _stamp(staff), now)

    def _device_of(self, token: str | None, staff: Staff | None, now: datetime) -> str | None:
        if token is None or staff is None:
            return None
        return self._tokens.device_of(token, staff.id, _stamp(staff), now)


def _stamp(staff: Staff) -> str:
    """Changes with the password, so that devices known before are no longer known."""
    return hashlib.sha256(staff.password_hash.encode()).hexdigest()[:16]


def actor_of(staff: Staff, session: Session, address: str | None = None) -> Actor:
    return Actor(
        role=ROLES[staff.role],
        id=staff.provider or staff.id,
        unit=staff.unit,
        jurisdiction=staff.jurisdiction,
        session=session.id,
        address=address,
        scopes=UNIT_SCOPES.get(staff.role, ()),
        person=staff.id if staff.provider else None,
    )
