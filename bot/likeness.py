"""How similar a follow-up is to a point: 那没在目录里的呢 is about the point on lists. Used if the message has none of a
point's own words.

The greater of two values counts: the share of the message that is in the point's sentence and words, and the similarity
to one of the follow-ups that an editor wrote (`asked.toml`). Rare features count more.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from sys import intern

import numpy as np
from msgspec import Struct

from bot import kept, packaged
from bot.aspects import END, members
from bot.points import Point
from bot.ranking import Scores
from bot.weights import CODE, features_from

FILE = "likeness.msgpack"

SENTENCE = 0.6  # weight of features that only the sentence has
TEMPLATE = re.compile(r"\{[^}]*\}")
EMPTY = frozenset("的了呢吗吧啊呀嘛么那这我你他她它咱就也还都不")

Features = Callable[[str], frozenset[str]]


def asked() -> dict[str, tuple[str, ...]]:
    """The editors' follow-ups, by point."""
    rows: dict[str, str] = packaged.toml("asked.toml")["asked"]
    return {point: tuple(way.strip() for way in ways.split("|")) for point, ways in rows.items()}


class Table(Struct, frozen=True):
    """The stored table: what each feature adds to which column.

    The bytes are little-endian numbers, feature after feature: its rarity (64 bits), its count of columns (32 bits),
    and for each the column (32 bits) and what the feature adds there (64 bits). The first columns are the points. The
    others are the editors' follow-ups, and `owners` are the points that these belong to.
    """

    features: list[str]
    rarities: bytes
    counts: bytes
    columns: bytes
    values: bytes
    owners: list[int]


class Likeness:
    """Compares messages with all points. `features` makes the features of an editor's phrasing.

    For each feature there are its rarity and two lists: columns (the points, then the editors' follow-ups), and what it
    adds there. numpy adds up all features of a message at once.
    """

    def __init__(self, points: Iterable[Point], features: Features) -> None:
        known = list(points)
        table = kept.kept(FILE, _key(known), Table, lambda: _table(known, features))
        self._points = len(known)
        self._count = len(known) + len(table.owners)
        self._unknown = math.log(self._count) / 2
        rarities = np.frombuffer(table.rarities, "<f8").tolist()
        ends = np.cumsum(np.frombuffer(table.counts, "<i4")).tolist()
        self._known: dict[str, tuple[float, bytes, bytes]] = {
            feature: (rarity, table.columns[start * 4 : end * 4], table.values[start * 8 : end * 8])
            for feature, rarity, start, end in zip(
                map(intern, table.features), rarities, [0, *ends[:-1]], ends, strict=True
            )
        }
        owners = table.owners
        firsts = [at for at, owner in enumerate(owners) if at == 0 or owners[at - 1] != owner]
        self._first_ways = np.array(firsts, np.intp)
        self._owners = np.array([owners[at] for at in firsts], np.intp)

    def of(self, features: frozenset[str]) -> Scores:
        """The similarity of each point from 0 to 1, in the order of the data."""
        known_of = self._known.get
        rarities: list[float] = []
        columns: list[bytes] = []
        values: list[bytes] = []
        for feature in sorted(features):
            known = known_of(feature)
            if known is not None:
                rarity, where, adds = known
                rarities.append(rarity)
                columns.append(where)
                values.append(adds)
            elif _counts(feature):
                rarities.append(self._unknown)
        whole = sum(rarities)
        if not whole:
            return np.zeros(self._points)
        square = sum([rarity**2 for rarity in rarities])
        sums = np.bincount(np.frombuffer(b"".join(columns), "<i4"), np.frombuffer(b"".join(values), "<f8"), self._count)
        near: Scores = sums[: self._points] / whole
        like = np.maximum.reduceat(sums[self._points :], self._first_ways) / math.sqrt(square)
        near[self._owners] = np.maximum(near[self._owners], like)
        return near


def write(folder: Path, points: Iterable[Point], features: Features) -> None:
    """Computes the table and keeps it in the folder, unless it is there."""
    known = list(points)
    kept.renew(folder / FILE, _key(known), Table, lambda: _table(known, features))


def _key(points: list[Point]) -> str:
    said = [(point.id, point.any, point.own, point.words) for point in points]
    return kept.key((*CODE, "likeness.py"), said, asked(), packaged.toml("classes.toml"), features_from())


def _table(points: list[Point], features: Features) -> Table:
    number_of = {point.id: number for number, point in enumerate(points)}
    ways = [(point, _inner(features(way))) for point, ways in asked().items() for way in ways]
    seen = Counter(feature for _, inner in ways for feature in inner)
    having: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for number, point in enumerate(points):
        for text in {point.any, *point.own.values()}:
            for feature in _inner(features(TEMPLATE.sub(" ", text))):
                having[feature].setdefault(number, SENTENCE)
        for part in {part for alternative in point.words.split() for part in alternative.split("+")}:
            for text in members(part):
                for feature in _inner(features(text.rstrip(END))):
                    having[feature][number] = 1.0
    total = len(points) + len(ways)
    rarity = {name: math.log(total / (len(having.get(name, ())) + seen[name])) for name in sorted({*having, *seen})}
    adds = {name: {at: weight * rare for at, weight in having.get(name, {}).items()} for name, rare in rarity.items()}
    for column, (_, inner) in enumerate(ways, start=len(points)):
        length = math.sqrt(sum(rarity[feature] ** 2 for feature in inner)) or 1.0
        for feature in inner:
            adds[feature][column] = rarity[feature] ** 2 / length
    return Table(
        [*rarity],
        np.array([*rarity.values()], "<f8").tobytes(),
        np.array([len(row) for row in adds.values()], "<i4").tobytes(),
        np.array([column for row in adds.values() for column in row], "<i4").tobytes(),
        np.array([value for row in adds.values() for value in row.values()], "<f8").tobytes(),
        [number_of[name] for name, _ in ways],
    )


def _inner(features: frozenset[str]) -> list[str]:
    """The features that count, sorted."""
    return sorted(filter(_counts, features))


def _counts(feature: str) -> bool:
    """Neither for the beginning and end of a message, nor one that most messages have."""
    return feature[0] != "^" and feature[-1] != "$" and not EMPTY.issuperset(feature.lstrip("="))
