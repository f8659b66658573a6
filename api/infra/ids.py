"""Public ids: sortable by time of creation, hard to guess, safe in a URL, never derived from a person."""

import re
import secrets
import time
from datetime import date
from functools import lru_cache

from api.infra.randomness import Randomness

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u
_CODE = re.compile(f"[{_ALPHABET.upper()}]{{20}}")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BETWEEN = re.compile(
    "[\\s\u200b\ufeff\u00ad_.·\u2010-\u2015\u2212\u30fc-]"
)  # spaces, visible or not, and every kind of dash
_LOOK_ALIKES = str.maketrans("OIL", "011")


_OF_BYTES = bytes(ord(_ALPHABET[byte & 31]) for byte in range(256))
_randomness = Randomness(16)


@lru_cache(maxsize=1)
def _instant(milliseconds: int) -> str:
    """48 bits of them."""
    return "".join([_ALPHABET[milliseconds >> place & 31] for place in range(45, -1, -5)])


def _drawn(randomness: bytes) -> str:
    """A character with five random bits for each byte."""
    return randomness.translate(_OF_BYTES).decode()


def new_id(prefix: str) -> str:
    """`prefix_` and 26 characters: 48 bits of milliseconds, then 80 random bits."""
    return f"{prefix}_{_instant(time.time_ns() // 1_000_000)}{_drawn(_randomness.take())}"


def id_at(prefix: str, seconds: float) -> str:
    """A bound that sorts before every id made from that Unix time on, and after every earlier one."""
    return f"{prefix}_{_instant(int(seconds * 1000))}"


def receipt_number(letters: str, on: date) -> str:
    """A receipt number, easy to read out on the telephone: kind, day, eight characters without look-alikes."""
    return f"{letters}{on:%Y%m%d}{_drawn(_randomness.take())[:8].upper()}"


def verification_code() -> str:
    """100 random bits in four groups, for the code printed on a document."""
    return _grouped(_drawn(secrets.token_bytes(20)).upper())


def read_code(typed: str) -> str | None:
    """A typed verification code in the form in which it was issued; None if it cannot be one.

    Accepts full width, lower case, spaces and any dashes, O for 0, and I or L for 1: codes contain no such letters, so each input
    means one code only.
    """
    text = _BETWEEN.sub("", typed.translate(_HALF_WIDTH))
    if not text.isascii():
        return None
    text = text.upper().translate(_LOOK_ALIKES)
    return _grouped(text) if _CODE.fullmatch(text) else None


def _grouped(text: str) -> str:
    return "-".join(text[i : i + 5] for i in range(0, 20, 5))
