"""The rules for the values of a subscription message, checked before it leaves, so that WeChat never answers 47003."""

import re
from collections.abc import Mapping

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
