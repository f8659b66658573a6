"""What has happened to somebody: fined, listed, recorded wrongly, looked up, asked for consent. Recognised before any errand.

A scene is recognised by its words and stays until another matter is named. Questions within it have rows of their own, so that
要多久 after 没同意就查我 is not taken for an objection. Every row is data (`scenes.toml`).
"""

from collections.abc import Sequence

from msgspec import Struct

from bot import packaged
from bot.aspects import INDEX, Words


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """`says` and `unless` are ways of telling it, `under` its topics, nearest first, `point` what is said where nothing more is asked.
    One without `says` is entered through an answer of its `area`. A mild one leaves every question to the topics; a sure one
    goes before points whose words are met, where no aspect is asked about. What is a bar holds however plainly an errand is asked for.
    """

    id: str
    under: str = ""
    says: str = ""
    unless: str = ""
    point: str | None = None
    area: str | None = None
    is_mild: bool = False
    is_sure: bool = False
    is_bar: bool = False


class Turn(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked on in some scenes (`within`): by words, or by aspects alone."""

    within: str
    point: str
    words: str = ""
    unless: str = ""
    asks: str = ""


class Scenes:
    """All scenes and their turns, in the order of the data: the first that fits counts."""

    def __init__(self) -> None:
        data = packaged.toml("scenes.toml")
        self.rows = packaged.table(data["scene"], Scene, "scenes.toml")
        self.turns = packaged.table(data["turn"], Turn, "scenes.toml")
        self.by_id = {scene.id: scene for scene in self.rows}
        self._by_area = {scene.area: scene for scene in self.rows if scene.area is not None}
        self._told = [(scene, Words(scene.says).number, Words(scene.unless).number) for scene in self.rows]
        self._rows = {
            scene.id: [
                (turn, Words(turn.words).number, Words(turn.unless).number, frozenset(turn.asks.split()))
                for turn in self.turns
                if scene.id in turn.within.split()
            ]
            for scene in self.rows
        }

    def told(self, text: str) -> Scene | None:
        """The scene that a message tells of."""
        present = INDEX.present(text)
        return next((scene for scene, says, unless in self._told if says in present and unless not in present), None)

    def of_area(self, area: str | None) -> Scene | None:
        """The scene that an answer of the area leads into, if any."""
        return self._by_area.get(area) if area else None

    def said(self, scene: str, text: str) -> str | None:
        """The point whose words in the scene are in the text."""
        present = INDEX.present(text)
        return next(
            (
                turn.point
                for turn, words, unless, _ in self._rows[scene]
                if turn.words and words in present and unless not in present
            ),
            None,
        )

    def asked(self, scene: str, text: str, aspects: frozenset[str]) -> str | None:
        """The point for what is asked about in the scene, whatever the words."""
        present = INDEX.present(text)
        return next(
            (
                turn.point
                for turn, _, unless, asks in self._rows[scene]
                if not asks.isdisjoint(aspects) and unless not in present
            ),
            None,
        )


def points(scenes: Scenes) -> Sequence[str]:
    """Every point that scenes and turns name; for the check of the data."""
    return [name for name in (*(scene.point for scene in scenes.rows), *(turn.point for turn in scenes.turns)) if name]
