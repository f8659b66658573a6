"""Providers and their keys as stored."""

from datetime import date, datetime, timedelta

from api.infra.clock import civil_date
from api.infra.documents import Kept, Stored


class Provider(Stored):
    """A unit that provides records. `unified_code` is its 统一社会信用代码. `systems` receive its records as copies.

    `represents` are the names of other units for which it sends, by a written relation that the centre has seen.
    """

    KEPT = Kept(ours="id", unit="name unified_code is_market systems represents", place="jurisdiction")

    id: str
    name: str
    jurisdiction: str
    unified_code: str
    is_market: bool = False
    systems: tuple[str, ...] = ()
    represents: tuple[str, ...] = ()


SCOPES = (
    "records", "corrections", "revocations", "verifications", "repairs", "changes", "pledges", "listings", "withdrawals",
    "grants",
)  # fmt: skip
"""One for each group of a provider's routes."""
SCOPES_EDITION = 2
UNIFIED_CODE = "^[0-9A-HJ-NPQRTUWXY]{18}$"
"""The letters and digits of a 统一社会信用代码 (GB 32100)."""
MOST_DAYS = 3650
"""The longest life of a key that has an end."""
_EARLIER = {"records": ("corrections", "revocations")}
_EARLIER_ALL = ("pledges", "listings", "withdrawals")


class ProviderKey(Stored):
    """`id` is the public part of the key; of the secret part only a keyed digest is kept.

    `edition` is that of the list of scopes: under the first, `records` opened corrections and revocations as well, and
    pledges, listings and withdrawals asked for none. `life_days` is for how long it was issued: 0 without an end, None where an earlier
    version did not write it. `used_on` is the last day on which it opened anything. `is_exchange_only`: the
    key itself opens nothing but the exchange for a token of a quarter of an hour.
    """

    KEPT = Kept(
        ours="id provider edition is_exchange_only life_days",
        keyed="digest",
        word="scopes",
        when="created_at expires_on revoked_at used_on",
    )

    id: str
    provider: str
    digest: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_on: date | None = None
    revoked_at: datetime | None = None
    edition: int = 1
    used_on: date | None = None
    is_exchange_only: bool = False
    life_days: int | None = None

    @property
    def life(self) -> timedelta | None:
        """For how long it was issued, whether or not a rotation has shortened that; None without an end."""
        if self.life_days is not None:
            return timedelta(days=self.life_days) or None
        return self.expires_on - civil_date(self.created_at) if self.expires_on else None

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_on is None or civil_date(now) <= self.expires_on)

    @property
    def opens(self) -> tuple[str, ...]:
        """What the key may do, in today's scopes: keys from an earlier edition keep what they could do."""
        if self.edition == SCOPES_EDITION:
            return self.scopes
        implied = [more for scope in self.scopes for more in _EARLIER.get(scope, ())]
        return tuple(dict.fromkeys((*self.scopes, *implied, *_EARLIER_ALL)))
