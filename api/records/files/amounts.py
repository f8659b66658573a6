"""Reads amounts of money, in whichever unit and notation a cell or a decision names them. Raises Misread, as `values.py` does."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from api.records.files.values import SCIENTIFIC, Misread, narrow

_UNIT = re.compile(
    r"(?P<sign>[¥￥$]|人民币|RMB|CNY)?(?P<number>[+-]?[\d,.]+)(?:\(?(?P<unit>亿元?|千万元?|百万元?|万元?|[百佰千仟]元|元|圆|块)\)?)?整?",
    re.ASCII,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+", re.ASCII)
_SCALES = {
    "元": 1,
    "圆": 1,
    "块": 1,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
_DIGITS = {
    one: number
    for number, names in enumerate(
        ("零〇○", "一壹弌", "二贰貳两兩", "三叁參弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for one in names
}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_IN_TEXT = re.compile(r"([\d,]+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+)(万|亿)?元")
_TEN_THOUSAND = Decimal(10_000)
_ASK_FROM = Decimal(50)
_ASK_FROM_WITHOUT_UNIT = Decimal(10)
_MOST = Decimal(100_000_000)
_WORD_LIMIT = 40


@lru_cache(maxsize=16_384)
def amount(column: str, written: str, unit: str | None, said: str = "") -> str:
    """Ten thousands of yuan, as plain digits.

    The unit is the one in the cell, or else the column's (`万元`, `元`; None for a layout's column without one). If the number is
    implausible in that unit the sender is asked. `said` is the text of the decision: a number that it states in one unit is not
    read in the other.
    """
    text = narrow(written).strip("。;；,，")
    if len(text) > _WORD_LIMIT or SCIENTIFIC.fullmatch(text):
        raise _no_amount(column)
    found = _UNIT.fullmatch(text)
    if found is None:
        in_words = _in_words(text)
        if in_words is None:
            raise _no_amount(column)
        return _shown(in_words / _TEN_THOUSAND)
    digits = found["number"]
    if not _GROUPED.fullmatch(digits):
        raise _no_amount(column)
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        raise _no_amount(column) from None
    if found["unit"]:
        return _kept(column, value * _SCALES[found["unit"].removesuffix("元") or "元"] / _TEN_THOUSAND)
    if found["sign"] and value >= _ASK_FROM:  # ￥5,000.00: a sign of yuan before what can only be yuan
        return _kept(column, value / _TEN_THOUSAND)
    return _kept(column, _bare(column, value, unit, said, is_signed=bool(found["sign"])))


def _bare(column: str, value: Decimal, unit: str | None, said: str, *, is_signed: bool) -> Decimal:
    """`is_signed`: ￥ stands before it, which speaks for yuan where the column speaks for ten thousands."""
    if value == 0:
        return value
    mentioned = amounts_in(said)
    as_yuan, as_ten_thousands = value in mentioned, value * _TEN_THOUSAND in mentioned
    if unit == "元":
        if as_ten_thousands and not as_yuan:
            raise _asked(column, "元", value, "万元")
        if value < 1 and not as_yuan:
            raise _asked(column, "元", value, "万元")
        return value / _TEN_THOUSAND
    if is_signed and as_yuan:
        return value / _TEN_THOUSAND
    limit = 0 if is_signed else _ASK_FROM if unit else _ASK_FROM_WITHOUT_UNIT
    if not as_ten_thousands and (as_yuan or value >= limit):
        raise _asked(column, "万元", value, "元")
    return value


def _asked(column: str, unit: str, value: Decimal, other: str) -> Misread:
    reason = f"这一列以{unit}为单位，这个数照{unit}算不合常理，像是{other}。"
    cure = f"请写明单位：是{other}就写“{_shown(value)}{other}”，真是{unit}就写“{_shown(value)}{unit}”。"
    return Misread(column, reason, "amount-unit-unclear", cure)


def _kept(column: str, value: Decimal) -> str:
    if value < 0 or value > _MOST:
        raise _no_amount(column)
    return _shown(value)


def _shown(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _no_amount(column: str) -> Misread:
    return Misread(
        column, "不是金额，请以万元为单位填写数字。", "bad-amount", "写成数字，如 0.2；也可以写明单位，如 2000元。"
    )


def _in_words(text: str) -> Decimal | None:
    """An amount in Chinese numerals such as 伍仟元整 or 二万三千元; None for anything else, such as 5万3千元."""
    body = text.removeprefix("人民币").removesuffix("整").removesuffix("正")
    whole, mark, rest = body.partition("元") if "元" in body else body.partition("圆")
    if not mark or not whole:
        return None
    value = _whole(whole)
    if value is None:
        return None
    cents = Decimal(0)
    for place, scale in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
        digit, found, after = rest.partition(place)
        if found:
            if (tenth := _DIGITS.get(digit.lstrip("零〇") or "零")) is None:
                return None
            cents += tenth * scale
            rest = after
    return None if rest else value + cents


def _whole(text: str) -> Decimal | None:
    total = section = digit = 0
    for one in text:
        if one in _DIGITS:
            digit = _DIGITS[one]
        elif one in _PLACES:
            section += (digit or 1) * _PLACES[one]
            digit = 0
        elif one in "万萬亿億":
            total = (total + section + digit) * (10_000 if one in "万萬" else 100_000_000)
            section = digit = 0
        else:
            return None
    return Decimal(total + section + digit)


@lru_cache(maxsize=4096)
def amounts_in(text: str) -> frozenset[Decimal]:
    """Every amount that a sentence names, in yuan."""
    found = set()
    for digits, scale in _IN_TEXT.findall(text[:2000]):
        if digits[0].isdigit() or digits[0] == ",":
            try:
                value = Decimal(digits.replace(",", "") or "0")
            except InvalidOperation:
                continue
        else:
            words = _whole(digits)
            if words is None:
                continue
            value = words
        found.add(value * (_SCALES[scale] if scale else 1))
    return frozenset(found)
