"""A search engine for any corpus of Chinese text. Knows nothing of the regulations.

Every document is indexed by its characters, neighbouring pairs of characters and words. What a term adds to
a document's score (BM25) is worked out once, when the index is built, so that a query only adds numbers up.
On a large corpus, terms that stand in many documents are looked up only for the documents that rarer terms
found.
"""

import heapq
import math
import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise

from bot.segmenting import Segmenter
from bot.text import GAPS, Plain

SATURATION = 1.0  # BM25 k1
LENGTH = 0.5  # BM25 b
PAIRS, SINGLES, WORDS = 1.0, 1.0, 0.3  # weight of each kind of term
COMMON = 0.1  # share of the documents above which a term is common
SMALL = 4000  # up to so many documents every term is added up for every document
CANDIDATES = 600  # documents kept for the common terms of a large corpus
ASKING = frozenset("吗呢吧啊呀嘛么的了我你他她它您咱俺哪谁啥咋怎几多会能可以要想有没是不请问什这那个给帮把被就都还和跟")
ASKED = 0.5  # weight of a character that shapes a question more than it names its matter
REPEAT = 0.7  # a term said twice counts for less than two terms
DIGITS = re.compile(r"^[0-9a-z]+$")


class Index:
    """Documents by name. `add` them, then `close`, then `search`."""

    def __init__(self, segmenter: Segmenter | None = None) -> None:
        self._plain = Plain()
        self._segmenter = segmenter or Segmenter(())
        self.names: list[str] = []
        self._lengths: tuple[list[int], list[int], list[int]] = ([], [], [])
        self._counts: defaultdict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("L"), array("f")))

    def add(self, name: str, text: str) -> None:
        """The name is searched too: a title says more than a sentence."""
        number = len(self.names)
        self.names.append(name)
        for kind, terms in enumerate(self._terms(f"{name} {text}", whole=True)):
            self._lengths[kind].append(sum(terms.values()))
            for term, count in terms.items():
                documents, counts = self._counts[term]
                documents.append(number)
                counts.append(count)

    def close(self) -> None:
        """Turns counts into scores. Nothing can be added afterwards."""
        total = len(self.names)
        weights = (PAIRS, SINGLES, WORDS)
        norms = []
        for lengths in self._lengths:
            mean = sum(lengths) / max(total, 1) or 1.0
            norms.append([SATURATION * (1 - LENGTH + LENGTH * length / mean) for length in lengths])
        for term, (documents, scores) in self._counts.items():
            kind = _kind(term)
            rarity = math.log(1 + (total - len(documents) + 0.5) / (len(documents) + 0.5)) * weights[kind]
            norm = norms[kind]
            for position, document in enumerate(documents):
                count = scores[position]
                scores[position] = rarity * count * (SATURATION + 1) / (count + norm[document])

    def search(self, text: str, k: int) -> list[tuple[str, float]]:
        """The k best documents, best first; of two equal ones the one added first."""
        terms = [
            (found, _weight(term, count))
            for kind in self._terms(text, whole=False)
            for term, count in kind.items()
            if (found := self._counts.get(term)) is not None
        ]
        total = len(self.names)
        limit = total if total <= SMALL else max(int(total * COMMON), 1)
        scores: dict[int, float] = {}
        common = []
        for found, count in terms:
            documents, values = found
            if len(documents) > limit:
                common.append((documents, values, count))
                continue
            for document, value in zip(documents, values, strict=True):
                scores[document] = scores.get(document, 0.0) + value * count
        if common and scores:
            kept = heapq.nlargest(CANDIDATES, scores, key=scores.__getitem__)
            scores = {document: scores[document] for document in kept}
            for documents, values, weight in common:
                _add_common(scores, documents, values, weight)
        elif common:
            for documents, values, weight in common:
                for document, value in zip(documents, values, strict=True):
                    scores[document] = scores.get(document, 0.0) + value * weight
        best = heapq.nsmallest(k, scores, key=lambda document: (-scores[document], document))
        return [(self.names[document], scores[document]) for document in best]

    def _terms(self, text: str, *, whole: bool) -> tuple[Counter[str], Counter[str], Counter[str]]:
        pairs: Counter[str] = Counter()
        singles: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for piece in GAPS.sub(" ", self._plain.all(text) if whole else self._plain(text)).split():
            if DIGITS.match(piece):
                words["=" + piece] += 1
                continue
            singles.update(piece)
            pairs.update(map("".join, pairwise(piece)))
            words.update("=" + word for word in self._segmenter.cut(piece) if len(word) > 1)
        return pairs, singles, words


def _kind(term: str) -> int:
    if term[0] == "=" and len(term) > 1:
        return 2
    return 0 if len(term) == 2 else 1


def _weight(term: str, count: int) -> float:
    weight = math.pow(count, REPEAT)
    return weight * ASKED if ASKING.issuperset(term.removeprefix("=")) else weight


def _add_common(scores: dict[int, float], documents: "array[int]", values: "array[float]", weight: float) -> None:
    for document in scores:
        position = bisect_left(documents, document)
        if position < len(documents) and documents[position] == document:
            scores[document] += values[position] * weight


def build(documents: Iterable[tuple[str, str]], progress: Callable[[int], None] | None = None) -> Index:
    """An index of (name, text) pairs; `progress` is told how many are in after each."""
    index = Index()
    for number, (name, text) in enumerate(documents, start=1):
        index.add(name, text)
        if progress:
            progress(number)
    index.close()
    return index
