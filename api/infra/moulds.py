"""Documents that are alike but for some texts, as BSON: what they have in common is encoded once.

Of what a file leaves, most fields are the same in very many documents. To make a dictionary of each value, and BSON of each dictionary,
takes two to four times as long.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import bson
from bson.raw_bson import RawBSONDocument

T = TypeVar("T")
_MOST = 512
_BINARY, _END, _GENERIC = b"\x05", b"\0", b"\0"


class Moulds(Generic[T]):
    """Of one collection. `encode` makes the document of a value with other texts in the place of its own. The fields with the texts come
    first in it, in the order of the texts; it is asked where no value before was like this one."""

    def __init__(self, encode: Callable[[T, Sequence[str]], Mapping[str, Any]]) -> None:
        self._encode = encode
        self._moulds: dict[tuple[Hashable, ...], tuple[bytes, bytes]] = {}

    def cast(
        self, value: T, like: Hashable, texts: Sequence[str], sealed: Sequence[tuple[bytes, bytes]] = ()
    ) -> Mapping[str, Any]:
        """`like` is everything of the value but `texts`, and but the `sealed`, further fields by their names."""
        written = [text.encode() for text in texts]
        key = (like, *map(len, written))
        mould = self._moulds.get(key)
        if mould is None:
            mould = self._make(key, value, written)
        body = mould[0] % (*written,) + mould[1]
        for name, data in sealed:
            body = b"".join((body, _BINARY, name, _END, len(data).to_bytes(4, "little"), _GENERIC, data))
        return RawBSONDocument(b"".join(((len(body) + 5).to_bytes(4, "little"), body, _END)))

    def _make(self, key: tuple[Hashable, ...], value: T, written: Sequence[bytes]) -> tuple[bytes, bytes]:
        """What stands before the end of the last text, with places for the texts, and what stands after it."""
        blanks = [chr(number) * len(text) for number, text in enumerate(written, 1)]
        rest, before = bson.encode(self._encode(value, blanks))[4:-1], []
        for blank in blanks:
            text = blank.encode() + _END
            length = len(text).to_bytes(4, "little")
            part, _, rest = rest.partition(length + text)
            rest = _END + rest
            before.append((part + length).replace(b"%", b"%%"))
        if len(self._moulds) >= _MOST:
            self._moulds.clear()
        made = self._moulds[key] = b"%b".join((*before, b"")), rest
        return made
