"""The consent texts for bringing a withdrawn record back: data in `consents.toml`."""

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


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    consents: tuple[ConsentText, ...]


@cache
def _texts() -> tuple[ConsentText, ...]:
    return data_files.read("api.withdrawals", "consents.toml", _File).consents


def consent_text(on: date) -> ConsentText:
    """The wording in force on the date."""
    return [text for text in _texts() if text.since <= on][-1]
