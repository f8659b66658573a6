"""A search engine for any corpus of Chinese text. It knows nothing of the regulations.

Documents are indexed by characters, by pairs of neighbouring characters, and by the statutory words for everyday ones
(`lay_words.py`): 老板 also searches for 用人单位. What a term adds to a document's score (BM25 with the textbook's
parameters) is computed when the index is built, so that a query only adds numbers: rows of one table for a small
corpus, for a large one lists of the documents that contain a rare term. Both find the same.
"""

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.lay_words import LayWords
from bot.text import GAPS, Plain

SATURATION = 1.5  # BM25 k1
LENGTH = 0.75  # BM25 b
TABLE = 8_000_000  # terms times documents up to which the index is one table, 32 MB
SORTED = 1000  # documents up to which all are sorted; of more, the best are picked first
COMMON = 8  # in a large corpus, a term found in more than one of so many documents has a number for each document
ASKING = frozenset("吗呢吧啊呀嘛么的了我你他她它您咱俺哪谁啥咋怎几多会能可以要想有没是不请问什这那个给帮把被就都还和跟")
ASKED = 0.2  # weight of a character that belongs to the form of questions more than to their subjects
LAW = 0.8  # weight of a statutory word that the query only implies
REPEAT = 0.5  # power of a term's count in the query, since a long story repeats its words
WHOLE = re.compile(r"第[零〇一二三四五六七八九十百千0-9]+条|[0-9a-z]+")  # each is one unsplit term
WORD = "+"  # marks statutory words, to tell them from characters and pairs of the text


Numbers = NDArray[np.float32]


class Index:
    """Documents by name. `add` them, then `close`, then `search`."""

    def __init__(self) -> None:
        self._plain = Plain()
        self._lay_words = LayWords(self._plain)
        self.names: list[str] = []
        self._lengths: list[int] = []
        self._counts: defaultdict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("I"), array("f")))
        self._numbers: dict[str, int] = {}
        self._table: Numbers = np.zeros((0, 0), np.float32)
        self._lists: list[tuple[NDArray[np.intp], Numbers]] = []

    def add(self, name: str, text: str) -> None:
        """The name is searched too: a title says more than a sentence."""
        number = len(self.names)
        self.names.append(name)
        plain = self._plain.all(f"{name} {text}")
        found = Counter(_terms(plain))
        self._lengths.append(found.total())
        for word in self._lay_words.written(plain, list(found)):
            found[WORD + word] = plain.count(word)
        for term, count in found.items():
            documents, counts = self._counts[term]
            documents.append(number)
            counts.append(count)

    def close(self) -> None:
        """Turns counts into scores. Nothing can be added afterwards."""
        total = len(self.names)
        lengths = np.array(self._lengths, np.float64)
        norms = SATURATION * (1 - LENGTH + LENGTH * lengths / max(sum(self._lengths) / max(total, 1), 1.0))
        fewest = 0 if len(self._counts) * total <= TABLE else total / COMMON
        common = [term for term, (places, _) in self._counts.items() if len(places) > fewest]
        self._table = np.zeros((len(common), total), np.float32)
        self._numbers = {term: number for number, term in enumerate(common)}
        for term, (places, times) in self._counts.items():
            documents, counts = np.array(places, np.intp), np.array(times, np.float64)
            rarity = math.log(1 + (total - len(documents) + 0.5) / (len(documents) + 0.5))
            if ASKING.issuperset(term):
                rarity *= ASKED
            elif term.startswith(WORD):
                rarity *= LAW
            adds = rarity * (SATURATION + 1) * counts / (counts + norms[documents])
            row = self._numbers.get(term)
            if row is None:
                self._numbers[term] = len(common) + len(self._lists)
                self._lists.append((documents, adds.astype(np.float32)))
            else:
                self._table[row, documents] = adds
        self._counts.clear()

    def search(self, text: str, k: int) -> list[tuple[str, float]]:
        """The k best documents, best first; of two equal ones the one added first."""
        plain = self._plain(text)
        said = Counter(_terms(plain))
        for word in self._lay_words.meant(plain, said):
            said[WORD + word] = 1
        asked = {number: said[term] for term in said if (number := self._numbers.get(term)) is not None}
        if not asked:
            return []
        scores = self._scores(asked)
        best = _best(scores, k)
        return [
            (self.names[document], score) for document, score in zip(best.tolist(), scores[best].tolist(), strict=True)
        ]

    def _scores(self, asked: dict[int, int]) -> NDArray[np.floating[Any]]:
        common = [number for number in asked if number < len(self._table)]
        rows = self._table.take(common, axis=0)
        weights = np.array([asked[number] for number in common], np.float32) ** REPEAT
        scores: NDArray[np.floating[Any]] = weights @ rows
        if len(common) < len(asked):
            rare = [number for number in asked if number >= len(self._table)]
            lists = [self._lists[number - len(self._table)] for number in rare]
            adds = np.concatenate([adds for _, adds in lists])
            if any(asked[number] > 1 for number in rare):
                weights = np.array([asked[number] for number in rare], np.float32) ** REPEAT
                adds *= np.repeat(weights, [len(adds) for _, adds in lists])
            scores += np.bincount(np.concatenate([documents for documents, _ in lists]), adds, len(self.names))
        return scores


def _best(scores: NDArray[np.floating[Any]], k: int) -> NDArray[np.intp]:
    if len(scores) <= SORTED or k >= len(scores):
        best = np.argsort(-scores, kind="stable")[:k]
    else:
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        (near,) = np.nonzero(scores >= least)
        best = near[np.argsort(-scores[near], kind="stable")[:k]]
    return best if scores[best[-1]] > 0 else best[scores[best] > 0]


def _terms(plain: str) -> list[str]:
    terms = ["=" + whole for whole in WHOLE.findall(plain)]
    for piece in GAPS.sub(" ", WHOLE.sub(" ", plain)).split():
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
