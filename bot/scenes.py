"""Scenes: what has happened to somebody (fined, listed, recorded wrongly, looked up, asked for consent). Looked for
before errands.

A scene is recognised by its words and lasts until the resident names another subject. Questions within it have rows of
their own, so that 要多久 after 没同意就查我 is not taken for an objection. Every row is data (`scenes.toml`).
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from operator import or_

from msgspec import Struct

from bot import packaged
from bot.aspects import Each, bits


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """`says` and `unless` are phrases that tell it, `under` its topics, best first, `point` the answer where
    nothing more is asked. Whatever the message told, the answer that is given tells what has happened too: one of
    `begins`, the errand of the topic `flow`, or one of the `area`, begins the scene where none lasts. `is_mild`:
    every question is left to the topics. `is_sure`: it goes before points whose words are found, where no aspect is
    asked for. `is_bar`: it holds even if the message plainly asks for an errand. `is_of_another`: somebody else's matter,
    of which a bare 帮我办 begins nothing.
    """

    id: str
    under: str = ""
    says: str = ""
    unless: str = ""
    point: str | None = None
    area: str | None = None
    begins: str = ""
    flow: str = ""
    is_mild: bool = False
    is_sure: bool = False
    is_bar: bool = False
    is_of_another: bool = False


class Turn(Struct, frozen=True, forbid_unknown_fields=True):
    """A question within certain scenes (`within`), recognised by words or by aspects alone."""

    within: str
    point: str
    words: str = ""
    unless: str = ""
    asks: str = ""


class Scenes:
    """All scenes and the questions within them, in the order of the data: the first that fits counts. The `brief` ones
    are known by words that any matter is asked in (能告吗, 咋撤), so they count only where the message holds little else.
    """

    def __init__(self) -> None:
        data = packaged.toml("scenes.toml")
        self.rows = packaged.table(data["scene"], Scene, "scenes.toml")
        turns = packaged.table(data["turn"], Turn, "scenes.toml")
        self.turns = (*turns, *packaged.table(data["brief"], Turn, "scenes.toml"))
        self._brief = (1 << len(self.turns)) - (1 << len(turns))
        self.by_id = {scene.id: scene for scene in self.rows}
        self._by_area = {scene.area: scene for scene in self.rows if scene.area is not None}
        self._by_point = {point: scene for scene in self.rows for point in (*scene.begins.split(), scene.flow) if point}
        self._says, self._unless = Each([row.says for row in self.rows]), Each([row.unless for row in self.rows])
        self._words = Each([turn.words for turn in self.turns])
        self._unsaid = Each([turn.unless for turn in self.turns])
        self._within, self._asking = defaultdict[str, int](int), defaultdict[str, int](int)  # turns, one bit each
        for number, turn in enumerate(self.turns):
            for scene in turn.within.split():
                self._within[scene] |= 1 << number
            for aspect in turn.asks.split():
                self._asking[aspect] |= 1 << number

    def told(self, text: str) -> Scene | None:
        """The scene that a message tells."""
        told = self._says.found(text) & ~self._unless.found(text)
        return self.rows[next(bits(told))] if told else None

    def begun(self, answer: str | None, area: str | None) -> Scene | None:
        """The scene that an answer, a point or the topic of an errand, begins, if any."""
        return self._by_point.get(answer or "") or self._by_area.get(area or "")

    def said(self, scene: str, text: str, is_brief: bool = True) -> str | None:
        """The answer within a scene, by words of the text."""
        found = self._words.found(text)
        return self._first(found if is_brief else found & ~self._brief, scene, text)

    def asked(self, scene: str, text: str, aspects: frozenset[str]) -> str | None:
        """The answer within a scene, by aspects alone."""
        return self._first(reduce(or_, [self._asking.get(aspect, 0) for aspect in aspects], 0), scene, text)

    def _first(self, turns: int, scene: str, text: str) -> str | None:
        fit = turns & self._within.get(scene, 0) & ~self._unsaid.found(text)
        return self.turns[next(bits(fit))].point if fit else None


def points(scenes: Scenes) -> Sequence[str]:
    """Every point that scenes and turns name; for the check of the data."""
    begins = [name for scene in scenes.rows for name in scene.begins.split()]
    return [
        name for name in (*(scene.point for scene in scenes.rows), *(turn.point for turn in scenes.turns)) if name
    ] + begins
