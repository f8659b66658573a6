"""The texts of pledges: data in `texts.toml`."""

from datetime import date
from functools import cache

from api.infra import data_files
from api.infra.data_files import FromFile
from api.pledges.errors import TextOutdated, UnknownKind

REPAIR = "repair"


class Text(FromFile):
    """`jurisdictions` are the places it is for; without one, all. `consequence` is read before signing. The cooling-off hours are a service and no law."""

    kind: str
    version: str
    since: date
    title: str
    text: str
    consequence: str
    cooling_off_hours: int
    is_public: bool
    jurisdictions: tuple[str, ...] = ()


class _File(FromFile):
    pledges: tuple[Text, ...]


@cache
def _texts() -> tuple[Text, ...]:
    return data_files.read("api.pledges", "texts.toml", _File).pledges


def titles() -> dict[str, str]:
    """The title of each kind."""
    return {text.kind: text.title for text in _texts()}


def texts(jurisdiction: str, on: date) -> tuple[Text, ...]:
    """The wording of each kind in force in a place on a date."""
    current = {
        text.kind: text
        for text in _texts()
        if text.since <= on and jurisdiction in (text.jurisdictions or (jurisdiction,))
    }
    return tuple(current.values())


def current_text(kind: str, version: str, jurisdiction: str, on: date) -> Text:
    """Raises UnknownKind, and TextOutdated unless `version` is the wording in force."""
    text = next((text for text in texts(jurisdiction, on) if text.kind == kind), None)
    if text is None:
        raise UnknownKind
    if text.version != version:
        raise TextOutdated
    return text


def repair_text(on: date) -> Text:
    """The pledge that goes with a repair, the same in every place. Raises ValueError before the first."""
    return max((text for text in _texts() if text.kind == REPAIR and text.since <= on), key=lambda text: text.since)


def text_of(version: str) -> Text:
    """A wording by version, in force or not."""
    return next(text for text in _texts() if text.version == version)
