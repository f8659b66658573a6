"""The pledge that accompanies a repair. Its text belongs to the errand of pledges, by version."""

from datetime import date, datetime

import msgspec

from api.pledges.texts import Text, repair_text


class RepairFiled(msgspec.Struct, frozen=True):
    """What the errand of pledges needs to tie a pledge to its repair."""

    repair_id: str
    record_id: str
    owner: str
    subject: str
    jurisdiction: str
    pledge_version: str
    accepted_at: datetime


def pledge_in_force(on: date) -> Text:
    """The newest text on a date. Raises ValueError before the first."""
    return repair_text(on)
