"""Accounts, sessions, staff and providers as stored."""

from datetime import date, datetime

import msgspec

from api.infra.documents import Secret


class Identity(msgspec.Struct, frozen=True):
    """The bound document. `number` is upper case without spaces."""

    name: str
    document_kind: str
    document_number: str


class Account(msgspec.Struct, frozen=True):
    """`openid_index` and `subject` are blind indexes; a document is bound to one open account at a time."""

    id: str
    openid_index: str
    openid: Secret[str]
    created_at: datetime
    status: str = "open"  # open | closed
    subject: str | None = None
    identity: Secret[Identity] | None = None
    born_on: Secret[str] | None = None  # ISO date
    bound_at: datetime | None = None
    jurisdiction: str | None = None
    is_elderly_mode: bool = False
    version: int = 1


class Session(msgspec.Struct, frozen=True):
    """One device. `refresh_index` digests the one refresh token that is still good; a used one means theft."""

    id: str
    account: str
    refresh_index: str
    used_indexes: tuple[str, ...]
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class Staff(msgspec.Struct, frozen=True):
    """An officer or auditor of one jurisdiction's centre."""

    id: str
    username: str
    role: str
    jurisdiction: str
    unit: str
    display_name: Secret[str]
    password_hash: str
    totp_secret: Secret[str]
    last_otp_step: int = 0
    is_active: bool = True


class Provider(msgspec.Struct, frozen=True):
    """A unit that provides records. `unified_code` is its 统一社会信用代码. `systems` receive its records as copies."""

    id: str
    name: str
    jurisdiction: str
    unified_code: str
    is_market: bool = False
    systems: tuple[str, ...] = ()


class ProviderKey(msgspec.Struct, frozen=True):
    """`id` is the public part of the key; the secret part is kept as a digest only."""

    id: str
    provider: str
    digest: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_on: date | None = None
    revoked_at: datetime | None = None
