"""A cache of computed values that is emptied when the known years of working days change."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
_kept: list[Any] = []


def remembered(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As `lru_cache`, for whatever rests on the working days: it is forgotten when a year of them is taken in."""

    def decorate(reckon: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize=most)(reckon)
        _kept.append(kept)
        return cast(Callable[P, R], kept)

    return decorate


def forget() -> None:
    for kept in _kept:
        kept.cache_clear()
