"""The keywords of a WeChat template: which value each gets, and WeChat's rules for values, checked before a message is sent.

An operator chooses templates from WeChat's library, so their keywords are what the library has. `CW_WECHAT_TEMPLATE_…` says
`ID:thing1,date2,thing3`; a keyword without more takes the next of our values that its kind can hold, `phrase3=status` names one,
and `phrase3='可以办理'` is a fixed text. All of it is checked when a process starts.
"""

import re
from collections.abc import Mapping

import msgspec

_RULES: dict[str, re.Pattern[str]] = {
    "thing": re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "number": re.compile(r"(?=.{1,32}\Z)\d+(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(
        r"(?P<one>(\d{4}年\d{1,2}月\d{1,2}日 ?)?([01]?\d|2[0-3]):[0-5]\d)(~(\d{4}年\d{1,2}月\d{1,2}日 ?)?([01]?\d|2[0-3]):[0-5]\d)?"
    ),
    "date": re.compile(
        r"\d{4}年\d{1,2}月\d{1,2}日( ([01]?\d|2[0-3]):[0-5]\d)?(~\d{4}年\d{1,2}月\d{1,2}日( ([01]?\d|2[0-3]):[0-5]\d)?)?"
    ),
    "phone_number": re.compile(r"[\d+\- ()]{1,17}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z ]{1,20}"),
    "const": re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,20}"),
    "enum": re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,20}"),
}
_KEY = re.compile(r"(?P<kind>[a-z_]+)\d{1,3}")


class BrokenKeyword(ValueError):
    """Names the key and its rule, never the value."""


def checked(values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The `data` object of a message. Raises BrokenKeyword for a value that WeChat would refuse."""
    if not values:
        raise BrokenKeyword("no keyword")
    for key, value in values.items():
        match = _KEY.fullmatch(key)
        rule = _RULES.get(match["kind"]) if match else None
        if rule is None:
            raise BrokenKeyword(f"{key}: not a kind of keyword that we send")
        if rule.fullmatch(value) is None or not value.strip():
            raise BrokenKeyword(f"{key}: the value breaks the rule of its kind")
    return {key: {"value": value} for key, value in values.items()}


FIELDS: dict[str, tuple[str, ...]] = {
    "headline": ("thing",),
    "day": ("date", "time", "thing", "character_string"),
    "hint": ("thing",),
    "status": ("phrase", "thing", "name"),
    "source": ("thing", "phrase", "name"),
}
"""Our values, in the order in which keywords without a name take them, and the kinds of keyword that can hold each.

`headline` is what happened, `day` the date, `hint` what to do, `status` a word of at most five characters, `source` the
product's name.
"""
SOURCE = "信用小窗"
STATUSES = {"date_arrived": "可以办理", "case_progress": "有新进展", "task_due": "快到期了"}
DEFAULT_KEYWORDS = "thing1,date2,thing3"


class Slot(msgspec.Struct, frozen=True):
    """One keyword of a template: it gets a value of ours, or always the same text."""

    keyword: str
    field: str | None = None
    text: str = ""


def read_slots(listed: str) -> tuple[Slot, ...]:
    """`thing1,date2=day,phrase3='可以办理'`. Raises BrokenKeyword, which says what is wrong with it."""
    parts = [part.strip() for part in (listed or DEFAULT_KEYWORDS).split(",") if part.strip()]
    slots: list[Slot] = []
    for part in parts:
        keyword, _, named = (piece.strip() for piece in part.partition("="))
        if keyword in {slot.keyword for slot in slots}:
            raise BrokenKeyword(f"{keyword} is there twice")
        slots.append(_slot(keyword, named, {slot.field for slot in slots if slot.field}))
    if not slots:
        raise BrokenKeyword("no keyword")
    return tuple(slots)


def _slot(keyword: str, named: str, taken: set[str]) -> Slot:
    match = _KEY.fullmatch(keyword)
    if match is None or match["kind"] not in _RULES:
        raise BrokenKeyword(f"{keyword}: not a kind of keyword that we send")
    kind = match["kind"]
    if len(named) > 1 and named[0] == named[-1] == "'":
        checked({keyword: named[1:-1]})
        return Slot(keyword, text=named[1:-1])
    if named:
        if kind not in FIELDS.get(named, ()):
            raise BrokenKeyword(f"{keyword}: {named} is no value of ours that fits it (there are {', '.join(FIELDS)})")
        return Slot(keyword, field=named)
    for field, kinds in FIELDS.items():
        # a `thing` is filled with a date only if that is stated
        if field not in taken and kind in kinds and (field != "day" or kind in kinds[:2]):
            return Slot(keyword, field=field)
    raise BrokenKeyword(f"{keyword}: none of our values is left for it; give it a text: {keyword}='…'")


def filled(slots: tuple[Slot, ...], values: Mapping[str, str], day: tuple[int, int, int]) -> dict[str, str]:
    """Keyword → text. `day` is year, month and day, written as each kind wants it."""
    return {slot.keyword: _text(slot, values, day) for slot in slots}


def _text(slot: Slot, values: Mapping[str, str], day: tuple[int, int, int]) -> str:
    if slot.field is None:
        return slot.text
    if slot.field != "day":
        return values[slot.field]
    year, month, number = day
    kind = slot.keyword.rstrip("0123456789")
    if kind == "character_string":
        return f"{year}-{month:02}-{number:02}"
    words = f"{year}年{month}月{number}日"
    return f"{words} 00:00" if kind == "time" else words
