"""The text of the pledge that goes with a repair, by version."""

from datetime import date, datetime
from functools import cache
from importlib import resources

import msgspec


class PledgeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    since: date
    text: str


class RepairFiled(msgspec.Struct, frozen=True):
    """What the errand of pledges needs to tie a pledge to its repair."""

    repair_id: str
    record_id: str
    owner: str
    subject: str
    jurisdiction: str
    pledge_version: str
    accepted_at: datetime


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    texts: tuple[PledgeText, ...]


@cache
def _texts() -> tuple[PledgeText, ...]:
    data = (resources.files("api.repairs") / "pledge.toml").read_bytes()
    return msgspec.toml.decode(data, type=_File).texts


def pledge_in_force(on: date) -> PledgeText:
    """The newest text on a date. Raises ValueError before the first."""
    return max((text for text in _texts() if text.since <= on), key=lambda text: text.since)
