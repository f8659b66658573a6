"""Appointments as stored. The code itself is not."""

from datetime import date, datetime
from enum import StrEnum

from api.infra.cases import PersonCase
from api.infra.documents import Kept, Secret, Stored


class HelperKind(StrEnum):
    """Helpers that a person appoints, and representatives whose proof an officer has seen (`api/mandates`)."""

    FAMILY = "family"
    COMMUNITY = "community"
    ORGANISATION = "organisation"
    GUARDIAN = "guardian"
    AGENT = "agent"


APPOINTED = (HelperKind.FAMILY, HelperKind.COMMUNITY)


class Item(StrEnum):
    """The items to tick. Filing for a person requires seeing the record, so every item includes that."""

    REPORT = "report"
    OBJECTION = "objection"
    REPAIR = "repair"
    WITHDRAWAL = "withdrawal"
    NOTICE = "notice"


TICKED = (Item.REPORT, Item.OBJECTION, Item.REPAIR)
"""The items for helpers. A person with a phone of their own reads their own inbox, and only their own consent restores what was
withdrawn from publication.
"""


class Helper(Stored):
    """The helper, by the name on their document."""

    KEPT = Kept(word="kind")

    kind: HelperKind
    name: Secret[str]


class Appointment(PersonCase, kw_only=True):
    """`code_index` is the blind index of the code, which nobody has where an officer confirmed it; `taken_by` is the
    account that took it. `until_on` is the last civil day in Shanghai on which it holds. `resident` is the name that
    the helper sees: a person's masked, an organisation's whole.
    """

    KEPT = Kept(ours="taken_by", keyed="code_index", word="items consent", when="appointed_at until_on taken_at")

    code_index: str
    helper: Helper
    resident: Secret[str]
    items: tuple[Item, ...]
    appointed_at: datetime
    until_on: date
    consent: str
    taken_by: str | None = None
    taken_at: datetime | None = None

    def holds(self, today: date) -> bool:
        return self.status in ("offered", "active") and today <= self.until_on
