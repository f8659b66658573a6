"""Security keys (FIDO2) of staff: enrolled at the desk, then a second factor beside the one-time password, which stays.

A key signs a challenge together with the address of the page that asks. So a copy of the desk at another address gets
nothing that works here. The key is asked to recognise its holder where it can, and not refused where it cannot: the
password is the other factor.
"""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from api.accounts.errors import PasskeyKnown, PasskeyRefused, PasskeysFull, StaffSignInRefused
from api.accounts.models import Challenge, Passkey, Signer, Staff
from api.accounts.staff import StaffService
from api.accounts.store import PasskeyStore
from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.database_faults import AlreadyThere
from api.infra.errors import NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.privacy import KeyRing

CHALLENGE_LIFE = timedelta(minutes=5)
ALGORITHMS = (-7, -8, -257)
"""COSE: ES256, EdDSA, RS256."""
_MOST = 10
_ENROL, _SIGN_IN = "enrol", "sign-in"
_ENROLLED = "accounts.enrol-passkey"
_NOBODY = "nobody"
_NO_KEY = "no-passkey"
_LOOPBACK = ("127.0.0.1", "[::1]")


class Party(msgspec.Struct, frozen=True):
    """For whom keys sign: the name of the host, and the address of its pages without a path."""

    id: str
    origin: str


def party_of(public_url: str) -> Party:
    """From the address under which the product is reached. A browser binds keys to names only, so on this machine it is `localhost`."""
    parts = urlsplit(public_url)
    host = parts.netloc.rpartition("@")[2]
    for number in _LOOPBACK:
        host = host.replace(number, "localhost")
    return Party(id=urlsplit(f"//{host}").hostname or "", origin=f"{parts.scheme}://{host}")


class Asked(msgspec.Struct, frozen=True):
    """`challenge` and `credentials`, the keys that are known already, are base64url."""

    challenge: str
    party: Party
    credentials: tuple[str, ...]


class Signed(msgspec.Struct, frozen=True):
    """What the browser hands on of a key's answer at a sign-in, in base64url."""

    credential: str
    client_data: str
    authenticator_data: str
    signature: str


class Made(msgspec.Struct, frozen=True):
    """What the browser hands on of a new key, in base64url."""

    credential: str
    client_data: str
    attestation: str


class _ClientData(msgspec.Struct, frozen=True):
    challenge: str


class PasskeyService:
    def __init__(
        self, store: PasskeyStore, staff: StaffService, audits: AuditService, keys: KeyRing, public_url: str
    ) -> None:
        self._store = store
        self._staff = staff
        self._audits = audits
        self._keys = keys
        self._party = party_of(public_url)

    async def ask_at_sign_in(self, tx: Tx, username: str, now: datetime) -> Asked:
        """The challenge for whoever says that they are this member.

        For a name that nobody has, and a member without keys, a key is named that nobody has, always the same: the answer does not
        tell who works here.
        """
        staff = await self._staff.find_by_username(username)
        known = await self._store.list_of(staff.id) if staff else []
        nobodys = _text(bytes.fromhex(self._keys.blind_index(_NO_KEY, username)))
        challenge = await self._ask(tx, staff.id if staff else _NOBODY, _SIGN_IN, now)
        return Asked(challenge, self._party, tuple(one.credential for one in known) or (nobodys,))

    async def check(self, staff: Staff | None, signed: Signed, now: datetime) -> tuple[Passkey, int] | None:
        """The member's key and what it has counted; None if it is not theirs, or what it signed is not what was asked here just now.

        A count that did not grow says that the key was copied. The challenge is used up in any case.
        """
        from webauthn import (
            verify_authentication_response,
        )  # with pyOpenSSL behind it: not at the start of every process

        holder = staff.id if staff else _NOBODY
        challenge = await self._spent(signed.client_data, holder, _SIGN_IN, now)
        passkey = next((one for one in await self._store.list_of(holder) if one.credential == signed.credential), None)
        if challenge is None or passkey is None:
            return None
        signer = passkey.signer
        if (signer.holder, signer.credential) != (holder, signed.credential):
            return None
        try:
            verified = verify_authentication_response(
                credential=_credential(
                    signed.credential,
                    clientDataJSON=signed.client_data,
                    authenticatorData=signed.authenticator_data,
                    signature=signed.signature,
                ),
                expected_challenge=challenge,
                expected_rp_id=self._party.id,
                expected_origin=self._party.origin,
                credential_public_key=_bytes(signer.public_key),
                credential_current_sign_count=passkey.sign_count,
            )
        except Exception:  # for some malformed input the library raises only KeyError or TypeError
            return None
        return passkey, verified.new_sign_count

    async def check_owner(self, actor: Actor, password: str, otp: str, now: datetime) -> tuple[Staff, int]:
        """Before `ask_to_enrol`: both factors are shown again. Raises StaffSignInRefused, TooMany, Busy."""
        return await self._staff.check_again(actor, password, otp, _ENROLLED, now)

    async def ask_to_enrol(
        self, tx: Tx, actor: Actor, checked: tuple[Staff, int], now: datetime
    ) -> tuple[Asked, Staff]:
        """The challenge for a new key and whose it is to be. Raises StaffSignInRefused, PasskeysFull."""
        staff = await self._staff.use_otp(tx, actor, checked, _ENROLLED, StaffSignInRefused, now)
        known = await self._store.list_of(staff.id, tx)
        if len(known) >= _MOST:
            raise PasskeysFull
        challenge = await self._ask(tx, staff.id, _ENROL, now)
        return Asked(challenge, self._party, tuple(one.credential for one in known)), staff

    async def check_new(self, actor: Actor, made: Made, now: datetime) -> tuple[str, bytes, int]:
        """Name, public key and count of a key that was made for the caller just now. Raises PasskeyRefused."""
        from webauthn import base64url_to_bytes, verify_registration_response
        from webauthn.helpers.cose import COSEAlgorithmIdentifier

        challenge = await self._spent(made.client_data, actor.signed_in_as, _ENROL, now)
        if challenge is None:
            raise PasskeyRefused
        try:
            new = verify_registration_response(
                credential=_credential(
                    made.credential, clientDataJSON=made.client_data, attestationObject=made.attestation
                ),
                expected_challenge=challenge,
                expected_rp_id=self._party.id,
                expected_origin=self._party.origin,
                supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
            )
        except Exception:  # as above
            raise PasskeyRefused from None
        if new.credential_id != base64url_to_bytes(made.credential):
            raise PasskeyRefused
        return _text(new.credential_id), new.credential_public_key, new.sign_count

    async def enrol(self, tx: Tx, actor: Actor, checked: tuple[str, bytes, int], name: str, now: datetime) -> Passkey:
        """Raises PasskeyKnown for a key that somebody has enrolled, PasskeysFull."""
        credential, public_key, sign_count = checked
        if await self._store.count_in_turn(tx, actor.signed_in_as, now) >= _MOST:
            raise PasskeysFull
        passkey = Passkey(
            id=new_id("psk"),
            holder=actor.signed_in_as,
            credential=credential,
            signer=Signer(actor.signed_in_as, credential, _text(public_key)),
            name=name,
            created_at=now,
            sign_count=sign_count,
        )
        try:
            await self._store.insert(tx, passkey)
        except AlreadyThere:
            raise PasskeyKnown from None
        await self._audits.write(tx, actor, _ENROLLED, actor.signed_in_as, now)
        return passkey

    async def of(self, staff_id: str) -> list[Passkey]:
        """A member's keys, in the order of their enrolment."""
        return await self._store.list_of(staff_id)

    async def remove(self, tx: Tx, actor: Actor, passkey_id: str, now: datetime) -> None:
        """Removes one of the caller's own. Raises NotFound."""
        if not await self._store.remove(tx, actor.signed_in_as, passkey_id):
            raise NotFound
        await self._audits.write(tx, actor, "accounts.remove-passkey", actor.signed_in_as, now)

    async def _ask(self, tx: Tx, holder: str, purpose: str, now: datetime) -> str:
        challenge = secrets.token_bytes(32)
        stored = Challenge(_digest(challenge), holder, purpose, now + CHALLENGE_LIFE)
        await self._store.ask(tx, stored)
        return _text(challenge)

    async def _spent(self, client_data: str, holder: str, purpose: str, now: datetime) -> bytes | None:
        """The challenge that the key says it signed, if it was asked of this member for this, and not answered before."""
        try:
            challenge = _bytes(msgspec.json.decode(_bytes(client_data), type=_ClientData).challenge)
        except ValueError:
            return None
        return challenge if await self._store.spend(_digest(challenge), holder, purpose, now) else None


def _credential(key: str, **response: str) -> dict[str, object]:
    """A key's answer as the browser's own JSON has it, which the library reads."""
    return {"id": key, "rawId": key, "type": "public-key", "response": response}


def _digest(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
