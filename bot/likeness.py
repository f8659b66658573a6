"""How similar a follow-up is to a point: 那没在目录里的呢 is about the point on lists.

Used if the message has none of a point's own words. The greater of two values counts: how much of the message is in the point's
sentence and words, and how similar it is to one of the follow-ups that an editor wrote (`asked.toml`). Rare features count more.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

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
    """Made once, from every point; `features` are those of an editor's phrasing."""

    def __init__(self, points: Iterable[Point], features: Features) -> None:
        known = list(points)
        ways = [(point, _inner(features(way))) for point, ways in asked().items() for way in ways]
        seen = Counter(feature for _, inner in ways for feature in inner)
        self._having: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for point in known:
            for text in {point.any, *point.own.values()}:
                for feature in _inner(features(TEMPLATE.sub(" ", text))):
                    self._having[feature].setdefault(point.id, SENTENCE)
            for part in {part for alternative in point.words.split() for part in alternative.split("+")}:
                for text in members(part):
                    for feature in _inner(features(text.rstrip(END))):
                        self._having[feature][point.id] = 1.0
        total = len(known) + len(ways)
        self._unknown = math.log(total)
        self._rarity = {
            name: math.log(total / (len(self._having.get(name, ())) + seen[name])) for name in {*self._having, *seen}
        }
        self._ways: defaultdict[str, list[tuple[str, int, float]]] = defaultdict(list)
        for number, (name, inner) in enumerate(ways):
            length = math.sqrt(sum(self._rarity[feature] ** 2 for feature in inner)) or 1.0
            for feature in inner:
                self._ways[feature].append((name, number, self._rarity[feature] ** 2 / length))

    def of(self, features: frozenset[str], among: Collection[str]) -> list[tuple[str, float]]:
        """The points among those named, each with how near it is from 0 to 1, nearest first."""
        whole = square = 0.0
        shares: defaultdict[str, float] = defaultdict(float)
        like: defaultdict[tuple[str, int], float] = defaultdict(float)
        for feature in _inner(features):
            rarity = self._rarity.get(feature, self._unknown / 2)
            whole += rarity
            square += rarity**2
            for point, weight in self._having.get(feature, {}).items():
                if point in among:
                    shares[point] += weight * rarity
            for point, number, weight in self._ways.get(feature, ()):
                if point in among:
                    like[point, number] += weight
        if not whole:
            return []
        near = {point: share / whole for point, share in shares.items()}
        for (point, _), weight in like.items():
            near[point] = max(near.get(point, 0.0), weight / math.sqrt(square))
        return sorted(near.items(), key=lambda item: (-item[1], item[0]))


def _inner(features: frozenset[str]) -> list[str]:
    """Without how a message begins and ends and what fills every message, in an order of their own."""
    return sorted(
        feature
        for feature in features
        if feature[0] != "^" and feature[-1] != "$" and not EMPTY.issuperset(feature.lstrip("="))
    )
