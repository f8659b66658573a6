"""The quotation of an article: the whole text if it is short, otherwise the paragraph that was asked about."""

import re
from collections import defaultdict
from datetime import date

from bot.aspects import NONE
from bot.reading import Reader
from bot.replies import Quoted
from knowledge.articles import Article

TIME_ASKED = frozenset({"#how_long", "#how_years"})
TIME = re.compile("工作日|[0-9一二三四五六七八九十]年")
TIME_TOLD = 8  # added to the score of a paragraph that names a time, when the question asks for a time
CONCEPT = 3  # a common concept counts as much as so many neighbouring characters
LANE = 16  # bits of the number in which each paragraph counts what it shares
LARGEST = (1 << LANE) - 1
WHOLE = 160  # characters up to which an article is quoted whole; of a longer one only the best paragraph


class Passages:
    """What can be quoted of one article: the whole, or its paragraphs with their items."""

    def __init__(self, article: Article, since: date | None, reader: Reader) -> None:
        self.article = article
        self.label = article.label
        texts = ["\n".join((part.text, *part.items)) for part in article.paragraphs]
        whole = "\n".join(texts)
        self.is_whole = len(texts) == 1 or len(whole) <= WHOLE
        self._lanes = range(0, LANE * len(texts), LANE)
        self._adds = defaultdict[str, int](int)  # what a feature adds to the shares of the paragraphs that have it
        for lane, text in () if self.is_whole else zip(self._lanes, texts, strict=True):
            for feature in reader.features(text)[0]:
                self._adds[feature] += (CONCEPT if feature[0] == "#" else 1) << lane
        self._known = frozenset(self._adds)
        self._tells_time = sum(
            [bool(TIME.search(text)) * TIME_TOLD << lane for lane, text in zip(self._lanes, texts, strict=True)]
        )
        self.whole, *parts = [
            Quoted(
                article.label,
                article.id,
                article.regulation,
                article.number,
                text,
                since,
                article.missing is not None,
            )
            for text in (whole, *texts)
        ]
        self._quoted = [self.whole] if self.is_whole else parts

    def shares(self, features: frozenset[str], but: frozenset[str] = NONE) -> int:
        """What each paragraph has in common with some features, without others, one beside the other in one number."""
        return sum(map(self._adds.__getitem__, (features & self._known) - but))

    def nearest(
        self, features: frozenset[str], already: int = 0, told: frozenset[str] = NONE, *, asks_time: bool = False
    ) -> Quoted:
        """The paragraph that shares most with the question; the whole article when it is short. `already` is what
        each shares with what is asked besides, `told`, which `asks_time` where that asks for a time.
        """
        if self.is_whole:
            return self._quoted[0]
        shares = already + self.shares(features, told)
        if asks_time or not TIME_ASKED.isdisjoint(features):
            shares += self._tells_time
        shared = [shares >> lane & LARGEST for lane in self._lanes]
        return self._quoted[shared.index(max(shared))]
