"""Public ids: sortable by time of creation, hard to guess, safe in a URL, never derived from a person."""

import secrets
import time
from datetime import date

from api.infra.randomness import Randomness

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u


def _digits(number: int, width: int) -> str:
    out = []
    for _ in range(width):
        number, rest = divmod(number, 32)
        out.append(_ALPHABET[rest])
    return "".join(reversed(out))


_randomness = Randomness(10)


def _number() -> int:
    """80 random bits."""
    return int.from_bytes(_randomness.take())


def new_id(prefix: str) -> str:
    """`prefix_` and 26 characters: 48 bits of milliseconds, then 80 random bits."""
    return f"{prefix}_{_digits(time.time_ns() // 1_000_000, 10)}{_digits(_number(), 16)}"


def id_at(prefix: str, seconds: float) -> str:
    """Sorts before every id made from that Unix time on, and after every earlier one."""
    return f"{prefix}_{_digits(int(seconds * 1000), 10)}"


def receipt_number(letters: str, on: date) -> str:
    """What a resident reads out on the telephone: kind, day, eight characters without look-alikes."""
    return f"{letters}{on:%Y%m%d}{_digits(_number() >> 40, 8).upper()}"


def verification_code() -> str:
    """100 random bits in four groups, for the code printed on a document."""
    text = _digits(secrets.randbits(100), 20).upper()
    return "-".join(text[i : i + 5] for i in range(0, 20, 5))
