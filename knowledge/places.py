"""The places whose residents the product serves, each a folder in `data/places/`. Code asks what a place has, never which it is."""

from collections.abc import Iterable

from knowledge.citations import Citation
from knowledge.errors import UnknownJurisdiction
from knowledge.loading import library
from knowledge.models import ObjectionWay, Place

__all__ = ["ObjectionWay", "Place", "articles_of", "bases", "basis", "cited", "jurisdictions", "place", "places"]


def places() -> tuple[Place, ...]:
    """All of them, by id."""
    return tuple(library().places.values())


def jurisdictions() -> tuple[str, ...]:
    """The ids of the places; national law stands behind each of them."""
    return tuple(library().places)


def place(jurisdiction: str) -> Place:
    """Raises UnknownJurisdiction with those that are known."""
    try:
        return library().places[jurisdiction]
    except KeyError:
        known = ", ".join(library().places)
        raise UnknownJurisdiction(f"unknown jurisdiction {jurisdiction!r}; known: {known}") from None


def basis(act: str, jurisdiction: str | None = None) -> Citation:
    """The article behind an act in the place, else of the first, by `order`, that has one. Raises LookupError where none has."""
    found = bases(act)
    if not found:
        raise LookupError(f"no place has an article for {act}")
    return min(found, key=lambda row: (row[0].id != jurisdiction, row[0].order))[1]


def bases(act: str) -> tuple[tuple[Place, Citation], ...]:
    """The places that have an article behind an act, with the first such article."""
    return tuple((one, Citation(one.regulation, one.acts[act][0])) for one in places() if one.acts.get(act))


def articles_of(act: str, jurisdiction: str) -> tuple[Citation, ...]:
    """The articles behind an act in a place; none where it has none. Raises UnknownJurisdiction."""
    one = place(jurisdiction)
    return tuple(Citation(one.regulation, number) for number in one.acts.get(act, ()))


def cited(names: Iterable[str], jurisdiction: str | None = None) -> tuple[str, ...]:
    """Ids of articles such as `yunnan-36` for names that are acts of `place.toml`: those of one place, or of all. A name that
    is no act of any place is an id itself, of national law, and stays.
    """
    all_of_them = places()
    asked = all_of_them if jurisdiction is None else tuple(one for one in all_of_them if one.id == jurisdiction)
    found: list[str] = []
    for name in names:
        if any(name in one.acts for one in all_of_them):
            found += [f"{one.regulation}-{number}" for one in asked for number in one.acts.get(name, ())]
        else:
            found.append(name)
    return tuple(dict.fromkeys(found))
