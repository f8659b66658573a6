"""What an answer says whatever the words of the question: sentences, articles to quote, errand and next steps. Made once a date."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot import packaged
from bot.decision import Decision
from bot.passages import Passages
from bot.places import JURISDICTIONS, PLACE_NAMES
from bot.points import Point, Points
from bot.reading import Reader
from bot.replies import Action, Personal
from bot.sentences import Sentences, fill
from knowledge import articles

QUOTED = 3  # articles quoted in one answer
_NO = re.compile(r"条例里?(?:都)?没有")


class Flow(Struct, frozen=True, forbid_unknown_fields=True):
    """An errand of the product, as the bot offers it. `next` is the point that says what follows once it is filed."""

    id: str
    label: str
    say: str
    articles: tuple[str, ...]
    ask_next: tuple[str, ...]
    verdict: str
    personal: Personal | None = None
    next: str | None = None


KEPT = 4096  # sentences, some two for each point, whose features are kept


class Said(Struct, frozen=True):
    """The parts of an answer that do not depend on the message: all but the passages."""

    text: str
    cited: tuple[str, ...]
    flow: Flow | None
    actions: tuple[Action, ...]
    quick_replies: tuple[str, ...]
    features: frozenset[str] = frozenset()
    shares: tuple[int, ...] = ()  # of these, of each article's paragraphs


class Saying:
    """`say` are the texts of `referrals.toml`."""

    def __init__(
        self, reader: Reader, points: Points, passages: Mapping[str, Passages], say: Mapping[str, Any]
    ) -> None:
        self._features = lru_cache(KEPT)(lambda text: reader.features(text)[0])
        self._points = points
        self._passages = passages
        self._say = say
        self.sentences = Sentences()
        self.flows = {flow.id: flow for flow in packaged.table(packaged.toml("flows.toml")["flow"], Flow, "flows.toml")}
        self.flow_of = {name: flow for flow in self.flows.values() for name in flow.articles}
        self._higher = {place: one.title for one in articles.regulations() if not one.has_text for place in one.covers}
        self._said: tuple[date | None, dict[tuple[str, str, str, bool, tuple[str, ...], str | None], Said]] = (
            None,
            {},
        )

    def of(self, decision: Decision, on: date) -> Said:
        """Made once a date for each topic, place and list of articles. Look-ups by number are not kept: there are too
        many.
        """
        if decision.topic is None and decision.point is None:
            return self._put_together(decision, on)
        said_on, known = self._said
        if said_on != on:
            self._said = (on, known := {})
        key = (
            decision.topic.id if decision.topic else "",
            decision.point.id if decision.point else "",
            decision.also.id if decision.also else "",
            decision.kind == "flow",
            decision.cited,
            decision.place,
        )
        said = known.get(key)
        if said is None:
            said = known[key] = self._put_together(decision, on)
        return said

    def _put_together(self, decision: Decision, on: date) -> Said:
        if decision.point is not None:
            return self._put_point(decision, decision.point, on)
        topic = decision.topic
        flow = self.flows.get(topic.flow) if topic and topic.flow and decision.kind == "flow" else None
        cited = _spread(decision.cited, decision.place)
        offer = self.flows.get(topic.flow) if topic and topic.flow and decision.kind == "article" else None
        lines = [flow.say] if flow else [offer.say] if offer else []
        gap = topic.gap if topic and not decision.place else None
        if not lines:
            lines += self.told(decision, cited, on)
        if gap:
            lines.append(self._say["flow-gap" if flow else "one-only"].format(place=PLACE_NAMES[gap]))
        offered = flow or offer or (self.flow_of.get(cited[0]) if cited else None)
        return self._said_with("\n".join(lines), cited, flow, offered, decision.place)

    def _put_point(self, decision: Decision, point: Point, on: date) -> Said:
        lines = self.point_lines(point, decision.place, on) or self.told(decision, decision.cited[:1], on)
        if decision.also:
            also = self.point_lines(decision.also, decision.place, on)
            lines += [self._say["also"] + also[0], *also[1:]] if also else []
        offers = self._points.offers(point)
        offered = self.flows.get(offers) if offers else None
        cited = _spread(decision.cited, decision.place)
        flow = offered if decision.kind == "flow" else None
        said = self._said_with("\n".join(lines), cited, flow, offered, decision.place)
        passages = [self._passages[name] for name in cited]
        if all(one.is_whole for one in passages):
            return said
        features = self._features("".join(lines))
        return replace(said, features=features, shares=tuple([one.shares(features) for one in passages]))

    def _said_with(
        self, text: str, cited: tuple[str, ...], flow: Flow | None, offered: Flow | None, place: str | None
    ) -> Said:
        quick = offered.ask_next if offered else ()
        if not place and len(cited) > 1:
            quick = (*quick[:2], *(f"只看{PLACE_NAMES[name]}" for name in JURISDICTIONS))
        actions = (Action(offered.id, offered.label, place),) if offered else ()
        return Said(text, cited, flow, actions, quick)

    def point_lines(self, point: Point, place: str | None, on: date) -> list[str]:
        """The sentence of the place; without a place those of both under their names, where they differ."""
        if place:
            return [self.of_the_text(fill(said, on), place)] if (said := point.says(place)) else []
        told = {name: fill(said, on) for name in JURISDICTIONS if (said := point.says(name))}
        if len(told) > 1 and len(set(told.values())) == 1:
            return [max((self.of_the_text(said, name, "higher-too") for name, said in told.items()), key=len)]
        return [f"{PLACE_NAMES[name]}：{self.of_the_text(said, name)}" for name, said in told.items()]

    def of_the_text(self, said: str, place: str, note: str = "higher") -> str:
        """Adds to a "no" of a place's own regulation that it speaks of this text alone, where a higher-ranking one
        applies too.
        """
        if place not in self._higher or not _NO.search(said):
            return said
        return said + str(self._say[note]).format(title=self._higher[place], place=PLACE_NAMES[place])

    def told(self, decision: Decision, cited: tuple[str, ...], on: date) -> list[str]:
        """The sentences of the articles quoted, each under the name of its place when both are shown."""
        lines, seen = [], set[str]()
        both = not decision.place and len({name.split("-")[0] for name in cited}) > 1
        for name in cited:
            place = name.split("-")[0]
            if place in seen and decision.topic is not None:
                continue
            seen.add(place)
            said = decision.topic.say.get(place) if decision.topic else None
            sentence = fill(said, on) if said else self.sentences.of(name, on)
            lines.append(f"{PLACE_NAMES[place]}：{sentence}" if both or not decision.place else sentence)
            lines += self.missing([name])
        return lines

    def missing(self, cited: Sequence[str]) -> list[str]:
        """Of each article that announces items which the text used has lost, that it has."""
        lost = [self._passages[name].article.missing for name in cited]
        return [self._say["missing"].format(missing=missing) for missing in lost if missing]


def _spread(names: tuple[str, ...], place: str | None) -> tuple[str, ...]:
    """At most QUOTED articles; without a place the best of each regulation comes before the second of any."""
    if place or len(names) <= 1:
        return names[:QUOTED]
    firsts = [next((n for n in names if n.startswith(p)), None) for p in JURISDICTIONS]
    ordered = dict.fromkeys([name for name in firsts if name] + list(names))
    return tuple(ordered)[: max(2, QUOTED - 1)]
