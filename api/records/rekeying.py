"""A record's digests under the current index key, made from the record's own content."""

import re
from collections.abc import Iterable

from api.infra.privacy import KeyRing
from api.infra.rekeying import Holder
from api.records.digests import (
    ACT,
    BASIC,
    CONTENT,
    NATURAL,
    act_value,
    basic_value,
    content_of,
    content_value,
    natural_value,
)
from api.records.files.values import act_number
from api.records.models import Record
from api.records.store import RECORDS

_DIGEST = re.compile(r"(?:[a-z0-9]{1,8}-)?[0-9a-f]{64}")


def _person_of(record: Record) -> tuple[str, str] | None:
    """The number in the record; None if it has none, in which case it is moved together with the person."""
    particulars = record.particulars
    return (particulars.document_kind, particulars.document_number) if particulars.document_number else None


def _digests(keys: KeyRing, record: Record, subject: str | None) -> dict[str, str | None]:
    """The record's digests for a person whose new digest is `subject`. For a corrected record the original content is no longer
    known, so sending the original row again counts as a difference.
    """
    whose = subject or record.subject
    numbers = list(dict.fromkeys(act_number(text) for text in record.particulars.items.values()))
    content = _content(keys, record, whose)
    return {
        "natural_key": _natural(keys, record, whose, numbers, content),
        "act_key": _act(keys, record, numbers),
        "content_key": content,
    }


def _act(keys: KeyRing, record: Record, numbers: Iterable[str]) -> str | None:
    if record.act_key is None or keys.is_current(record.act_key):
        return record.act_key
    found = (act_value(number) for number in numbers if keys.matches(record.act_key, ACT, act_value(number)))
    return next((keys.blind_index(ACT, number) for number in found), None)


def _content(keys: KeyRing, record: Record, subject: str) -> str | None:
    if record.content_key is None or keys.is_current(record.content_key):
        return record.content_key
    for said in (record.said, content_of(record, record.particulars)):
        if said is not None and keys.matches(record.content_key, CONTENT, content_value(record.subject, said)):
            return keys.blind_index(CONTENT, content_value(subject, said))
    return None


def _natural(keys: KeyRing, record: Record, subject: str, numbers: Iterable[str], content: str | None) -> str:
    old = record.natural_key
    if not _DIGEST.fullmatch(old) or (keys.is_current(old) and subject == record.subject):
        return old
    if keys.matches(old, BASIC, basic_value(record.jurisdiction, record.subject)):
        return keys.blind_index(BASIC, basic_value(record.jurisdiction, subject))
    # as it was written, where two records were made of one number in small letters and in capitals
    written = dict.fromkeys(form for number in numbers for form in (act_value(number), number))
    for was, now in ((record.content_key, content), *((form, form) for form in written)):
        if was and now and keys.matches(old, NATURAL, natural_value(record.provider, record.code, record.subject, was)):
            return keys.blind_index(NATURAL, natural_value(record.provider, record.code, subject, now))
    return keys.blind_index(NATURAL, f"{subject}\x00{old}")  # no form of ours: unique, and never looked up


HOLDER = Holder(collection=RECORDS.name, struct=Record, person=_person_of, digests=_digests)
