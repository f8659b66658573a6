"""What looking at a password costs, whoever asks."""

import asyncio
from typing import Literal

from argon2 import PasswordHasher, extract_parameters

from api.accounts.passwords import _AT_ONCE, _WAITING, Passwords


class Counting(PasswordHasher):
    """Does the dear work at a low price, and notes at which."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=1024, parallelism=1)
        self.hashed = 0
        self.compared: list[str] = []

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashed += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - its name there
        self.compared.append(str(hash))
        return super().verify(hash, password)


async def test_of_unknown_names_all_who_find_a_place_are_looked_at_once_each_and_as_dearly_as_a_known_one() -> None:
    """The first of a flood are asked before anything is prepared: work done twice for each would fill the places with itself."""
    passwords, hasher = Passwords(), Counting()
    passwords._hasher = hasher
    known = await passwords.hash("seven quiet lanterns")
    places = _AT_ONCE + _WAITING
    answers = await asyncio.gather(*(passwords.match(None, "seven quiet lanterns") for _ in range(places)))
    assert answers == [False] * places
    assert hasher.hashed == 1 and len(hasher.compared) == places
    assert {str(extract_parameters(one)) for one in hasher.compared} == {str(extract_parameters(known))}
    assert await passwords.match(known, "seven quiet lanterns")
