"""The codes of reasons that a resident can choose from."""

from functools import cache
from importlib import resources

import msgspec


class ReasonCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`needs_text`: the code says nothing by itself. `needs_footprint`: it speaks of one entry of the footprint."""

    title: str
    needs_text: bool = False
    needs_footprint: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codes: dict[str, ReasonCode]


@cache
def _file() -> _File:
    return msgspec.toml.decode((resources.files("api.objections") / "reasons.toml").read_bytes(), type=_File)


def reason_codes() -> dict[str, ReasonCode]:
    """By code, in the order they are shown."""
    return _file().codes
