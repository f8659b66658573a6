"""Questions in English: a row of words gives a short sentence, and the point whose Chinese answer and articles stand beside it."""

import re

from msgspec import Struct

from bot import packaged

LATIN = re.compile(r"[a-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FEWEST = 2  # words that make a question


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """`say` is English, with rules as templates; without a `point` and `refer` it is small talk."""

    words: str
    say: str
    point: str | None = None
    refer: str | None = None


class English:
    """Finds the first row whose words are in the message."""

    def __init__(self) -> None:
        rows = packaged.table(packaged.toml("english.toml")["row"], Row, "english.toml")
        self.rows = [(row, [tuple(alternative.split("+")) for alternative in row.words.split()]) for row in rows]
        self._known = frozenset(
            [
                "what",
                "how",
                "is",
                "are",
                "can",
                "does",
                "do",
                "will",
                "the",
                "my",
                "to",
                "of",
                "who",
                "why",
                "when",
                "where",
                "hello",
                "hi",
                "thanks",
                "i",
            ]
        )

    def row(self, text: str) -> Row | None:
        """None where nothing fits."""
        for row, alternatives in self.rows:
            if any(all(re.search(rf"\b{re.escape(part)}", text) for part in parts) for parts in alternatives):
                return row
        return None

    def speaks(self, text: str) -> bool:
        """Whether the message is English: words of everyday English and no Chinese."""
        if CHINESE.search(text):
            return False
        words = LATIN.findall(text)
        return bool(self._known.intersection(words)) and (len(words) >= FEWEST or "hello" in words)
