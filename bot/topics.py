"""Topics that residents ask about, as editors keep them: articles and many phrasings each."""

from functools import cached_property
from itertools import zip_longest
from typing import Literal

from msgspec import Struct, structs

from bot import packaged
from bot.places import JURISDICTIONS
from bot.replies import Personal

Kind = Literal["article", "flow", "smalltalk", "out_of_scope"]


class Topic(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """`numbers` are articles by place, best first, in the files under the places' ids. `lead` is the regulation that
    says more and is shown first when no place is named. `gap` names the jurisdiction whose regulation has no such rule:
    there the answer is a decline that mentions the other's article. An errand that `yields` gives way to one whose
    `marks` are in the message, unless one of its own `marks` or `keeps` is there too.
    """

    id: str
    title: str
    ask: str
    numbers: dict[str, tuple[int, ...]] = {}
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
    personal: Personal | None = None

    @cached_property
    def sort(self) -> Kind:
        """A topic with a flow is an errand; one without anything else is about articles."""
        return self.kind or ("flow" if self.flow else "article")

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The phrasings, one by one."""
        pieces = (piece.strip() for line in self.ask.splitlines() for piece in line.split("|"))
        return tuple(piece for piece in pieces if piece)

    def articles(self, place: str | None) -> tuple[str, ...]:
        """Article ids, best first: those of the place, or both regulations' in turn."""
        return self._articles[place]

    def beside(self, place: str | None) -> tuple[str, ...]:
        """The articles that it ranks beside those of another topic, in order: none where it is outside our subject or
        has no such rule.
        """
        is_ours = self.sort in ("article", "flow")
        return () if not is_ours or (place and self.gap == place) else self.articles(place)

    def elsewhere(self, place: str | None) -> str | None:
        """Its first article in another place than this one, if any other has one."""
        return next((names[0] for other in JURISDICTIONS if other != place and (names := self.articles(other))), None)

    @cached_property
    def _articles(self) -> dict[str | None, tuple[str, ...]]:
        by_place = {
            place: tuple(f"{place}-{number}" for number in self.numbers.get(place, ())) for place in JURISDICTIONS
        }
        columns = sorted(by_place.values(), key=lambda names: not (names and names[0].startswith(f"{self.lead}-")))
        turns = [name for row in zip_longest(*columns) for name in row if name is not None]
        return dict(by_place) | {None: tuple(turns)}


def load() -> tuple[Topic, ...]:
    """Every topic of data/topics, in the order of the files."""
    found: list[Topic] = []
    for name in packaged.names("topics"):
        rows = [packaged.by_place(row, "numbers") for row in packaged.toml(name)["topic"]]
        found += packaged.table(rows, Topic, name)
    own = packaged.of_places()
    return tuple(
        structs.replace(
            topic,
            numbers=topic.numbers
            | {place: said.topics[topic.id] for place, said in own.items() if topic.id in said.topics},
        )
        for topic in found
    )
