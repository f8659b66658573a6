"""Digests by which a record is found: natural key, content, number of its document. Digests of different kinds never match."""

from functools import lru_cache
from operator import attrgetter

import msgspec

from api.infra.privacy import KeyRing, subject_indexes
from api.records import dates
from api.records.files.lines import Line
from api.records.files.values import OPEN_END
from api.records.files.values import act_number as in_one_form
from api.records.models import Particulars, Record

NATURAL, CONTENT, ACT, BASIC = "record", "content", "act", "natural-key"


_SAID = attrgetter(
    "code", "document_type", "record_class", "decided_on", "ended_on", "sentence_completed_on", "duty_performed_on",
    "corrected_on", "removed_on", "non_repairable_basis", "derived_from", "due_on", "is_serving", "authority_until",
    "unperformed",
)  # fmt: skip
_OF_CONSENT = attrgetter("consented_on", "consent_proof", "consent_purpose", "consent_exempt_by", "is_warned")
_NO_END = frozenset(("2099-", "9999-"))


@lru_cache(maxsize=256)
def _in_order(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The rows of a file have few such."""
    return tuple(sorted(labels))


def content_of(facts: Line | Record, particulars: Particulars) -> str:
    """The content of a line or a record in one form: equal if sending the line again would change nothing. A date in 2099 or later
    is no end: earlier versions stored it as written.
    """
    said = particulars.items
    items = [(label, OPEN_END if (text := said[label])[:5] in _NO_END else text) for label in _in_order(tuple(said))]
    who = (particulars.name, particulars.document_kind, particulars.document_number, items)
    measures = sorted([one if isinstance(one, str) else one.code for one in facts.measures])
    stated = _SAID(facts)
    if facts.consented_on or facts.consent_exempt_by:  # only for market information, so that older digests stay valid
        stated += _OF_CONSENT(facts)
    return msgspec.json.encode((who, stated, dates.severe_list_of(facts), measures)).decode()


def natural_key(keys: KeyRing, provider: str, code: str, subject: str, number: str) -> str:
    """The key by which intake recognises the record of a document with this number."""
    return keys.blind_index(NATURAL, natural_value(provider, code, subject, act_value(number)))


def natural_keys(keys: KeyRing, provider: str, code: str, person: tuple[str, str], number: str) -> list[str]:
    """The natural key under each index key in use, each with the person's digest under the same key."""
    whose = subject_indexes(keys, *person)
    values = (natural_value(provider, code, subject, act_value(number)) for subject in whose)
    found = (keys.blind_indexes(NATURAL, value) for value in values)
    return [key for made in found for key in made]


def natural_value(provider: str, code: str, subject: str, which: str) -> str:
    """`which` is the document's number as `act_value`, or else the digest of the whole row's content."""
    return f"{provider}\x00{code}\x00{subject}\x00{which}"


def content_value(subject: str, said: str) -> str:
    return f"{subject}\x00{said}"


def basic_value(place: str, subject: str) -> str:
    """The value behind the natural key of the basic record made when a person binds their identity, one for each place."""
    return f"basic/{place}/{subject}"


def act_key(keys: KeyRing, number: str) -> str:
    """The blind index of a document's number, in whatever brackets, width, spacing and letters."""
    return keys.blind_index(ACT, act_value(number))


def act_keys(keys: KeyRing, number: str) -> list[str]:
    """The same under each index key in use."""
    return keys.blind_indexes(ACT, act_value(number))


def act_value(number: str) -> str:
    """A document's number as it is compared; it is shown as its unit wrote it."""
    return in_one_form(number).upper()
