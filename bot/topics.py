"""What residents ask about, as editors keep it: one topic, the articles behind it, many ways of asking."""

from functools import cached_property
from typing import Literal

from msgspec import Struct

from bot import packaged

Kind = Literal["article", "flow", "smalltalk", "out_of_scope"]


class Topic(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """`yunnan` and `dalian` rank the articles, best first. `lead` is the regulation that says
    more and is shown first when no place is named. `gap` names the jurisdiction whose regulation has
    no such rule: asked there, the answer is a decline that mentions the other's article. An
    errand that `yields` gives way to one whose `marks` are in the message when none of its own `marks`
    and `keeps` is.
    """

    id: str
    title: str
    ask: str
    yunnan: tuple[int, ...] = ()
    dalian: tuple[int, ...] = ()
    flow: str | None = None
    kind: Kind | None = None
    lead: str | None = None
    gap: str | None = None
    refer: str | None = None
    marks: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    yields: bool = False
    reply: str | None = None
    say: dict[str, str] = {}
    personal: str | None = None

    @cached_property
    def sort(self) -> Kind:
        """A topic with a flow is an errand; one without anything else is about articles."""
        return self.kind or ("flow" if self.flow else "article")

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The ways of asking, one by one."""
        pieces = (piece.strip() for line in self.ask.splitlines() for piece in line.split("|"))
        return tuple(piece for piece in pieces if piece)

    def articles(self, place: str | None) -> tuple[str, ...]:
        """Article ids, best first: those of the place, or both regulations' in turn."""
        return self._articles[place]

    @cached_property
    def _articles(self) -> dict[str | None, tuple[str, ...]]:
        yunnan = tuple(f"yunnan-{number}" for number in self.yunnan)
        dalian = tuple(f"dalian-{number}" for number in self.dalian)
        shared = min(len(yunnan), len(dalian))
        first, second = (dalian, yunnan) if self.lead == "dalian" else (yunnan, dalian)
        turns = [name for pair in zip(first, second, strict=False) for name in pair]
        return {"yunnan": yunnan, "dalian": dalian, None: (*turns, *first[shared:], *second[shared:])}


def load() -> tuple[Topic, ...]:
    """Every topic of data/topics, in the order of the files."""
    found: list[Topic] = []
    for name in packaged.names("topics"):
        found += packaged.table(packaged.toml(name)["topic"], Topic, name)
    return tuple(found)
