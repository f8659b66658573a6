"""A provider's values in a resident's words: whole yuan, dates in Chinese, no end date where there is none. Pure."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from api.infra.privacy import mask_number
from api.records.models import Particulars
from knowledge.clocks import chinese_date
from knowledge.identity import normal_number

_TEN_THOUSAND = re.compile(r"[（(]万元[）)]")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_LONGEST_DAY = len("2024-03-05")
_FOR_EVER = 2099  # the national layout requires a last day even if there is none


def masked_items(particulars: Particulars) -> dict[str, str]:
    """The labelled items in order, as they were reported. The person's own number is masked, in whatever spelling."""
    number = particulars.document_number
    return {
        label: mask_number(said) if number and _is_number(said, number) else said
        for label, said in particulars.items.items()
    }


def _is_number(said: str, number: str) -> bool:
    return said == number or (len(said.strip()) == len(number) and normal_number(said) == number)


def plain_items(particulars: Particulars) -> dict[str, str]:
    """The same in a resident's words."""
    plain = {}
    for label, said in masked_items(particulars).items():
        if "万" in label and _TEN_THOUSAND.search(label) and (amount := _yuan(said)) is not None:
            plain[_TEN_THOUSAND.sub("", label)] = amount
        else:
            plain[label] = _day(said)
    return plain


def _yuan(said: str) -> str | None:
    try:
        amount = Decimal(said.strip()) * 10_000
    except InvalidOperation:
        return None
    if not amount.is_finite():
        return None
    return f"{amount.normalize():,f}元"


def _day(said: str) -> str:
    text = said.strip()
    if len(text) > _LONGEST_DAY or not text[:1].isdigit() or not (found := _DAY.fullmatch(text)):
        return said
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return said
    return "长期" if day.year >= _FOR_EVER else chinese_date(day)
