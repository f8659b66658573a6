"""Points: the editors' answers to one aspect of one topic, in one place. Each sentence begins with the verdict or the
number.

The ranker finds the topic. A point under it is chosen by the aspect asked for and by words of its own. A point whose
conditions hold goes before one without conditions; one whose conditions do not hold is left out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, lru_cache, reduce
from itertools import compress, repeat
from operator import or_
from zlib import crc32

from msgspec import Struct, structs

from bot import packaged
from bot.aspects import TEXTS, Aspects, Each, Named, Words, bits, joined
from bot.places import JURISDICTIONS
from bot.verdicts import Norm

ASKED = 0.2  # added to the score of a point when the message asks for its aspect
AT_HOME = 0.85  # score of points of the topic's area that are not under the topic
RECITES = 0.4  # taken off a point that only sums up an article
RESTS = 0.1  # taken off a point that is only said after another
ADDRESSEE = re.compile(
    "(?:处|来)?罚(?:了)?我们?的?(?:那个|那家|那)?(?:局|单位|部门|机关|大队|所|家)"
)  # this asks whom to ask, not what
SAID = 0.05  # taken off the point that was said last
NAMED = 0.3  # added when the message has the point's own words


class Point(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """`under` are topics, `asks` aspects, `words` and `unless` phrases (see `Words`).

    `own` are the sentences by place, in the files under the places' ids; `any` is the sentence for the other places,
    `again` the one for a repeated question. `cites` are the articles by place, where they are not those of the topic.
    `flow`: the point starts the errand that it `offers` (that of its area if nothing is written, none if empty).
    `sure`: it goes before any errand, since its words forbid or doubt it. `follows`: it is said only in its own area's
    dialogue. `recites`: only where no other point fits. `silent` names the place whose regulation has no such rule.
    `norm` is the verdict of a sentence that does not begin with one, `verdict` the yes that may be put in front (see
    `verdicts`).
    """

    id: str
    under: str
    asks: str = ""
    words: str = ""
    unless: str = ""
    again: str = ""
    any: str = ""
    own: dict[str, str] = {}
    cites: dict[str, tuple[int, ...]] = {}
    offers: str | None = None
    flow: bool = False
    sure: bool = False
    silent: str | None = None
    follows: bool = False
    recites: bool = False
    norm: Norm | None = None
    verdict: str = ""

    def says(self, place: str) -> str:
        """The sentence of the place, with templates for rules; empty where nobody wrote one."""
        return self.own.get(place) or self.any

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return tuple(self.under.split())

    @cached_property
    def aspects(self) -> frozenset[str]:
        return frozenset(self.asks.split())

    @cached_property
    def own_words(self) -> Words:
        return Words(self.words)

    @cached_property
    def other_words(self) -> Words:
        return Words(self.unless)

    def spoken(self, place: str | None) -> str:
        """A name for its sentence in a place, or in both. Two points with the same sentence have the same name."""
        return self._spoken.get(place) or self._told(place)

    @cached_property
    def _spoken(self) -> dict[str | None, str]:
        return {place: self._told(place) for place in (None, *JURISDICTIONS)}

    def _told(self, place: str | None) -> str:
        told = "".join(dict.fromkeys(self.says(name) for name in ((place,) if place else JURISDICTIONS)))
        return f"{crc32(told.encode()):x}"

    def articles(self, place: str | None) -> tuple[str, ...] | None:
        """The articles that it cites for a place, or for both in turn; None where those of the topic apply."""
        if place:
            numbers = self.cites.get(place)
            return None if numbers is None else tuple(f"{place}-{number}" for number in numbers)
        if not self.cites:
            return None
        columns = [[f"{name}-{number}" for number in self.cites.get(name, ())] for name in JURISDICTIONS]
        most = max(map(len, columns))
        return tuple(column[row] for row in range(most) for column in columns if row < len(column))

    def elsewhere(self, place: str) -> str | None:
        """The first article that it names of another place than this one, if it does."""
        return next((named[0] for other in JURISDICTIONS if other != place and (named := self.articles(other))), None)


class Area(Struct, frozen=True):
    """Points that belong together, such as all on objections. A follow-up is looked for here first."""

    id: str
    nouns: str
    beside: tuple[str, ...]
    offers: str | None
    points: tuple[Point, ...]


class Chosen(Struct, frozen=True):
    """A point, the topic under which it was found, and its score. `is_asked`: its conditions hold."""

    point: Point
    topic: str
    value: float
    is_asked: bool


def _knows(point: Point, text: str, others: Collection[str]) -> bool:
    """Whether a word of others is part of what the point joins."""
    words = [word for met in joined(point.words, text) for word in met]
    return any(word in other or other in word for word in words for other in others)


def _value(point: Point) -> float:
    """What is added to its topic's score."""
    return (ASKED if point.asks else 0.0) + (NAMED if point.words else 0.0) - (RECITES if point.recites else 0.0)


def _rests(point: Point) -> float:
    return _value(point) - RESTS if point.follows else _value(point)


class Points:
    """All points, by topic and by area.

    A set of points is an integer with one bit a point, the best point first, and in the order of the data where several
    are as good. So the conditions of hundreds of points are checked at once, each topic or area takes its own by one
    `&`, and the best of some is the lowest bit.
    """

    def __init__(self) -> None:
        self._aspects = Aspects()
        self.aspects = lru_cache(TEXTS)(self._aspects.of)
        self.areas = load()
        named = Named({area.id: area.nouns for area in self.areas.values()})
        self.named = lru_cache(TEXTS)(lambda text: named.found(ADDRESSEE.sub("", text) if "罚" in text else text))
        self.by_id = {point.id: point for area in self.areas.values() for point in area.points}
        self._area_of = {point.id: area.id for area in self.areas.values() for point in area.points}
        self.in_order = tuple(self.by_id.values())
        self.number_of = {point.id: number for number, point in enumerate(self.in_order)}
        self._ranked = sorted(self.in_order, key=_rests, reverse=True)  # bit by bit, so that the lowest is the best
        self._bit_of = {point.id: 1 << number for number, point in enumerate(self._ranked)}
        self._resting = [*map(_rests, self._ranked)]
        self._of_area = defaultdict[str, int](int)
        self._under = defaultdict[str, int](int)
        self._asking = defaultdict[str, int](int)  # by aspect
        self._said = Each([point.words for point in self._ranked])
        self._unsaid = Each([point.unless for point in self._ranked])
        self._asks_nothing = self._has_words = self._follows = 0
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for number, point in enumerate(self._ranked):
            bit, area = 1 << number, self._area_of[point.id]
            point.__dict__.update(own_words=self._said.words[number], other_words=self._unsaid.words[number])
            self._of_area[area] |= bit
            self._follows |= bit * point.follows
            self._has_words |= bit * bool(point.words)
            self._asks_nothing |= bit * (not point.asks)
            for aspect in point.aspects:
                self._asking[aspect] |= bit
            for topic in point.topics:
                self._under[topic] |= bit
        for point in self.in_order:
            for topic in point.topics:
                counts[topic][self._area_of[point.id]] += 1
        self._joins = sum(self._bit_of[point.id] for point in self.in_order if "+" in point.words)
        self._starts = ~self._follows
        self._wordless = ((1 << len(self.in_order)) - 1) ^ self._has_words
        self._holding = lru_cache(TEXTS)(self._held)
        self._home = {topic: areas.most_common(1)[0][0] for topic, areas in counts.items()}
        self._topics_of_area = {
            area.id: tuple(dict.fromkeys(topic for point in area.points for topic in point.topics))
            for area in self.areas.values()
        }

    def area(self, point: str | None, topic: str | None) -> str | None:
        """The area of an answer: that of its point, else the one with most points under its topic."""
        if point in self._area_of:
            return self._area_of[point]
        return self._home.get(topic or "")

    def beside(self, area: str) -> tuple[str, ...]:
        """The areas that a dialogue about this one often leads to, such as from objections to liability."""
        return self.areas[area].beside

    def topics_of(self, area: str) -> tuple[str, ...]:
        return self._topics_of_area[area]

    def offers(self, point: Point) -> str | None:
        return self.areas[self._area_of[point.id]].offers if point.offers is None else point.offers or None

    def best(
        self,
        text: str,
        aspects: frozenset[str],
        near: Mapping[str, float],
        within: frozenset[str] | None = None,
        last: str | None = None,
        spoken_of: frozenset[str] = frozenset(),
    ) -> Chosen | None:
        """The nearest point under topics that are so near each, from 0 to 1; of two equal ones the first in the data. Points
        that only follow count in the areas just spoken of.
        """
        held = self._holding(text, aspects)
        held &= ~(self._follows & ~self._in_areas(spoken_of)) if spoken_of else self._starts
        if within is not None:
            held &= self._in_areas(within)
        if not held:
            return None
        top = self._resting[(held & -held).bit_length() - 1]
        said = self._bit_of.get(last or "", 0)
        found: tuple[int, str, float, bool] | None = None
        most = 0.0
        for topic in compress(near, map(held.__and__, map(self._under.get, near, repeat(0)))):
            if found is not None and near[topic] + top <= most:
                continue
            here = held & self._under[topic]
            if not here:
                continue
            held ^= here  # a point counts under the first of its topics that can win
            number = (here & -here).bit_length() - 1
            value = self._resting[number]
            if here & -here == said:
                value -= SAID
                here ^= said
                second = (here & -here).bit_length() - 1
                if here and self._resting[second] > value:
                    number, value = second, self._resting[second]
            if found is None or near[topic] + value > most:
                most = near[topic] + value
                found = (number, topic, most, value > 0)
        if found is None:
            return None
        number, topic, value, is_asked = found
        return Chosen(self._ranked[number], topic, value, is_asked)

    def between(self, text: str, aspects: frozenset[str], others: Collection[str]) -> Point | None:
        """The best point that says what another system has to do with ours: a word of that system stands in one of its own
        phrases, together with another word (老赖+买房), and the phrase is in the text.
        """
        held = self._holding(text, aspects) & self._joins & self._starts
        return next((point for point in map(self._ranked.__getitem__, bits(held)) if _knows(point, text, others)), None)

    def can_join(self, text: str, aspects: frozenset[str], but: Collection[str]) -> bool:
        """Whether the conditions of some other point with words that must stand together hold."""
        others = reduce(or_, [self._bit_of[name] for name in but], 0)
        return self._holding(text, aspects) & self._joins & ~others != 0

    def _in_areas(self, areas: Iterable[str]) -> int:
        return reduce(or_, [self._of_area.get(area, 0) for area in areas], 0)

    def _held(self, text: str, aspects: frozenset[str]) -> int:
        """The points whose conditions hold for the text and the aspects."""
        asked = reduce(or_, [self._asking.get(aspect, 0) for aspect in aspects], self._asks_nothing)
        return (self._said.found(text) | self._wordless) & asked & ~self._unsaid.found(text)

    def cell(self, topic: str, aspect: str) -> Point | None:
        """The answer to an aspect of a topic for a message without other words: a point of the topic, or one of its
        area.
        """
        aspects = frozenset((aspect,))
        area = self.area(None, topic)
        near = {topic: 1.0} | dict.fromkeys(self._topics_of_area[area] if area else (), AT_HOME)
        own = frozenset((area,)) if area else frozenset[str]()
        found = self.best("", aspects, near, within=own, spoken_of=own)
        return found.point if found and aspect in found.point.aspects else None

    def in_area(self, text: str, aspects: frozenset[str], topic: str) -> Chosen | None:
        """From the topic's home area, the best point that has its own words in the text and is not under the topic."""
        mine = self._has_words & self._of_area.get(self._home.get(topic, ""), 0) & ~self._under.get(topic, 0)
        here = [self._ranked[number] for number in bits(self._holding(text, aspects) & mine)]
        if not here:
            return None
        found = max(here, key=lambda point: (_value(point), -self.number_of[point.id]))
        return Chosen(found, topic, _value(found) + AT_HOME, True)


def load() -> dict[str, Area]:
    """Every area of data/points."""
    areas = {}
    of_places = packaged.of_places().items()
    for name in packaged.names("points"):
        data = packaged.toml(name)
        rows = [packaged.by_place(row, "own") for row in data.get("point", [])]
        points = tuple(
            structs.replace(
                point,
                own=point.own | {place: said.points[point.id] for place, said in of_places if point.id in said.points},
            )
            for point in packaged.table(rows, Point, name)
        )
        areas[data["area"]] = Area(
            data["area"],
            data["nouns"],
            tuple(data.get("beside", ())),
            data.get("offers"),
            points,
        )
    return areas


def sentences(areas: Iterable[Area]) -> dict[str, str]:
    """Every sentence, by a name that tells where it is written; for the check of the data."""
    return {
        f"{point.id}.{place}": text
        for area in areas
        for point in area.points
        for place, text in {**point.own, "any": point.any}.items()
        if text
    }
