"""Questions in English: keywords lead to a short English sentence, and to the point whose Chinese answer and articles are shown with it."""

import re

from msgspec import Struct

from bot import packaged
from bot.points import Points

LATIN = re.compile(r"[a-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FEWEST = 2  # words that a question has at least


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """`say` is English, with rules as templates; without a `point` and `refer` it is small talk."""

    words: str
    say: str
    point: str | None = None
    refer: str | None = None


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What a follow-up asks of the matter at hand; `within` says it in full for an area."""

    words: str
    say: str
    within: dict[str, str] = {}


class English:
    """Answers by the first row whose words are in the message."""

    def __init__(self) -> None:
        data = packaged.toml("english.toml")
        rows = packaged.table(data["row"], Row, "english.toml")
        self._asked = [
            (aspect, asked, [tuple(alternative.split("+")) for alternative in asked.words.split()])
            for aspect, asked in zip(
                data["asked"], packaged.table([*data["asked"].values()], Asked, "english.toml"), strict=True
            )
        ]
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
        """None where no row fits."""
        for row, alternatives in self.rows:
            if self._says(text, alternatives):
                return row
        return None

    def goes_on(self, text: str, topic: str | None, points: Points) -> Row | None:
        """For a follow-up, such as "is it free?" after an objection: a row for the aspect, with the Chinese point of
        the last topic.
        """
        for aspect, asked, words in self._asked:
            point = points.cell(topic, aspect) if topic and self._says(text, words) else None
            if point is not None:
                return Row("", asked.within.get(points.area(point.id, topic) or "", asked.say), point.id)
        return None

    @staticmethod
    def _says(text: str, alternatives: list[tuple[str, ...]]) -> bool:
        return any(all(re.search(rf"\b{re.escape(part)}", text) for part in parts) for parts in alternatives)

    def speaks(self, text: str) -> bool:
        """Whether the message is English: everyday English words and no Chinese."""
        if CHINESE.search(text):
            return False
        words = LATIN.findall(text)
        return bool(self._known.intersection(words)) and (len(words) >= FEWEST or "hello" in words)
