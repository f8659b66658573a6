"""Identity documents: how their numbers are written, what a resident's number says of age (GB 11643), whether an organisation's
code is one (GB 32100)."""

import re
import unicodedata
from datetime import date
from functools import cache
from operator import mul
from typing import Literal

from msgspec import Struct

from knowledge.citations import Certainty, Citation
from knowledge.clocks import chinese_date, end_of
from knowledge.errors import InvalidDocumentNumber, UnknownDocumentKind
from knowledge.loading import library
from knowledge.models import IdentityDocument
from knowledge.rules import NATIONAL, check_date, in_force

__all__ = [
    "Capacity",
    "IdentityDocument",
    "ResidentId",
    "capacity",
    "check_document_number",
    "document_kinds",
    "has_valid_check_digit",
    "identified",
    "is_name",
    "is_organisation",
    "is_same_name",
    "looks_like_resident_id",
    "normal_name",
    "normal_number",
    "parse_resident_id",
]

_RADIX, _MODULUS, _CHECK_DIGITS = 2, 11, "0123456789X"  # ISO 7064 MOD 11-2
_WEIGHTS = [pow(_RADIX, place, _MODULUS) for place in range(17, 0, -1)]
_OF_ZEROS = ord("0") * sum(_WEIGHTS)

_CODE_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = [pow(3, place, len(_CODE_DIGITS)) for place in range(17)]
_SOLE_TRADER = "92"  # registered by market supervision, individual business

_LETTER = (
    r"(?:[^\W\d_]|[\U00020000-\U0003FFFD])"  # ideographs of the later planes, also those that Python does not know yet
)
_NAME = re.compile(rf"{_LETTER}(?:{_LETTER}|[ ·.'’-])*")
_SPREAD = re.compile(r"(?<=[〇\u3400-\u9fff\U00020000-\U0003FFFD]) (?=[〇\u3400-\u9fff\U00020000-\U0003FFFD])")
"""张 三: forms spread names of two characters to the width of three."""
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●.．", "·"))

_SHAPE = re.compile(r"(?P<region>\d{6})(?P<born>(?:18|19|20)\d{6})\d{3}[\dX]", re.ASCII)


class ResidentId(Struct, frozen=True):
    """What an 18-digit number says. The number itself is not kept."""

    born_on: date
    region_code: str


class Capacity(Struct, frozen=True):
    """Full capacity for civil conduct, as far as age decides it."""

    has_full_capacity: bool
    basis: Literal["adult", "own_income", "minor"]
    adult_on: date
    why: str
    citation: Citation
    certainty: Certainty


def parse_resident_id(number: str, on: date) -> ResidentId:
    """Checks form, birth date and check digit; raises InvalidDocumentNumber, which never repeats the
    number.
    """
    check_date(on)
    match = _SHAPE.fullmatch(number.strip().upper())
    if match is None:
        raise InvalidDocumentNumber("公民身份号码应为18位：17位数字，最后一位是数字或者X。")
    born_on = _born_on(match)
    if born_on is None:
        raise InvalidDocumentNumber("公民身份号码中的出生日期不存在，请核对。")
    if born_on > on:
        raise InvalidDocumentNumber("公民身份号码中的出生日期在将来，请核对。")
    if not has_valid_check_digit(match[0]):
        raise InvalidDocumentNumber("公民身份号码的校验位不对，请核对有没有写错。")
    return ResidentId(born_on, match["region"])


def normal_name(name: str) -> str:
    """A name in one spelling: half width, one kind of middle dot, single spaces and none between ideographs."""
    spaced = " ".join(unicodedata.normalize("NFKC", name).translate(_DOTS).split())
    return _SPREAD.sub("", spaced).replace(" ·", "·").replace("· ", "·")


def normal_number(number: str) -> str:
    """The number of a document in one spelling: half width, trimmed, capitals."""
    return (number if number.isascii() else unicodedata.normalize("NFKC", number)).strip().upper()


def is_same_name(one: str, other: str) -> bool:
    """Whether two names differ at most in width, middle dot, spaces and small letters: the way to compare names of people."""
    return normal_name(one).casefold() == normal_name(other).casefold()


def is_name(name: str) -> bool:
    """Whether a name in its normal spelling can stand on a document: letters of any script and what stands between them, and no
    digits, emoji or other signs.
    """
    return _NAME.fullmatch(name) is not None


def looks_like_resident_id(text: str) -> bool:
    """Whether 18 characters could be somebody's number: a date that exists and the right check digit."""
    match = _SHAPE.fullmatch(text.upper())
    return match is not None and _born_on(match) is not None and has_valid_check_digit(match[0])


def _born_on(match: re.Match[str]) -> date | None:
    try:
        return date.fromisoformat(match["born"])
    except ValueError:
        return None


def has_valid_check_digit(number: str) -> bool:
    """ISO 7064 MOD 11-2 over the 18 places, as GB 11643 prescribes; expects digits and a last digit or X in
    capitals.
    """
    total = sum(map(mul, number[:-1].encode(), _WEIGHTS)) - _OF_ZEROS
    return number[-1] == _CHECK_DIGITS[(1 - total) % _MODULUS]


def capacity(born_on: date, on: date, own_income: bool = False) -> Capacity:
    """Adult from the 18th birthday; from the 16th with own labour income as the main means, as stated at a
    window. A day before the civil code is judged by its ages, which the law before it had as well.
    """
    check_date(born_on)
    check_date(on)
    known_on = max(on, library().rules["capacity.adult"][NATIONAL][0].since)
    adult = in_force("capacity.adult", NATIONAL, known_on)
    younger = in_force("capacity.own_income", NATIONAL, known_on)
    adult_on, _ = end_of(adult, born_on)
    younger_on, _ = end_of(younger, born_on)
    if on >= adult_on:
        return Capacity(True, "adult", adult_on, f"年满{adult.value}周岁，是成年人。", adult.citation, adult.certainty)
    if own_income and on >= younger_on:
        why = f"年满{younger.value}周岁，以自己的劳动收入为主要生活来源，视为完全民事行为能力人。"
        return Capacity(True, "own_income", adult_on, why, younger.citation, younger.certainty)
    why = f"未满{adult.value}周岁，到{chinese_date(adult_on)}成年。"
    return Capacity(False, "minor", adult_on, why, adult.citation, adult.certainty)


def document_kinds() -> tuple[IdentityDocument, ...]:
    """The kinds of document a resident may be known by (Yunnan 11: the citizen's number, else another valid
    document).
    """
    return tuple(one for one in library().identity_documents.values() if one.holder == "person")


def is_organisation(kind: str) -> bool:
    """Whether what is known by this kind of document is a legal person or an organisation without legal personality."""
    document = library().identity_documents.get(kind)
    return document is not None and document.holder == "organisation"


def check_document_number(kind: str, number: str, on: date) -> str:
    """The number as it is to be stored (`normal_number`). Raises UnknownDocumentKind or
    InvalidDocumentNumber.
    """
    return identified(kind, number, on)[0]


def identified(kind: str, number: str, on: date) -> tuple[str, date | None]:
    """The same, and the birth date that the number states."""
    document = library().identity_documents.get(kind)
    if document is None:
        known = ", ".join(library().identity_documents)
        raise UnknownDocumentKind(f"unknown kind of document {kind!r}; known: {known}")
    written = normal_number(number)
    born_on = parse_resident_id(written, on).born_on if document.checks == "gb11643" else None
    if not _pattern(document.pattern).fullmatch(written):
        raise InvalidDocumentNumber(f"{document.title}的号码格式不对：{document.hint}")
    if document.checks == "gb32100":
        _check_code(written)
    return written, born_on


def _check_code(code: str) -> None:
    """GB 32100: the last place makes the weighted sum a multiple of 31. A 个体工商户 is a natural person (civil code 54)."""
    total = sum(map(mul, map(_CODE_DIGITS.index, code[:-1]), _CODE_WEIGHTS))
    if code[-1] != _CODE_DIGITS[-total % len(_CODE_DIGITS)]:
        raise InvalidDocumentNumber("统一社会信用代码的校验位不对，请核对有没有写错。")
    if code.startswith(_SOLE_TRADER):
        raise InvalidDocumentNumber("这是个体工商户的代码。个体工商户按自然人办理，请用经营者本人的证件。")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
