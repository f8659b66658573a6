"""The consent of the subject and the duties of the receiver: data in `consents.toml`."""

from datetime import date
from functools import cache

import msgspec

from api.infra import data_files
from knowledge.citations import Citation


class ConsentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    since: date
    text: str
    citation: Citation


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jurisdiction: str
    text: str
    citation: Citation


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    consents: tuple[ConsentText, ...]
    duties: tuple[Duty, ...]


@cache
def _file() -> _File:
    return data_files.read("api.grants", "consents.toml", _File)


def consent_text(on: date) -> ConsentText:
    """The wording in force on the date."""
    return [text for text in _file().consents if text.since <= on][-1]


def duties() -> tuple[Duty, ...]:
    return _file().duties
