"""Which topic a message is about: a sum of weights, learnt from the editors' phrasings when the bot starts.

Each phrasing is a set of features (words, concepts, neighbouring characters). A topic starts with the
average of its phrasings, weighted by how rare a feature is; then, for a few rounds, every phrasing that, with
a part of its features left out, does not win by a margin pulls its own topic up and the best wrong topic down.
What is left out is drawn from a fixed seed: the same data gives the same weights, and a score can be shown
feature by feature.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ROUNDS = 12
SETTLED = 4  # rounds before the mean begins
LEFT_OUT = 0.3  # share of the features of a phrasing, in each round
MARGIN = 0.5
LARGEST_STEP = 0.1
NEGLIGIBLE = 0.3  # weights below this fill the file and never decide
UNKNOWN = 4.0  # what a never-seen feature adds to the length of a message: it makes far talk score lower
EXACT = 2  # decimals kept, so that kept weights and new ones are the same
UNIT = 10**EXACT  # weights as whole numbers
STRIDE = 1009  # prime, so that every phrasing is visited once a round, in a mixed order


Postings = dict[str, tuple[float, tuple[tuple[int, float], ...]]]  # feature: square of its rarity, weights
Scores = NDArray[np.float64]
Row = NDArray[np.intp]  # the numbers of a phrasing's features


class _Numbers(dict[str, int]):
    """The row of each feature; the one after all of them, which is empty, for every other."""

    def __missing__(self, _: str) -> int:
        return len(self)


class Ranker:
    """Scores of all topics for a set of features. Weights are kept as whole numbers, so that the sum does not depend on
    the order in which features come.
    """

    def __init__(self, postings: Postings, size: int) -> None:
        self._numbers = _Numbers((feature, number) for number, feature in enumerate(postings))
        counts = [len(weights) for _, weights in postings.values()]
        topics = np.fromiter((topic for _, weights in postings.values() for topic, _ in weights), np.intp)
        values = np.fromiter((weight for _, weights in postings.values() for _, weight in weights), np.float64)
        self._table = np.zeros((len(postings) + 1, size + 1), np.int16)  # the last column is the square of the rarity
        self._table[np.repeat(np.arange(len(postings)), counts), topics] = np.rint(values * UNIT)
        self._table[:-1, size] = np.rint(np.array([square for square, _ in postings.values()]) * UNIT)

    def scores(self, features: frozenset[str]) -> Scores:
        """One number a topic: near 1 when a phrasing was met word for word, near 0 for none."""
        rows = [*map(self._numbers.__getitem__, features)]
        sums = np.add.reduce(self._table.take(rows, axis=0), axis=0, dtype=np.int32)
        squares = int(sums[-1]) / UNIT + UNKNOWN * rows.count(len(self._numbers))
        scores: Scores = sums[:-1] / (UNIT * math.sqrt(squares or 1.0))
        return scores

    def why(self, features: frozenset[str], topic: int) -> list[tuple[str, float]]:
        """The features that spoke for or against a topic, strongest first."""
        told = [
            (feature, float(self._table[self._numbers[feature], topic]) / UNIT)
            for feature in features
            if feature in self._numbers
        ]
        return sorted((pair for pair in told if pair[1]), key=lambda pair: -abs(pair[1]))


def best_first(scores: Scores, most: int) -> list[int]:
    """The numbers of so many topics; of two equal ones the one that stands first in the data."""
    lacks = -scores
    if most < len(lacks):
        near = np.flatnonzero(lacks <= np.partition(lacks, most - 1)[most - 1])
    else:
        near = np.arange(len(lacks))
    order: list[int] = near[np.argsort(lacks[near], kind="stable")].tolist()
    return order[:most]


class Learning:
    """Weights from phrasings; `postings` is what a Ranker needs.

    Sums run over the first axis, one row after the other, so that every machine learns the same numbers.
    """

    def __init__(self, phrasings: Sequence[frozenset[str]], topics: Sequence[int]) -> None:
        self.size = max(topics) + 1
        seen = Counter(feature for phrasing in phrasings for feature in phrasing)
        total = len(phrasings) + 1
        names = sorted(seen)
        number_of = {feature: number for number, feature in enumerate(names)}
        rarity = [math.log(total / (seen[feature] + 0.5)) for feature in names]
        self._rarity = np.array(rarity)
        rows = [np.array(sorted(number_of[feature] for feature in phrasing), np.intp) for phrasing in phrasings]
        weights = self._separated(self._averages(rows, topics), rows, topics) * self._rarity[:, None]
        weights[abs(weights) < NEGLIGIBLE] = 0.0
        self.postings: Postings = {
            feature: (
                round(rarity[number] ** 2, EXACT),
                tuple((topic, round(float(row[topic]), EXACT)) for topic in np.flatnonzero(row).tolist()),
            )
            for number, (feature, row) in enumerate(zip(names, weights, strict=True))
        }

    def _vector(self, row: Row) -> Scores:
        vector = self._rarity[row]
        length = math.sqrt(math.fsum((vector * vector).tolist())) or 1.0
        return vector / length

    def _averages(self, rows: Sequence[Row], topics: Sequence[int]) -> Scores:
        weights = np.zeros((len(self._rarity), self.size))
        for row, topic in zip(rows, topics, strict=True):
            weights[row, topic] += self._vector(row)
        lengths = np.sqrt(np.add.reduce(weights * weights, axis=0))
        return weights / np.where(lengths, lengths, 1.0)

    def _separated(self, weights: Scores, rows: Sequence[Row], topics: Sequence[int]) -> Scores:
        """Every round leaves out other features of a phrasing, so that no topic leans on a few of them; the
        mean of the later rounds wavers less than the last.
        """
        count = len(rows)
        order = [step * STRIDE % count for step in range(count)] if count % STRIDE else range(count)
        total = np.zeros_like(weights)
        chance = np.random.default_rng(count)
        for turn in range(ROUNDS):
            for index in order:
                row = rows[index]
                row = row[chance.random(len(row)) >= LEFT_OUT]
                if not len(row):
                    continue
                vector, right = self._vector(row), topics[index]
                scores = np.add.reduce(vector[:, None] * weights[row], axis=0)
                mine, scores[right] = scores[right], -1.0
                wrong = int(scores.argmax())
                lacking = MARGIN - mine + scores[wrong]
                if lacking > 0:
                    step = min(LARGEST_STEP, lacking / 2)
                    weights[row, right] += step * vector
                    weights[row, wrong] -= step * vector
            if turn >= SETTLED:
                total += weights
        return total / (ROUNDS - SETTLED)
