"""Who acts: the role and identity that every transition, audit entry and footprint names."""

from datetime import date
from enum import StrEnum
from ipaddress import ip_network

import msgspec

from api.infra.errors import Forbidden

_SUBSCRIBER_BITS = 64


class Role(StrEnum):
    NOBODY = "nobody"
    UNBOUND = "unbound"  # signed in with WeChat, no identity bound
    RESIDENT = "resident"
    PROVIDER = "provider"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMIN = "admin"  # manages people, units and keys of a place; reads no case
    SYSTEM = "system"  # the product itself, for what happens on a date by law


class Actor(msgspec.Struct, frozen=True):
    """`id` is an account, staff or provider id, never an identity number; `subject` is a resident's blind index.

    `unit` is what a resident may read about who acted: a provider's or the centre's name; None for residents.
    """

    role: Role
    id: str
    subject: str | None = None
    unit: str | None = None
    jurisdiction: str | None = None
    session: str | None = None
    address: str | None = None
    scopes: tuple[str, ...] = ()  # of a provider's key, or of one of its people
    helper: str | None = None  # the account of the helper whom this resident appointed
    window: str | None = None  # the visit at the window in which the officer `helper` acts for this resident
    is_signed: bool = False  # signed by as many officers as the centre requires for a paper
    person: str | None = None  # the staff id of a provider's person; None where a key acts
    key_ends_on: date | None = None  # the last day of the key that acts, where it has one
    is_exchange_only: bool = False  # the key opens nothing but the exchange for a token

    @property
    def network(self) -> str:
        """What limits count together for unknown callers: one IPv4 address, or a /64 of IPv6, which is one subscriber's."""
        if self.address is None or ":" not in self.address:
            return self.address or ""
        return str(ip_network((self.address, _SUBSCRIBER_BITS), strict=False))

    @property
    def signed_in_as(self) -> str:
        """Whose sign-in it was: the person and not their unit, the helper and not the resident."""
        return self.person or self.helper or self.id

    @property
    def within(self) -> str | None:
        """Which of a unit's people or keys it is, by id; None for everybody whom `id` names already."""
        return (self.person or self.session) if self.role is Role.PROVIDER else None

    @property
    def named(self) -> str:
        """What a resident reads about who acted: a unit, the helper or window that did it for them, or themself."""
        return self.unit or "本人"

    @property
    def on_behalf(self) -> str:
        """The words before a deed that somebody did for the resident; empty where the resident did it."""
        if self.window:
            return "在窗口为本人"
        return "受本人委托" if self.helper else ""

    @property
    def is_program(self) -> bool:
        """Whether no person stands behind it: a unit's key, or the product itself."""
        return self.role is Role.SYSTEM or (self.role is Role.PROVIDER and self.person is None)

    @property
    def bound_subject(self) -> str:
        """The subject of a bound resident. Raises Forbidden for anybody else."""
        if self.subject is None:
            raise Forbidden
        return self.subject


SYSTEM = Actor(role=Role.SYSTEM, id="system", unit="信用小窗")
