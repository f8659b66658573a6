"""Kinds of declarations, statements of truth and warnings: data in `kinds.toml`."""

from datetime import date
from functools import cache

from api.declarations.errors import NotDeclarable
from api.infra import data_files
from api.infra.consent_texts import ConsentText
from api.infra.data_files import FromFile
from knowledge.rules import supports


class Kind(FromFile):
    code: str
    title: str
    hint: str
    is_market: bool
    jurisdictions: tuple[str, ...]


class Wording(ConsentText):
    """A text of a place that a resident agrees to, under the version they have seen."""

    jurisdiction: str


class _File(FromFile):
    kinds: tuple[Kind, ...]
    statements: tuple[Wording, ...]
    warnings: tuple[Wording, ...]


@cache
def _file() -> _File:
    return data_files.read("api.declarations", "kinds.toml", _File)


def titles() -> dict[str, str]:
    """The title of each kind."""
    return {kind.code: kind.title for kind in _file().kinds}


def kinds(jurisdiction: str) -> tuple[Kind, ...]:
    return tuple(kind for kind in _file().kinds if jurisdiction in kind.jurisdictions)


def declarable(jurisdiction: str, code: str, on: date) -> Kind:
    """The kind, if it can be declared in the place. Raises NotDeclarable, with the article if the place accepts market information only."""
    kind = next((kind for kind in _file().kinds if kind.code == code), None)
    if kind is None:
        raise NotDeclarable
    anything = supports("declaration.any", jurisdiction, on)
    if not anything.is_available and not kind.is_market:
        raise NotDeclarable(anything.explanation + anything.instead, citation=anything.citation)
    if jurisdiction not in kind.jurisdictions:
        raise NotDeclarable
    return kind


def statement(jurisdiction: str, on: date) -> Wording:
    """The statement of truth in force, which differs by place."""
    return _current(_file().statements, jurisdiction, on)


def warning(jurisdiction: str, on: date) -> Wording:
    """The warning of adverse effects that comes before income and property data."""
    return _current(_file().warnings, jurisdiction, on)


def _current(texts: tuple[Wording, ...], jurisdiction: str, on: date) -> Wording:
    return [text for text in texts if text.jurisdiction == jurisdiction and text.since <= on][-1]
