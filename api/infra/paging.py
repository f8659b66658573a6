"""Lists page by cursor: the sort key of the last item, opaque to the caller."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from api.infra.errors import Invalid

T = TypeVar("T")
V = TypeVar("V")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class Page(msgspec.Struct, Generic[T], frozen=True, rename="camel"):
    """`next_cursor` is None on the last page."""

    items: tuple[T, ...]
    next_cursor: str | None = None

    def map(self, show: Callable[[T], V]) -> "Page[V]":
        """The same page of what `show` makes of each item."""
        return Page(tuple(map(show, self.items)), self.next_cursor)


def encode_cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, width: int) -> list[Any] | None:
    """The sort key; None where there is no cursor. Raises Invalid for anything we did not issue."""
    if cursor is None:
        return None
    try:
        key = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (msgspec.DecodeError, binascii.Error, ValueError) as fault:
        raise Invalid("翻页位置无效，请从第一页重新打开。") from fault
    if not isinstance(key, list) or len(key) != width or not all(type(part) in (str, int) for part in key):
        raise Invalid("翻页位置无效，请从第一页重新打开。")
    return key
