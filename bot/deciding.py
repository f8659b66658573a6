"""Answer, direct, ask back, small talk or decline."""

import re
from collections.abc import Sequence

from msgspec import Struct

from bot import lookups, packaged
from bot.ranking import Ranker
from bot.reading import Reader, Reading
from bot.replies import Dialogue, Kind
from bot.topics import Topic

LAST_ARTICLE = {"yunnan": 65, "dalian": 62}
WEAK = 0.16  # below this no topic is near
CLOSE = 0.04  # two topics this near are both shown
SHOWN = 6


class Denial(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that the regulations do not answer, unless others stand beside them."""

    refer: str
    words: tuple[str, ...]
    unless: tuple[str, ...]


class Decision(Struct, frozen=True):
    """What is to be said, before it is put into words."""

    kind: Kind
    answered: bool
    topic: Topic | None = None
    articles: tuple[str, ...] = ()
    place: str | None = None
    refer: str | None = None
    options: tuple[Topic, ...] = ()
    dialogue: Dialogue = Dialogue()


class Decider:
    """Reads a message and settles what kind of answer it gets."""

    def __init__(self, topics: Sequence[Topic], reader: Reader, ranker: Ranker) -> None:
        self.topics = topics
        self.reader = reader
        self.ranker = ranker
        rows = packaged.table(packaged.toml("denials.toml")["denial"], Denial, "denials.toml")
        self._denials = rows
        words = sorted({word for row in rows for word in row.words}, key=len, reverse=True)
        self._denied = re.compile("|".join(map(re.escape, words)))

    def decide(self, message: str, home: str | None, dialogue: Dialogue) -> Decision:
        reading = self.reader.read(message)
        place = reading.place or dialogue.place or home
        refer = self._refer(reading)
        if refer:
            return Decision("out_of_scope", False, refer=refer, place=place)
        numbered = self._by_number(reading, place)
        if numbered:
            return numbered
        scores = self.ranker.scores(reading.features)
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:12]
        best = self.topics[order[0]]
        if scores[order[0]] < WEAK:
            return Decision("out_of_scope", False, refer="unknown", place=place)
        if best.sort == "smalltalk":
            return Decision("smalltalk", True, topic=best, place=place)
        if best.sort == "out_of_scope":
            return Decision("out_of_scope", False, topic=best, refer=best.refer, place=place)
        if reading.is_elsewhere and best.id != "cross-region":
            return Decision("out_of_scope", False, refer="other-place", place=place)
        if place and best.gap == place:
            return Decision("out_of_scope", False, topic=best, refer="gap", place=place)
        ranked: dict[str, None] = {}
        for index in order:
            topic = self.topics[index]
            if topic.sort in ("article", "flow") and not (place and topic.gap == place):
                ranked.update(dict.fromkeys(topic.articles(place)))
            if len(ranked) >= SHOWN:
                break
        return Decision(
            "flow" if best.sort == "flow" else "article",
            True,
            topic=best,
            articles=tuple(ranked)[:SHOWN],
            place=place,
        )

    def _refer(self, reading: Reading) -> str | None:
        found = self._denied.search(reading.text)
        if not found:
            return None
        text = reading.text
        for row in self._denials:
            if any(word in text for word in row.words) and not any(word in text for word in row.unless):
                return row.refer
        return None

    def _by_number(self, reading: Reading, place: str | None) -> Decision | None:
        asked = lookups.articles(reading.bare, reading.place is not None)
        if not asked:
            return None
        places = [place] if place else ["yunnan", "dalian"]
        found = tuple(f"{p}-{n}" for n in asked for p in places if 1 <= n <= LAST_ARTICLE[p])
        if not found:
            return Decision("out_of_scope", False, refer="no-such-article", place=place)
        return Decision("article", True, articles=found[:SHOWN], place=place)
