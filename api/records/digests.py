"""Digests by which a record is found: natural key, content, number of its document. Digests of different kinds never match."""

from api.infra.privacy import KeyRing, subject_indexes
from api.records.files.values import act_number as in_one_form

NATURAL, CONTENT, ACT, BASIC = "record", "content", "act", "natural-key"


def natural_key(keys: KeyRing, provider: str, code: str, subject: str, which: str) -> str:
    """By what intake knows a record again: `which` is the document's number in one form, else all that the row says."""
    return keys.blind_index(NATURAL, natural_value(provider, code, subject, which))


def natural_keys(keys: KeyRing, provider: str, code: str, person: tuple[str, str], number: str) -> list[str]:
    """Under each index key that is looked for, with whom the person (kind and number) is known as under it."""
    whose = subject_indexes(keys, *person)
    found = (keys.blind_indexes(NATURAL, natural_value(provider, code, subject, number)) for subject in whose)
    return [key for made in found for key in made]


def natural_value(provider: str, code: str, subject: str, which: str) -> str:
    return f"{provider}\x00{code}\x00{subject}\x00{which}"


def content_value(subject: str, said: str) -> str:
    return f"{subject}\x00{said}"


def basic_value(place: str, subject: str) -> str:
    """Of the basic record that a person enters at the check of their identity, once in each place."""
    return f"basic/{place}/{subject}"


def act_key(keys: KeyRing, number: str) -> str:
    """The blind index of a document's number, whatever its brackets, widths and spaces."""
    return keys.blind_index(ACT, act_value(number))


def act_keys(keys: KeyRing, number: str) -> list[str]:
    """The same, also as records have it that are still under a former key."""
    return keys.blind_indexes(ACT, act_value(number))


def act_value(number: str) -> str:
    return in_one_form(number).upper()
