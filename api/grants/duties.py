"""The duties of the receiver of a grant: data in `duties.toml`."""

from functools import cache

import msgspec

from api.infra import data_files
from knowledge.citations import Citation


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jurisdiction: str
    text: str
    citation: Citation


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    duties: tuple[Duty, ...]


@cache
def duties() -> tuple[Duty, ...]:
    return data_files.read("api.grants", "duties.toml", _File).duties
