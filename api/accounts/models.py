"""Accounts, sessions, staff and consents as stored."""

from datetime import datetime

import msgspec

from api.infra.documents import Kept, Secret, Stored


class Identity(msgspec.Struct, frozen=True):
    """The bound document. The number is in capitals, without spaces; the name normalised."""

    name: str
    document_kind: str
    document_number: str


class Account(Stored):
    """`openid_index` and `subject` are blind indexes; a document is bound to one open account at a time."""

    KEPT = Kept(
        ours="id is_elderly_mode version",
        keyed="openid_index subject",
        word="status refusals",
        place="jurisdiction",
        when="created_at bound_at released_at closed_at",
    )

    id: str
    openid_index: str | None
    openid: Secret[str] | None
    created_at: datetime
    unionid: Secret[str] | None = (
        None  # identifies the person across the operator's WeChat accounts, in case pushes need it
    )
    status: str = "open"  # open | closed
    subject: str | None = None
    identity: Secret[Identity] | None = None
    born_on: Secret[str] | None = None  # ISO date
    bound_at: datetime | None = None
    released_at: datetime | None = None  # when the identity was released from this WeChat
    jurisdiction: str | None = None
    is_elderly_mode: bool = False
    refusals: tuple[str, ...] = ()  # the purposes of consents.toml that were refused or withdrawn
    closed_at: datetime | None = None
    version: int = 1

    @property
    def is_bound(self) -> bool:
        return self.subject is not None


class Session(Stored):
    """One device of one account or member of staff.

    The refresh token of `generation` is the only good one; an earlier one that comes again means theft. Tokens are
    derived from `salt` under the index key, so that none is stored.
    """

    KEPT = Kept(
        ours="id holder generation",
        word="kind",
        when="created_at last_used_at expires_at revoked_at",
        because={"salt": "random; a token needs the index key as well"},
    )

    id: str
    holder: str
    kind: str  # resident | staff
    salt: str
    device: Secret[str]
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    generation: int = 1
    revoked_at: datetime | None = None


class Staff(Stored):
    """An officer, auditor or administrator of one jurisdiction's centre, or one of a unit's people (`provider`).

    `last_otp_step` is the newest one-time password used. While `activation`, the keyed digest of a code, is there and its time
    is not over, whoever has the code chooses the password and gets the second factor; until then nobody signs in.
    """

    KEPT = Kept(
        ours="id provider last_otp_step is_active",
        word="role",
        place="jurisdiction",
        unit="unit",
        when="created_at activation_until signed_in_at",
        keyed="activation",
        because={
            "username": "the name by which one signs in, chosen by the centre: a sign-in looks for it",
            "password_hash": "Argon2id",
        },
    )

    id: str
    username: str
    role: str
    jurisdiction: str
    unit: str
    display_name: Secret[str]
    password_hash: str
    totp_secret: Secret[str]
    created_at: datetime
    last_otp_step: int = 0
    is_active: bool = True
    provider: str | None = None
    activation: str | None = None
    activation_until: datetime | None = None
    signed_in_at: datetime | None = None


class Signer(msgspec.Struct, frozen=True):
    """Whose key it is and the public key, in COSE and base64url: sealed together, so that somebody who writes to the database alone
    cannot give a key of theirs to somebody else.
    """

    holder: str
    credential: str
    public_key: str


class Passkey(Stored):
    """A security key that one of the staff signs in with, in place of a one-time password.

    `credential` is the name that the key gave itself, in base64url. `sign_count` is what the key had counted when it was last used,
    always 0 for keys that do not count.
    """

    KEPT = Kept(
        ours="id holder sign_count",
        when="created_at used_at",
        because={
            "credential": "random, drawn by the key: two of one name are refused, and it opens nothing",
        },
    )

    id: str
    holder: str
    credential: str
    signer: Secret[Signer]
    name: Secret[str]
    created_at: datetime
    sign_count: int = 0
    used_at: datetime | None = None


class Challenge(Stored):
    """What a security key is asked to sign, once. `id` is the SHA-256 of it; `purpose` is enrol or sign-in."""

    KEPT = Kept(digest="id", ours="holder", word="purpose", when="expires_at")

    id: str
    holder: str
    purpose: str
    expires_at: datetime


class ConsentEvent(Stored):
    """`action`: given, refused or withdrawn, of the text of `version`."""

    KEPT = Kept(when="at", word="action version")

    at: datetime
    action: str
    version: str


class Consent(Stored):
    """An account's consent to one purpose, with its history."""

    KEPT = Kept(ours="id owner version revision", word="purpose state", when="at")

    id: str
    owner: str
    purpose: str
    state: str  # given | refused | withdrawn
    version: str
    at: datetime
    history: tuple[ConsentEvent, ...]
    revision: int = 1
