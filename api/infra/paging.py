"""Pages of a list by cursor: the sort key of the last item, opaque to the caller."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from api.infra.errors import Invalid
from api.infra.wire import Out

T = TypeVar("T")
V = TypeVar("V")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MOST_EXPORTED = 10_000  # of one kind of a person's data; beyond it an export says that it is not whole


Cursor = Annotated[str, msgspec.Meta(max_length=200)]
"""In a body: of a search, whose number is never in an address."""


class Page(Out, Generic[T]):
    """`next_cursor` is None on the last page."""

    items: tuple[T, ...]
    next_cursor: str | None = None

    def map(self, show: Callable[[T], V]) -> "Page[V]":
        """The same page of what `show` makes of each item."""
        return Page(tuple(map(show, self.items)), self.next_cursor)


def encode_cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The sort key, each part of its kind (str, datetime, or int of a database); None where there is no cursor.

    Raises Invalid for anything we did not issue.
    """
    if cursor is None:
        return None
    try:
        written = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of: Any = tuple
        found: tuple[Any, ...] = msgspec.json.decode(written, type=of[tuple(_BOUNDED[kind] for kind in kinds)])
    except (ValueError, msgspec.MsgspecError) as fault:
        raise Invalid("翻页位置无效，请从第一页重新打开。") from fault
    return found


_BOUNDED: Mapping[type, Any] = {
    str: Annotated[str, msgspec.Meta(max_length=120)],
    datetime: Annotated[datetime, msgspec.Meta(tz=True)],
    int: Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)],
}
