"""Which topic a message is about: a sum of weights, learnt from the editors' phrasings when the bot starts.

Each phrasing is a set of features (words, concepts, neighbouring characters). A topic starts with the
average of its phrasings, weighted by how rare a feature is; then, for a few rounds, every phrasing that does
not win by a margin pulls its own topic up and the best wrong topic down. No randomness: the same data gives
the same weights, and a score can be shown feature by feature.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2
MARGIN = 0.5
LARGEST_STEP = 0.2
NEGLIGIBLE = 0.04  # weights below this cost time and never decide
UNKNOWN = 4.0  # what a never-seen feature adds to the length of a message: it makes far talk score lower
EXACT = 4  # decimals kept, so that kept weights and new ones are the same
UNIT = 10**EXACT  # weights as whole numbers
STRIDE = 1009  # prime, so that every phrasing is visited once a round, in a mixed order


Postings = dict[str, tuple[float, tuple[tuple[int, float], ...]]]  # feature: square of its rarity, weights
Scores = NDArray[np.float64]


class Ranker:
    """Scores of all topics for a set of features. Weights are kept as whole numbers, so that the sum does not depend on
    the order in which features come.
    """

    def __init__(self, postings: Postings, size: int) -> None:
        self._numbers = {feature: number for number, feature in enumerate(postings)}
        counts = [len(weights) for _, weights in postings.values()]
        topics = np.fromiter((topic for _, weights in postings.values() for topic, _ in weights), np.intp)
        values = np.fromiter((weight for _, weights in postings.values() for _, weight in weights), np.float64)
        self._table = np.zeros((len(postings), size + 1), np.int32)  # the last column is the square of the rarity
        self._table[np.repeat(np.arange(len(postings)), counts), topics] = np.rint(values * UNIT)
        self._table[:, size] = np.rint(np.array([square for square, _ in postings.values()]) * UNIT)

    def scores(self, features: frozenset[str]) -> Scores:
        """One number a topic: near 1 when a phrasing was met word for word, near 0 for none."""
        known = [number for number in map(self._numbers.get, features) if number is not None]
        sums = np.add.reduce(self._table.take(known, axis=0), axis=0)
        squares = int(sums[-1]) / UNIT + UNKNOWN * (len(features) - len(known))
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


def best_first(scores: Scores) -> list[int]:
    """The topics' numbers; of two equal ones the one that stands first in the data."""
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return order


class Learning:
    """Weights from phrasings; `postings` is what a Ranker needs."""

    def __init__(self, phrasings: Sequence[frozenset[str]], topics: Sequence[int]) -> None:
        self.size = max(topics) + 1
        seen = Counter(feature for phrasing in phrasings for feature in phrasing)
        total = len(phrasings) + 1
        self._rarity = {feature: math.log(total / (count + 0.5)) for feature, count in seen.items()}
        vectors = [self._vector(phrasing) for phrasing in phrasings]
        weights = self._averages(vectors, topics)
        self._separate(weights, vectors, topics)
        self.postings: Postings = {
            feature: (
                round(self._rarity[feature] ** 2, EXACT),
                tuple(
                    (topic, round(weight * self._rarity[feature], EXACT))
                    for topic, weight in by_topic.items()
                    if abs(weight) > NEGLIGIBLE
                ),
            )
            for feature, by_topic in weights.items()
        }

    def _vector(self, features: frozenset[str]) -> tuple[tuple[str, float], ...]:
        rarity = self._rarity
        length = math.sqrt(math.fsum(rarity[feature] ** 2 for feature in features)) or 1.0
        return tuple((feature, rarity[feature] / length) for feature in sorted(features))

    def _averages(
        self, vectors: list[tuple[tuple[str, float], ...]], topics: Sequence[int]
    ) -> dict[str, dict[int, float]]:
        sums: list[dict[str, float]] = [{} for _ in range(self.size)]
        for vector, topic in zip(vectors, topics, strict=True):
            total = sums[topic]
            for feature, value in vector:
                total[feature] = total.get(feature, 0.0) + value
        weights: dict[str, dict[int, float]] = {feature: {} for feature in self._rarity}
        for topic, total in enumerate(sums):
            length = math.sqrt(sum(value * value for value in total.values())) or 1.0
            for feature, value in total.items():
                weights[feature][topic] = value / length
        return weights

    def _separate(
        self,
        weights: dict[str, dict[int, float]],
        vectors: list[tuple[tuple[str, float], ...]],
        topics: Sequence[int],
    ) -> None:
        count = len(vectors)
        order = [step * STRIDE % count for step in range(count)] if count % STRIDE else range(count)
        for _ in range(ROUNDS):
            for index in order:
                vector, right = vectors[index], topics[index]
                scores = [0.0] * self.size
                for feature, value in vector:
                    for topic, weight in weights[feature].items():
                        scores[topic] += value * weight
                mine, scores[right] = scores[right], -1.0
                best = max(scores)
                lacking = MARGIN - mine + best
                if lacking <= 0:
                    continue
                wrong = scores.index(best)
                step = min(LARGEST_STEP, lacking / 2)
                for feature, value in vector:
                    by_topic = weights[feature]
                    by_topic[right] = by_topic.get(right, 0.0) + step * value
                    by_topic[wrong] = by_topic.get(wrong, 0.0) - step * value
