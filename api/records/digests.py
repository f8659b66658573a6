"""Digests by which a record is found: natural key, content, number of its document. Digests of different kinds never match."""

from api.infra.privacy import KeyRing, subject_indexes
from api.records.files.values import act_number as in_one_form

NATURAL, CONTENT, ACT, BASIC = "record", "content", "act", "natural-key"


def natural_key(keys: KeyRing, provider: str, code: str, subject: str, which: str) -> str:
    """The key by which intake recognises a record: `which` is the document's number in one form, or else the whole row's content."""
    return keys.blind_index(NATURAL, natural_value(provider, code, subject, which))


def natural_keys(keys: KeyRing, provider: str, code: str, person: tuple[str, str], number: str) -> list[str]:
    """The natural key under each index key in use, each with the person's digest under the same key."""
    whose = subject_indexes(keys, *person)
    found = (keys.blind_indexes(NATURAL, natural_value(provider, code, subject, number)) for subject in whose)
    return [key for made in found for key in made]


def natural_value(provider: str, code: str, subject: str, which: str) -> str:
    return f"{provider}\x00{code}\x00{subject}\x00{which}"


def content_value(subject: str, said: str) -> str:
    return f"{subject}\x00{said}"


def basic_value(place: str, subject: str) -> str:
    """The value behind the natural key of the basic record made when a person binds their identity, one for each place."""
    return f"basic/{place}/{subject}"


def act_key(keys: KeyRing, number: str) -> str:
    """The blind index of a document's number, in whatever brackets, width and spacing."""
    return keys.blind_index(ACT, act_value(number))


def act_keys(keys: KeyRing, number: str) -> list[str]:
    """The same under each index key in use."""
    return keys.blind_indexes(ACT, act_value(number))


def act_value(number: str) -> str:
    return in_one_form(number).upper()
