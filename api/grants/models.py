"""Grants as stored. The code itself is not."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from api.infra.cases import PersonCase
from api.infra.documents import Kept, Secret, Stored
from api.records.models import Record, Section


class GranteeKind(StrEnum):
    PERSON = "person"
    UNIT = "unit"


class Grantee(Stored):
    """The receiver of a grant: a person by name and document, whose blind index is `subject`, or a unit by its full name."""

    KEPT = Kept(word="kind", keyed="subject")

    kind: GranteeKind
    name: Secret[str]
    subject: str | None = None


class Use(Stored):
    """One redemption: who was signed in (masked name) and the purpose that they accepted."""

    KEPT = Kept(when="at", ours="by")

    at: datetime
    by: str
    viewer: Secret[str]


class Grant(PersonCase, kw_only=True):
    """`code_index` is the blind index of the code. `market` are the market items ticked one by one, by record id.

    `expires_on` is the last civil day in Shanghai on which it can be redeemed.
    """

    KEPT = Kept(ours="uses_allowed", keyed="code_index", word="sections market consent", when="granted_at expires_on")

    code_index: str
    grantee: Grantee
    purpose: Secret[str]
    sections: tuple[Section, ...]
    market: tuple[str, ...]
    granted_at: datetime
    expires_on: date
    uses_allowed: int
    consent: str
    uses: tuple[Use, ...] = ()

    @property
    def uses_left(self) -> int:
        return self.uses_allowed - len(self.uses) if self.status == "active" else 0


class Redeemed(msgspec.Struct, frozen=True):
    """What the receiver may see, and who they are for the watermark. Names are masked."""

    grant: Grant
    records: tuple[Record, ...]
    subject_name: str
    viewer: str
    at: datetime
