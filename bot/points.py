"""What the editors say on one aspect of one topic, in one place: a sentence that opens with the verdict or the number.

A topic is found by the ranker; a point under it is chosen by what is asked about it and by words of its own. A point
with conditions stands before one without, when they hold, and is out of the question when they do not.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache, reduce
from operator import or_
from zlib import crc32

from msgspec import Struct, structs

from bot import packaged
from bot.aspects import TEXTS, Aspects, Each, Named, Words, bits
from bot.places import JURISDICTIONS
from bot.verdicts import Norm

ASKED = 0.2  # what a point is nearer by when its aspect is asked about
AT_HOME = 0.85  # how near a topic is taken to be to points of its area that are not under it
RECITES = 0.4  # what one that tells an article in short is farther by than one whose words or aspect are met
RESTS = 0.1  # what one that only follows is farther by than one of the topic's own
ADDRESSEE = re.compile(
    "(?:处|来)?罚(?:了)?我们?的?(?:那个|那家|那)?(?:局|单位|部门|机关|大队|所|家)"
)  # whom to ask, not what
SAID = 0.05  # what the point that was said last is farther by
NAMED = 0.3  # the same when its own words are said


class Point(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """`under` are topics, `asks` aspects, `words` and `unless` ways of saying (see `Words`). `own` are the sentences of places, in a file under their ids. `any` is said where a place has
    no sentence of its own, `again` when it is asked for once more. `cites` are the articles, by place, where they are not those of the topic. A `flow`
    starts the errand that it `offers` (of its area where nothing is written, none where it is empty); a `sure` one goes before any errand, since its words forbid or doubt it; one that `follows` is said only
    where its matter was just spoken of, one that `recites` where nothing else is. `silent` names the place whose regulation has no such rule at all. `norm` is what it tells of
    the matter where its sentence does not open with it, `verdict` the yes that may be said in front (see `verdicts`).
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
        """The sentence of the place, its rules still as templates; empty where nobody wrote one."""
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
        """A name for what it says in a place, or in both, since two points may say the same."""
        return self._spoken.get(place) or self._told(place)

    @cached_property
    def _spoken(self) -> dict[str | None, str]:
        return {place: self._told(place) for place in (None, *JURISDICTIONS)}

    def _told(self, place: str | None) -> str:
        told = "".join(dict.fromkeys(self.says(name) for name in ((place,) if place else JURISDICTIONS)))
        return f"{crc32(told.encode()):x}"

    def articles(self, place: str | None) -> tuple[str, ...] | None:
        """The articles it names for a place, or for both in turn; None where those of the topic count."""
        if place:
            numbers = self.cites.get(place)
            return None if numbers is None else tuple(f"{place}-{number}" for number in numbers)
        if not self.cites:
            return None
        columns = [[f"{name}-{number}" for number in self.cites.get(name, ())] for name in JURISDICTIONS]
        most = max(map(len, columns))
        return tuple(column[row] for row in range(most) for column in columns if row < len(column))


class Area(Struct, frozen=True):
    """Points that belong together, such as all on objections; a follow-up looks here first."""

    id: str
    nouns: str
    beside: tuple[str, ...]
    offers: str | None
    points: tuple[Point, ...]


class Chosen(Struct, frozen=True):
    """A point, the topic it was found under, and how near it is; `is_asked` when its conditions were met."""

    point: Point
    topic: str
    value: float
    is_asked: bool


class Points:
    """All points, by topic and by area.

    A set of points is a whole number with a bit for each, in the order of the data: which of hundreds hold for a text is settled
    at once, and each topic or area then asks for its own by one `&`.
    """

    def __init__(self) -> None:
        self._aspects = Aspects()
        self.aspects = lru_cache(TEXTS)(self._aspects.of)
        self.areas = load()
        named = Named({area.id: area.nouns for area in self.areas.values()})
        self.named = lru_cache(TEXTS)(lambda text: named.found(ADDRESSEE.sub("", text) if "罚" in text else text))
        self.by_id = {point.id: point for area in self.areas.values() for point in area.points}
        self._area_of = {point.id: area.id for area in self.areas.values() for point in area.points}
        self._points = tuple(self.by_id.values())
        self._number_of = {point.id: number for number, point in enumerate(self._points)}
        self._values = [
            (ASKED if point.asks else 0.0) + (NAMED if point.words else 0.0) - (RECITES if point.recites else 0.0)
            for point in self._points
        ]
        self._of_area = defaultdict[str, int](int)
        self._under = defaultdict[str, int](int)
        self._asking = defaultdict[str, int](int)  # by aspect
        self._said = Each([point.words for point in self._points])
        self._unsaid = Each([point.unless for point in self._points])
        self._asks_nothing = self._has_words = self._follows = 0
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for number, point in enumerate(self._points):
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
                counts[topic][area] += 1
        self._joins = sum(1 << number for number, point in enumerate(self._points) if "+" in point.words)
        self._wordless = ((1 << len(self._points)) - 1) ^ self._has_words
        self._holding = lru_cache(TEXTS)(self._held)
        self._home = {topic: areas.most_common(1)[0][0] for topic, areas in counts.items()}
        self._topics_of_area = {
            area.id: tuple(dict.fromkeys(topic for point in area.points for topic in point.topics))
            for area in self.areas.values()
        }

    def area(self, point: str | None, topic: str | None) -> str | None:
        """The area of what was just answered: that of the point, else the one that has most points under the topic."""
        if point in self._area_of:
            return self._area_of[point]
        return self._home.get(topic or "")

    def beside(self, area: str) -> tuple[str, ...]:
        """The areas that a question on this one leads on to, such as from objections to liability."""
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
        held = self._holding(text, aspects) & ~(self._follows & ~self._in_areas(spoken_of))
        if within is not None:
            held &= self._in_areas(within)
        said = self._number_of.get(last or "")
        found: tuple[int, str, float, bool] | None = None
        most = 0.0
        for topic, nearness in near.items():
            here = held & self._under.get(topic, 0)
            held ^= here  # the first topic that a point is found under counts
            for number in bits(here):
                value = self._values[number]
                if self._points[number].follows:
                    value -= RESTS
                if number == said:
                    value -= SAID
                if found is None or nearness + value > most:
                    most = nearness + value
                    found = (number, topic, most, value > 0)
        if found is None:
            return None
        number, under, value, is_asked = found
        return Chosen(self._points[number], under, value, is_asked)

    def can_join(self, text: str, aspects: frozenset[str]) -> bool:
        """Whether conditions hold for a point that has words that must stand together."""
        return self._holding(text, aspects) & self._joins != 0

    def _in_areas(self, areas: Iterable[str]) -> int:
        return reduce(or_, [self._of_area.get(area, 0) for area in areas], 0)

    def _held(self, text: str, aspects: frozenset[str]) -> int:
        """Those whose conditions hold for what is said and asked."""
        asked = reduce(or_, [self._asking.get(aspect, 0) for aspect in aspects], self._asks_nothing)
        return (self._said.found(text) | self._wordless) & asked & ~self._unsaid.found(text)

    def cell(self, topic: str, aspect: str) -> Point | None:
        """What is said on an aspect of a topic when nothing else is said: a point of its own, or one of its area."""
        aspects = frozenset((aspect,))
        area = self.area(None, topic)
        near = {topic: 1.0} | dict.fromkeys(self._topics_of_area[area] if area else (), AT_HOME)
        own = frozenset((area,)) if area else frozenset[str]()
        found = self.best("", aspects, near, within=own, spoken_of=own)
        return found.point if found and aspect in found.point.aspects else None

    def in_area(self, text: str, aspects: frozenset[str], topic: str) -> Chosen | None:
        """The point whose own words are in the text, of the area where the topic is at home, whatever its topics."""
        mine = self._has_words & self._of_area.get(self._home.get(topic, ""), 0) & ~self._under.get(topic, 0)
        here = self._holding(text, aspects) & mine
        found: int | None = None
        for number in bits(here):
            if found is None or self._values[number] > self._values[found]:
                found = number
        return None if found is None else Chosen(self._points[found], topic, self._values[found] + AT_HOME, True)


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
    """Every sentence under a name that tells where it stands; for the check of the data."""
    return {
        f"{point.id}.{place}": text
        for area in areas
        for point in area.points
        for place, text in {**point.own, "any": point.any}.items()
        if text
    }
