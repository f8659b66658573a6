"""A search engine for any corpus of Chinese text. Knows nothing of the regulations.

Every document is indexed by its characters and neighbouring pairs of characters. What a term adds to a document's
score (BM25 with the numbers of the textbook) is worked out once, when the index is built, so that a query only adds numbers up:
for a small corpus rows of one table, for a large one lists of the documents that a term stands in. Both give the same hits.
"""

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.text import GAPS, Plain

SATURATION = 1.5  # BM25 k1
LENGTH = 0.75  # BM25 b
TABLE = 8_000_000  # terms times documents up to which every number stands in one table, 32 MB
SORTED = 1000  # up to so many documents all are put in order; among more, the best are picked first
COMMON = 8  # a term in more than one of so many documents of a large corpus has a number for each
ASKING = frozenset("吗呢吧啊呀嘛么的了我你他她它您咱俺哪谁啥咋怎几多会能可以要想有没是不请问什这那个给帮把被就都还和跟")
ASKED = 0.5  # weight of a character that shapes a question more than it names its matter
REPEAT = 0.85  # power of the count: a term said twice counts for less than two terms
DIGITS = re.compile(r"^[0-9a-z]+$")


Numbers = NDArray[np.float32]


class Index:
    """Documents by name. `add` them, then `close`, then `search`."""

    def __init__(self) -> None:
        self._plain = Plain()
        self.names: list[str] = []
        self._lengths: list[int] = []
        self._counts: defaultdict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("I"), array("f")))
        self._numbers: dict[str, int] = {}
        self._table: Numbers | None = None
        self._lists: list[tuple[NDArray[np.uint32] | None, Numbers]] = []

    def add(self, name: str, text: str) -> None:
        """The name is searched too: a title says more than a sentence."""
        number = len(self.names)
        self.names.append(name)
        terms = _terms(self._plain.all(f"{name} {text}"))
        self._lengths.append(len(terms))
        for term, count in Counter(terms).items():
            documents, counts = self._counts[term]
            documents.append(number)
            counts.append(count)

    def close(self) -> None:
        """Turns counts into scores. Nothing can be added afterwards."""
        total = len(self.names)
        lengths = np.array(self._lengths, np.float64)
        norms = SATURATION * (1 - LENGTH + LENGTH * lengths / max(sum(self._lengths) / max(total, 1), 1.0))
        is_small = len(self._counts) * total <= TABLE
        if is_small:
            self._table = np.zeros((len(self._counts), total), np.float32)
        for number, (term, (places, times)) in enumerate(self._counts.items()):
            self._numbers[term] = number
            documents, counts = np.array(places, np.uint32), np.array(times, np.float64)
            rarity = math.log(1 + (total - len(documents) + 0.5) / (len(documents) + 0.5))
            if ASKING.issuperset(term):
                rarity *= ASKED
            adds = rarity * (SATURATION + 1) * counts / (counts + norms[documents])
            if self._table is not None:
                self._table[number, documents] = adds
            elif len(documents) * COMMON > total:
                for_each = np.zeros(total, np.float32)
                for_each[documents] = adds
                self._lists.append((None, for_each))
            else:
                self._lists.append((documents, adds.astype(np.float32)))
        self._counts.clear()

    def search(self, text: str, k: int) -> list[tuple[str, float]]:
        """The k best documents, best first; of two equal ones the one added first."""
        number_of = self._numbers
        asked = [number_of[term] for term in _terms(self._plain(text)) if term in number_of]
        if not asked:
            return []
        weights = None
        once = dict.fromkeys(asked, 1.0)
        if len(once) < len(asked):
            for number, count in Counter(asked).items():
                if count > 1:
                    once[number] = count**REPEAT
            weights = np.array(list(once.values()), np.float32)
            asked = list(once)
        scores = self._from_table(asked, weights) if self._table is not None else self._from_lists(asked, weights)
        best = _best(scores, k)
        return [
            (self.names[document], score) for document, score in zip(best.tolist(), scores[best].tolist(), strict=True)
        ]

    def _from_table(self, asked: list[int], weights: Numbers | None) -> Numbers:
        assert self._table is not None
        rows = self._table.take(asked, axis=0)
        scores: Numbers = np.add.reduce(rows, axis=0) if weights is None else weights @ rows
        return scores

    def _from_lists(self, asked: list[int], weights: Numbers | None) -> Numbers:
        scores = np.zeros(len(self.names), np.float32)
        for position, number in enumerate(asked):
            documents, adds = self._lists[number]
            if weights is not None:
                adds = adds * weights[position]
            if documents is None:
                scores += adds
            else:
                scores[documents] += adds
        return scores


def _best(scores: Numbers, k: int) -> NDArray[np.intp]:
    if len(scores) <= SORTED or k >= len(scores):
        best = np.argsort(-scores, kind="stable")[:k]
    else:
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        (near,) = np.nonzero(scores >= least)
        best = near[np.argsort(-scores[near], kind="stable")[:k]]
    return best if scores[best[-1]] > 0 else best[scores[best] > 0]


def _terms(plain: str) -> list[str]:
    terms: list[str] = []
    for piece in GAPS.sub(" ", plain).split():
        if DIGITS.match(piece):
            terms.append("=" + piece)
        else:
            terms += piece
            terms += map("".join, pairwise(piece))
    return terms


def build(documents: Iterable[tuple[str, str]], progress: Callable[[int], None] | None = None) -> Index:
    """An index of (name, text) pairs; `progress` is told how many are in after each."""
    index = Index()
    for number, (name, text) in enumerate(documents, start=1):
        index.add(name, text)
        if progress:
            progress(number)
    index.close()
    return index
