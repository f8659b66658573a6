"""How similar a follow-up is to a point: 那没在目录里的呢 is about the point on lists.

Used if the message has none of a point's own words. The greater of two values counts: how much of the message is in the point's
sentence and words, and how similar it is to one of the follow-ups that an editor wrote (`asked.toml`). Rare features count more.
"""

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

import numpy as np

from bot import packaged
from bot.aspects import END, members
from bot.points import Point

SENTENCE = 0.6  # weight of what stands in the sentence and in no way of saying
TEMPLATE = re.compile(r"\{[^}]*\}")
EMPTY = frozenset("的了呢吗吧啊呀嘛么那这我你他她它咱就也还都不")

Features = Callable[[str], frozenset[str]]


def asked() -> dict[str, tuple[str, ...]]:
    """Ways of going on, by point."""
    rows: dict[str, str] = packaged.toml("asked.toml")["asked"]
    return {point: tuple(way.strip() for way in ways.split("|")) for point, ways in rows.items()}


class Likeness:
    """Made once, from every point; `features` are those of an editor's phrasing.

    Of each feature there are two lists: columns, one for each point and after them one for each way of going on, and
    what it adds there. numpy adds up all features of a message at once.
    """

    def __init__(self, points: Iterable[Point], features: Features) -> None:
        known = list(points)
        self._number_of = {point.id: number for number, point in enumerate(known)}
        ways = [(point, _inner(features(way))) for point, ways in asked().items() for way in ways]
        seen = Counter(feature for _, inner in ways for feature in inner)
        having: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for point in known:
            for text in {point.any, *point.own.values()}:
                for feature in _inner(features(TEMPLATE.sub(" ", text))):
                    having[feature].setdefault(point.id, SENTENCE)
            for part in {part for alternative in point.words.split() for part in alternative.split("+")}:
                for text in members(part):
                    for feature in _inner(features(text.rstrip(END))):
                        having[feature][point.id] = 1.0
        total = len(known) + len(ways)
        self._unknown = math.log(total)
        self._rarity = {name: math.log(total / (len(having.get(name, ())) + seen[name])) for name in {*having, *seen}}
        self._columns: dict[str, array[int]] = {}
        self._values: dict[str, array[float]] = {}
        for feature, rarity in self._rarity.items():
            weights = having.get(feature, {})
            self._columns[feature] = array("i", [self._number_of[name] for name in weights])
            self._values[feature] = array("d", [weight * rarity for weight in weights.values()])
        for column, (_, inner) in enumerate(ways, start=len(known)):
            length = math.sqrt(sum(self._rarity[feature] ** 2 for feature in inner)) or 1.0
            for feature in inner:
                self._columns[feature].append(column)
                self._values[feature].append(self._rarity[feature] ** 2 / length)
        self._count = total
        owners = [self._number_of[name] for name, _ in ways]
        self._first_ways = [at for at, owner in enumerate(owners) if at == 0 or owners[at - 1] != owner]
        self._owners = [owners[at] for at in self._first_ways]

    def of(self, features: frozenset[str], among: Collection[str]) -> list[tuple[str, float]]:
        """The points among those named, each with how near it is from 0 to 1, nearest first."""
        inner = _inner(features)
        rarities = [self._rarity.get(feature, self._unknown / 2) for feature in inner]
        whole = sum(rarities)
        if not whole:
            return []
        square = sum([rarity**2 for rarity in rarities])
        known = [feature for feature in inner if feature in self._rarity]
        columns = np.frombuffer(b"".join([self._columns[feature] for feature in known]), np.intc)
        values = np.frombuffer(b"".join([self._values[feature] for feature in known]))
        sums = np.bincount(columns, values, self._count)
        near = sums[: len(self._number_of)] / whole
        like = np.maximum.reduceat(sums[len(near) :], self._first_ways) / math.sqrt(square)
        near[self._owners] = np.maximum(near[self._owners], like)
        nearness = near.tolist()
        found = [(name, value) for name in among if (value := nearness[self._number_of[name]])]
        return sorted(found, key=lambda item: (-item[1], item[0]))


def _inner(features: frozenset[str]) -> list[str]:
    """Without how a message begins and ends and what fills every message, in an order of their own."""
    return sorted(
        feature
        for feature in features
        if feature[0] != "^" and feature[-1] != "$" and not EMPTY.issuperset(feature.lstrip("="))
    )
