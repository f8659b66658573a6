"""The quotation of an article: the whole text if it is short, otherwise the paragraph that was asked about."""

import re
from datetime import date
from operator import add

from bot.reading import Reader
from bot.replies import Quoted
from knowledge.articles import Article

TIME_ASKED = frozenset({"#how_long", "#how_years"})
TIME = re.compile("工作日|[0-9一二三四五六七八九十]年")
TIME_TOLD = 8  # added to the score of a paragraph that names a time, when the question asks for a time
WHOLE = 160  # characters up to which an article is quoted whole; of a longer one only the best paragraph


class Passages:
    """What can be quoted of one article: the whole, or its paragraphs with their items."""

    def __init__(self, article: Article, since: date | None, reader: Reader) -> None:
        self.article = article
        self.label = article.label
        texts = ["\n".join((part.text, *part.items)) for part in article.paragraphs]
        whole = "\n".join(texts)
        self.is_whole = len(texts) == 1 or len(whole) <= WHOLE
        self._features = () if self.is_whole else tuple(reader.features(text)[0] for text in texts)
        self._concepts = tuple(frozenset(name for name in own if name[0] == "#") for own in self._features)
        self._tells_time = tuple(TIME_TOLD * bool(TIME.search(text)) for text in texts)
        self._quoted = tuple(
            Quoted(
                article.label,
                article.id,
                article.regulation,
                article.number,
                text,
                since,
                article.missing is not None,
            )
            for text in ([whole] if self.is_whole else texts)
        )

    def shares(self, features: frozenset[str]) -> tuple[int, ...]:
        """What each paragraph has in common with some features."""
        return tuple(  # a common concept counts as much as three neighbouring characters
            [
                len(own & features) + 2 * len(concepts & features)
                for own, concepts in zip(self._features, self._concepts, strict=True)
            ]
        )

    def nearest(self, features: frozenset[str], already: tuple[int, ...] = (), *, asks_time: bool = False) -> Quoted:
        """The paragraph that shares most with the question; the whole article when it is short. `already` is what
        each shares with what is asked besides `features`, which `asks_time` where that asks for a time.
        """
        if self.is_whole:
            return self._quoted[0]
        shared = self.shares(features)
        if already:
            shared = tuple(map(add, shared, already))
        if asks_time or not TIME_ASKED.isdisjoint(features):
            shared = tuple(map(add, shared, self._tells_time))
        return self._quoted[shared.index(max(shared))]
