"""Which topic a message is about: a sum of weights, learnt from the editors' phrasings when the package is built.

Each phrasing is a set of features (words, concepts, pairs of neighbouring characters). A topic starts with the average
of its phrasings, in which rare features count more. Then, for a few rounds, some features of each phrasing are left
out; if its topic does not win by a margin, its weights are raised and those of the best wrong topic lowered. What is
left out, and the order in which phrasings are learnt, follow from each phrasing's own features: the same data gives the
same weights, and a new phrasing does not change what is left out of the others. A score can be shown feature by
feature.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import repeat
from operator import eq
from sys import intern
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

DRAWS = 3  # trainings, each with other features left out; their mean changes less when phrasings are added
ROUNDS = 12
SETTLED = 4  # rounds that do not count for the mean
LEFT_OUT = 0.3  # share of a phrasing's features that each round leaves out
MARGIN = 0.5
LARGEST_STEP = 0.1
NEGLIGIBLE = 0.3  # weights below this are dropped: they never decide
UNKNOWN = 4.0  # what an unseen feature adds to a message's length, so that talk about other things scores lower
READ = 2  # sets of features whose scores are cached: several steps ask for those of one message
UNIT = 100  # kept weights are whole numbers of hundredths
# While learning, vectors, steps and weights are whole multiples of these parts, so that products and their sums have at most
# 24 bits, as long as none reaches 8, and are exact: every machine learns the same weights, in whichever order its library adds up.
VECTOR_GRAIN = 2.0**7
STEP_GRAIN = 2.0**7
WEIGHT_GRAIN = VECTOR_GRAIN * STEP_GRAIN


Scores = NDArray[np.float64]
Weights = NDArray[np.float32]  # while they are learnt; half of the memory of doubles, which is what learning waits for
Row = NDArray[np.intp]  # the numbers of a phrasing's features
Marks = NDArray[np.uint64]  # numbers that look drawn by chance and follow from what they mark


PAIR = np.dtype("<i2")  # of each half of a pair


class Learnt(msgspec.Struct, frozen=True):
    """The stored weights. The bytes are little-endian integers, feature after feature: the square of its rarity and the
    count of its weights (32 bits each), then of each weight topic and value (16 bits each).
    """

    size: int
    features: list[str]
    squares: bytes
    counts: bytes
    topics: bytes
    values: bytes


class Table:
    """The weights of one ranking or several, found by one look-up for each feature: most of a look-up's time goes by until
    the feature, its place and its bytes have come from memory.

    Weights are integers, so that sums do not depend on the order of the features. Each feature has the bytes of its few
    weights, as pairs of column and value. The column after the last topic of a ranking stands for the square of the
    rarity, the one after that for features that the ranking never saw. A full table of topics by features would not fit
    into a processor's cache.
    """

    def __init__(self) -> None:
        self.columns = 0
        self.weights: dict[str, bytes] = {}
        self._unknown = b""
        self.sums = lru_cache(READ)(self._sums)  # what reads the result leaves it as it is

    def add(self, learnt: Learnt) -> slice:
        """The columns of the ranking: its topics and the two after them."""
        before, columns = self._unknown, slice(self.columns, self.columns + learnt.size + 2)
        unknown = np.array((columns.stop - 1, 1), PAIR).tobytes()
        counts = np.frombuffer(learnt.counts, "<i4")
        starts = np.cumsum(counts) - counts
        squares = np.frombuffer(learnt.squares, "<i4")
        topics = np.insert(np.frombuffer(learnt.topics, "<i2"), starts, learnt.size) + columns.start
        values = np.insert(np.frombuffer(learnt.values, "<i2"), starts, squares)
        pairs = np.stack((topics, values), 1).astype(PAIR).tobytes()
        ends = (np.cumsum(counts + 1) * 2 * PAIR.itemsize).tolist()
        known = self.weights
        self.weights = {
            feature: known.pop(feature, before) + pairs[start:end]
            for feature, start, end in zip(map(intern, learnt.features), [0, *ends[:-1]], ends, strict=True)
        }
        self.weights |= {feature: row + unknown for feature, row in known.items()}
        self.columns, self._unknown = columns.stop, before + unknown
        self.sums.cache_clear()
        return columns

    def _sums(self, features: frozenset[str]) -> NDArray[Any]:
        rows = b"".join(map(self.weights.get, features, repeat(self._unknown)))
        pairs = np.frombuffer(rows, PAIR)
        return np.bincount(pairs[::2], pairs[1::2], self.columns)


class Ranker:
    """Scores all topics for a set of features. Rankings that are asked for the same features share a table."""

    def __init__(self, learnt: Learnt, table: Table | None = None) -> None:
        self.table = table or Table()
        self._columns = self.table.add(learnt)
        self._size = learnt.size
        self.scores = lru_cache(READ)(self._scores)  # what reads the result leaves it as it is
        self.best = lru_cache(READ)(self._best)

    def _scores(self, features: frozenset[str]) -> Scores:
        """One number a topic: near 1 for a message that is a phrasing word for word, near 0 for an unrelated one."""
        sums, length = self.sums(features)
        scores: Scores = sums / length
        return scores

    def sums(self, features: frozenset[str]) -> tuple[Scores, float]:
        """The scores before they are divided by the length of the message, and that length."""
        sums = self.table.sums(features)[self._columns]
        squares = sums.item(-2) / UNIT + UNKNOWN * sums.item(-1)
        return sums[: self._size], UNIT * math.sqrt(squares or 1.0)

    def unseen(self, features: frozenset[str]) -> float:
        """The share of the features that stand in no phrasing."""
        return float(self.table.sums(features).item(self._columns.stop - 1)) / max(1, len(features))

    def _best(self, features: frozenset[str]) -> tuple[int, float]:
        """The number of the nearest topic, the first of equal ones, and its score."""
        scores = self.scores(features)
        number = int(scores.argmax())
        return number, scores.item(number)

    def why(self, features: frozenset[str], topic: int) -> list[tuple[str, float]]:
        """The features that spoke for or against a topic, strongest first."""
        column = self._columns.start + topic
        rows = ((feature, np.frombuffer(self.table.weights.get(feature, b""), PAIR)) for feature in features)
        told = [
            (feature, int(value) / UNIT) for feature, row in rows for value in row[1::2][row[::2] == column] if value
        ]
        return sorted(told, key=lambda pair: -abs(pair[1]))


def best_first(scores: Scores, most: int) -> dict[int, float]:
    """The numbers of the `most` best topics with their scores; of two equal ones the first in the data."""
    order = scores.argsort()[: -most - 2 : -1]
    values = scores.take(order).tolist()
    if any(map(eq, values, values[1:])):
        order = (-scores).argsort(kind="stable")[:most]
        values = scores.take(order).tolist()
    return dict(zip(order[:most].tolist(), values, strict=False))


def learn(phrasings: Sequence[frozenset[str]], topics: Sequence[int], size: int, draws: int = DRAWS) -> Learnt:
    """Weights from phrasings, each of at least one feature, and the number of each one's topic, below `size`."""
    seen = Counter(feature for phrasing in phrasings for feature in phrasing)
    total = len(phrasings) + 1
    features = sorted(seen, key=lambda feature: (-seen[feature], feature))  # what is often read lies together in memory
    number_of = {feature: number for number, feature in enumerate(features)}
    rarity = np.array([math.log(total / (seen[feature] + 0.5)) for feature in features])
    rows = [np.array(sorted(number_of[feature] for feature in phrasing), np.intp) for phrasing in phrasings]
    owners = np.array(topics, np.intp)
    starts, averages = _averages(rarity, rows, owners, size)
    marks = _marks(features), _marks(["\0".join(sorted(phrasing)) for phrasing in phrasings])
    weights, sums = np.zeros((len(features), size), np.float32), np.zeros(len(features) * size, np.float32)
    for draw in range(draws):
        if draw:  # new memory is zero already
            weights.fill(0.0)
        weights.reshape(-1)[starts] = averages
        sums[starts] += averages * (ROUNDS - SETTLED)
        _separate(weights, sums, rarity, rows, owners, marks, draw)
    places = np.flatnonzero(sums)
    learnt = sums[places].astype(float) / ((ROUNDS - SETTLED) * draws) * rarity[places // size]
    kept = np.rint(np.where(abs(learnt) < NEGLIGIBLE, 0.0, learnt) * UNIT)
    places, kept = places[kept != 0], kept[kept != 0]
    return Learnt(
        size,
        features,
        squares=np.rint(rarity**2 * UNIT).astype("<i4").tobytes(),
        counts=np.bincount(places // size, minlength=len(features)).astype("<i4").tobytes(),
        topics=(places % size).astype("<i2").tobytes(),
        values=kept.astype("<i2").tobytes(),
    )


def _vectors(rarity: Scores, features: Row, starts: Row) -> Weights:
    """The rarities of phrasings that follow one another, each phrasing brought to length one."""
    values = rarity[features]
    lengths = np.sqrt(np.add.reduceat(values * values, starts))
    sizes = np.diff(starts, append=len(features))
    vectors: Weights = (np.rint(values / np.repeat(lengths, sizes) * VECTOR_GRAIN) / VECTOR_GRAIN).astype(np.float32)
    return vectors


def _averages(rarity: Scores, rows: Sequence[Row], topics: Row, size: int) -> tuple[Row, Weights]:
    """The places of the weights that are not zero at first, feature after feature, and those weights."""
    sizes = np.array([len(row) for row in rows])
    features = np.concatenate(rows)
    vectors = _vectors(rarity, features, np.cumsum(sizes) - sizes)
    places, number = np.unique(features * size + np.repeat(topics, sizes), return_inverse=True)
    sums = np.bincount(number, vectors)
    lengths = np.sqrt(np.bincount(places % size, sums * sums, size))
    averages = np.rint(sums / lengths[places % size] * WEIGHT_GRAIN) / WEIGHT_GRAIN
    return places, averages.astype(np.float32)


def _marks(texts: Sequence[str]) -> Marks:
    return np.frombuffer(b"".join(blake2b(text.encode(), digest_size=8).digest() for text in texts), "<u8")


def _mixed(marks: Marks) -> Marks:
    """Other numbers, each of whose bits follows from all bits of the mark (the finaliser of SplitMix64)."""
    marks = (marks ^ (marks >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    marks = (marks ^ (marks >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return marks ^ (marks >> np.uint64(31))


def _separate(
    weights: Weights,
    total: Weights,
    rarity: Scores,
    rows: Sequence[Row],
    topics: Row,
    marks: tuple[Marks, Marks],
    draw: int,
) -> None:
    """Every round leaves out other features of a phrasing, so that no topic leans on a few of them; the sum of the later
    rounds, of which the mean wavers less than the last, is added to the total. `marks` are those of the features and of
    the phrasings.
    """
    of_features, of_phrasings = marks
    drawn = _mixed(of_phrasings + np.uint64(draw))
    order = drawn.argsort(kind="stable")
    features = np.concatenate([rows[index] for index in order])
    sizes = np.array([len(rows[index]) for index in order])
    owners = topics[order]
    chances = _mixed(np.repeat(drawn[order], sizes) ^ of_features[features])
    for turn in range(ROUNDS):
        stays = _mixed(chances + np.uint64(turn)) >= np.uint64(LEFT_OUT * 2**64)
        left = np.add.reduceat(stays, np.cumsum(sizes) - sizes, dtype=np.intp)
        taught = _one_round(weights, rarity, features[stays], left, owners)
        for places, pulls in taught:
            np.add.at(total, places, pulls * (ROUNDS - max(turn, SETTLED)))  # as often as it counts from now on


def _one_round(weights: Weights, rarity: Scores, features: Row, sizes: Row, owners: Row) -> list[tuple[Row, Weights]]:
    """Changes the weights and tells where by how much; `sizes` says how many of the features belong to each phrasing,
    none for some.
    """
    sizes, owners = sizes[sizes > 0], owners[sizes > 0]
    vectors = _vectors(rarity, features, np.cumsum(sizes) - sizes)
    of_topics = [*weights.T]
    read = np.empty((int(sizes.max()), len(of_topics)), np.float32)  # memory that every phrasing uses again
    rivals, steps = np.zeros_like(owners), np.zeros(len(owners), np.float32)
    start = 0
    for number, (size, right) in enumerate(zip(sizes.tolist(), owners.tolist(), strict=True)):
        end = start + size
        those, vector = features[start:end], vectors[start:end]
        start = end
        scores = vector.dot(weights.take(those, axis=0, out=read[:size], mode="clip"))
        mine = scores.item(right)
        scores[right] = -1.0
        wrong = int(scores.argmax())
        lacking = MARGIN - mine + scores.item(wrong)
        if lacking > 0:
            step = round(min(LARGEST_STEP, lacking / 2) * STEP_GRAIN) / STEP_GRAIN
            pull = step * vector
            of_topics[right][those] += pull
            of_topics[wrong][those] -= pull
            rivals[number], steps[number] = wrong, step
    pulls = np.repeat(steps, sizes) * vectors
    moved = pulls.nonzero()[0]
    places, pulls = features[moved] * len(of_topics), pulls[moved]
    return [(places + np.repeat(owners, sizes)[moved], pulls), (places + np.repeat(rivals, sizes)[moved], -pulls)]
