"""The written authority that goes with an appointment: data in `consents.toml`."""

from datetime import date
from functools import cache
from importlib import resources

import msgspec

from knowledge.citations import Citation


class ConsentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    since: date
    text: str
    citation: Citation


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    consents: tuple[ConsentText, ...]


@cache
def _file() -> _File:
    return msgspec.toml.decode((resources.files("api.helpers") / "consents.toml").read_bytes(), type=_File)


def consent_text(on: date) -> ConsentText:
    """The wording in force on the date."""
    return [text for text in _file().consents if text.since <= on][-1]
