"""The kernel's randomness: single numbers, and bytes in bulk, because every read releases the interpreter lock and waits for it."""

import os
import secrets

CHANCE = secrets.SystemRandom()
"""For pauses and starting points that keep processes out of each other's way."""
_AT_A_TIME = 256


class Randomness:
    """Pieces of `size` bytes, each given once, to any thread."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: list[bytes] = []
        os.register_at_fork(after_in_child=self._waiting.clear)  # no two processes give the same

    def take(self) -> bytes:
        while True:
            try:
                return self._waiting.pop()
            except IndexError:
                drawn = secrets.token_bytes(self._size * _AT_A_TIME)
                self._waiting += (drawn[at : at + self._size] for at in range(0, len(drawn), self._size))
