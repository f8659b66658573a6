"""Codes of the reasons that a resident can choose."""

from functools import cache

from api.infra import data_files
from api.infra.data_files import FromFile


class ReasonCode(FromFile):
    """`needs_text`: the code says nothing by itself. `needs_footprint`: it speaks of one entry of the footprint."""

    title: str
    needs_text: bool = False
    needs_footprint: bool = False


class _File(FromFile):
    codes: dict[str, ReasonCode]


@cache
def _file() -> _File:
    return data_files.read("api.objections", "reasons.toml", _File)


def reason_codes() -> dict[str, ReasonCode]:
    """By code, in the order they are shown."""
    return _file().codes
