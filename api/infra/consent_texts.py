"""The consent texts that a person agrees to before a step: each errand's `consents.toml`, beside its code."""

from datetime import date
from functools import cache

from api.infra import data_files
from api.infra.data_files import FromFile
from api.infra.errors import ConsentOutdated
from knowledge.citations import Citation


class ConsentText(FromFile):
    version: str
    since: date
    text: str
    citation: Citation


class _File(FromFile):
    consents: tuple[ConsentText, ...]


@cache
def _consents(package: str) -> tuple[ConsentText, ...]:
    return data_files.read(package, "consents.toml", _File).consents


def consent_text(package: str, on: date) -> ConsentText:
    """The errand's wording in force on the date."""
    return [text for text in _consents(package) if text.since <= on][-1]


def agreed_text(package: str, version: str, on: date) -> ConsentText:
    """The same, if it is the version that was agreed to. Raises ConsentOutdated."""
    text = consent_text(package, on)
    if version != text.version:
        raise ConsentOutdated(citation=text.citation)
    return text
