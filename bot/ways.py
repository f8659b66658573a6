"""Ways of asking for each point, and whether a message is asked in the way of another point than the one chosen.

A point is chosen by its topic, its aspects and words of its own. That misses what an editor did not think of. So every
point has questions that somebody would ask for it (`ways/*.toml`, `asked.toml`), and weights are learnt from them as
they are for topics. A point with a high score, well above that of the chosen one, is said instead. On questions by
authors that nothing was learnt from, this mends several times as many answers as it breaks (docs/decisions/0039).
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from msgspec import Struct

from bot import kept, packaged
from bot.likeness import asked
from bot.points import Point, Points
from bot.ranking import Learnt, Ranker, Table, learn
from bot.reading import Reader
from bot.weights import CODE, features_from

FILE = "ways.msgpack"
DRAWS = 1  # three give the same on unread questions and take three times as long
ERRAND = 0.3  # the score that an errand counts with for which no point was chosen


class Margin(Struct, frozen=True):
    """The least score of a point that is said instead, and the least lead over the chosen one."""

    score: float
    lead: float


WITHIN = Margin(0.25, 0.1)  # the article that was chosen
AGREED = Margin(0.35, 0.1)  # another article, where the nearest topic is one of that point's own
BEYOND = Margin(0.45, 0.2)  # another article, an errand, a talk, or what the message was led to
# What was declined; and for a first message a follow-up's point, or one that messages are led to.
OPENED = Margin(0.6, 0.3)
KNOWN = Margin(0.7, 0.4)  # whatever a first message was answered with: it is asked in words that are known
IN_AREA = 0.2  # added, in a talk, to the points of the area of the last answer
BESIDE = 0.1  # added to those of the areas beside


def firsts() -> dict[str, tuple[str, ...]]:
    """The questions of first messages, by point."""
    rows = [row for name in packaged.names("ways") for row in packaged.toml(name)["ways"].items()]
    return {point: tuple(way.strip() for way in ways.split("|")) for point, ways in rows}


def written() -> dict[str, tuple[str, ...]]:
    """The questions of each point: those of first messages, then those that go on."""
    first, later = firsts(), asked()
    return {point: first.get(point, ()) + later.get(point, ()) for point in (first | later)}


class Nearest(Struct, frozen=True):
    """A point, its score, and by how much that exceeds the score of the point that was chosen."""

    point: Point
    score: float
    lead: float

    def is_clear(self, margin: Margin) -> bool:
        """Whether to say it instead."""
        return self.score >= margin.score and self.lead >= margin.lead


class Ways:
    """Scores what points say for a set of features: points with the same sentence share their ways of asking. `table` is
    that of the topics, which are ranked by the same features.
    """

    def __init__(self, points: Points, reader: Reader, table: Table | None = None) -> None:
        said = _said(points.by_id)
        self._number_of = {name: number for number, names in enumerate(said.values()) for name in names}
        self._first = [points.by_id[names[0]] for names in said.values()]
        self._nearer = {
            last: np.array([_bonus(points.area(point.id, None), last, points) for point in self._first])
            for last in points.areas
        }
        self._asked = {self._number_of[name] for name in written()}
        learnt = kept.kept(FILE, _key(points.by_id), Learnt, lambda: _learnt(points.by_id, reader))
        self._ranker = Ranker(learnt, table)

    def strangeness(self, features: frozenset[str]) -> tuple[float, float]:
        """The share of the features that stand in no way of asking, and the score of the nearest one."""
        sums, length = self._ranker.sums(features)
        return self._ranker.unseen(features), float(sums.max()) / length

    def nearest(self, features: frozenset[str], chosen: Point | None, area: str | None = None) -> Nearest | None:
        """The point that the message is asked in the way of; None where it says what was chosen, and where nobody wrote
        ways of asking for that. In a talk the area of the last answer and those beside it are nearer.
        """
        mine = self._number_of[chosen.id] if chosen else None
        if mine is not None and mine not in self._asked:
            return None
        sums, length = self._ranker.sums(features)
        if area is not None:
            sums = sums + length * self._nearer[area]
        best = int(sums.argmax())
        if best == mine:
            return None
        score = sums.item(best) / length
        rival = ERRAND if mine is None else sums.item(mine) / length
        return Nearest(self._first[best], score, score - rival)


def _bonus(area: str | None, last: str, points: Points) -> float:
    return IN_AREA if area == last else BESIDE if area in points.beside(last) else 0.0


def write(folder: Path, points: Mapping[str, Point], reader: Reader) -> None:
    """Learns and keeps the weights in the folder, unless they are there; the same data gives the same file."""
    kept.renew(folder / FILE, _key(points), Learnt, lambda: _learnt(points, reader))


def _said(points: Mapping[str, Point]) -> dict[str, list[str]]:
    """The points that have the same sentence in each place, in the order of the data; those that only follow come last."""
    found: dict[str, list[str]] = {}
    for point in sorted(points.values(), key=lambda point: point.follows):
        found.setdefault(point.spoken(None), []).append(point.id)
    return found


def _key(points: Mapping[str, Point]) -> str:
    spelling = packaged.toml("lexicon.toml")["spelling"]  # ways are read as messages are
    return kept.key((*CODE, "ways.py", "spelling.py"), _said(points), written(), features_from(), spelling)


def _learnt(points: Mapping[str, Point], reader: Reader) -> Learnt:
    said = _said(points)
    number_of = {name: number for number, names in enumerate(said.values()) for name in names}
    rows = [(reader.read(way).features, number_of[point]) for point, ways in written().items() for way in ways]
    rows = sorted([row for row in rows if row[0]], key=lambda row: row[1])
    return learn([features for features, _ in rows], [number for _, number in rows], len(said), DRAWS)
