"""The codes of reasons that a resident can choose from, and the settings of the service."""

from datetime import timedelta
from functools import cache
from importlib import resources

import msgspec


class ReasonCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`needs_text`: the code says nothing by itself. `needs_footprint`: it speaks of one entry of the footprint."""

    title: str
    needs_text: bool = False
    needs_footprint: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    urge_again_after_days: int
    codes: dict[str, ReasonCode]


@cache
def _file() -> _File:
    return msgspec.toml.decode((resources.files("api.objections") / "reasons.toml").read_bytes(), type=_File)


def reason_codes() -> dict[str, ReasonCode]:
    """By code, in the order they are shown."""
    return _file().codes


def urge_again_after() -> timedelta:
    """How long a resident waits before urging again, while nothing is due."""
    return timedelta(days=_file().urge_again_after_days)
