"""The consent texts that a person agrees to before a step: each errand's `consents.toml`, beside its code."""

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
def _consents(package: str) -> tuple[ConsentText, ...]:
    return data_files.read(package, "consents.toml", _File).consents


def consent_text(package: str, on: date) -> ConsentText:
    """The errand's wording in force on the date."""
    return [text for text in _consents(package) if text.since <= on][-1]
