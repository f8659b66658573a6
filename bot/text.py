"""Normalises what people type to plain simplified Chinese: width, case, traditional characters, control characters.

Masks numbers that could identify someone.
"""

import re
import unicodedata
from collections.abc import Sequence
from operator import add

from bot import packaged

LONGEST = 500  # characters that are read of a message; the rest is ignored
IDENTITY = re.compile(
    r"(?<![0-9a-z])(?:\d{17}[\dx]|\d{15}|1[3-9]\d{9}|[0-9a-hj-npqrtuwxy]{18}|\d{16,19})(?![0-9a-z])",
    re.IGNORECASE,
)
DIGIT = re.compile("[0-9]")
NOISE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe0f]+")
GAPS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
WORDS = re.compile(r"[0-9a-z\u4e00-\u9fff]+")  # runs between gaps
WIDE = tuple(zip("，？！：；（）", ",?!:;()", strict=True))  # a text with none but these takes a twentieth of the time
SIMPLE = re.compile("[ -@\\[-~\u4e00-\u9fff、。]*")  # of which Unicode makes nothing else
MASK = "证件号"


def mask(text: str) -> str:
    """Identity, telephone, card and company numbers replaced; for anything that is to be kept or shown."""
    return IDENTITY.sub(MASK, NOISE.sub("", text))


def pairs(text: Sequence[str]) -> list[str]:
    """All pairs of neighbouring characters."""
    return [*map(add, text, text[1:])]


class Plain:
    """Turns a message into simplified lower-case text without identifying numbers."""

    def __init__(self) -> None:
        both = packaged.text("traditional.txt").split()
        self._simple = {ord(one[0]): one[1] for one in both}
        self._traditional = re.compile("[" + "".join([one[0] for one in both]) + "]")

    def __call__(self, message: str) -> str:
        """At most LONGEST characters are looked at, so the time is bounded whatever was sent."""
        text = self.all(message[:LONGEST])[:LONGEST]
        return IDENTITY.sub(MASK, text) if DIGIT.search(text) else text

    def all(self, text: str) -> str:
        """A text of any length in plain characters, nothing masked; for documents that are searched."""
        if not text.isascii():
            for wide, narrow in WIDE:
                text = text.replace(wide, narrow)
            if SIMPLE.fullmatch(text) and not self._traditional.search(text):
                return text
            text = unicodedata.normalize("NFKC", text)
            if self._traditional.search(text):  # most texts have none, and translating costs ten times as much
                text = text.translate(self._simple)
        return NOISE.sub("", text.lower())
