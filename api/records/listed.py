"""The words of the law's lists: titles of measures and of documents, and what counts as a burden. Pure."""

from datetime import date
from functools import cache, lru_cache

from knowledge.catalogue import document_types
from knowledge.errors import KnowledgeError
from knowledge.loading import library
from knowledge.measures import Measure, measure


def measure_title(jurisdiction: str, code: str, on: date) -> str:
    """The title of a measure; a neutral text if the list in force no longer has it."""
    found = listed(jurisdiction, code, on)
    return found.title if found else "现行清单中没有的措施"


@lru_cache(maxsize=1024)
def listed(jurisdiction: str, code: str, on: date) -> Measure | None:
    try:
        return measure(jurisdiction, code, on)
    except KnowledgeError:
        return None


def is_burden(jurisdiction: str, code: str, on: date) -> bool:
    """A penalty measure, and no incentive."""
    found = listed(jurisdiction, code, on)
    return found is not None and found.kind == "penalty"


@cache
def document_titles() -> dict[str, str]:
    return {kind.id: kind.title for kind in document_types()}


def kind_title(kind: str) -> str:
    """The name of a kind of identity document."""
    return _kind_titles().get(kind, kind)


@cache
def _kind_titles() -> dict[str, str]:
    return {kind.id: kind.title for kind in library().identity_documents.values()}
