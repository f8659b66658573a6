"""Codes of the reasons that a resident can choose."""

from functools import cache

import msgspec

from api.infra import data_files


class ReasonCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`needs_text`: the code says nothing by itself. `needs_footprint`: it speaks of one entry of the footprint."""

    title: str
    needs_text: bool = False
    needs_footprint: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codes: dict[str, ReasonCode]


@cache
def _file() -> _File:
    return data_files.read("api.objections", "reasons.toml", _File)


def reason_codes() -> dict[str, ReasonCode]:
    """By code, in the order they are shown."""
    return _file().codes
