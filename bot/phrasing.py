"""A decision put into words: plain sentences, then the quoted articles, then the next step."""

import re
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from bot import packaged
from bot.deciding import Decision
from bot.places import JURISDICTIONS
from bot.reading import Reader
from bot.replies import Action, Personal, Quoted, Reply
from bot.sentences import Sentences, fill
from bot.topics import Topic
from knowledge import articles
from knowledge.articles import Article

PLACE_NAMES = {"yunnan": "云南", "dalian": "大连"}
QUOTED = 3  # articles quoted in one answer
TIME_ASKED = frozenset({"#how_long", "#how_years"})
TIME = re.compile("工作日|[0-9一二三四五六七八九十]年")
TIME_TOLD = 8  # what a paragraph with a time in it is nearer by when a time is asked for
WHOLE = 160  # an article up to this length is quoted whole, a longer one by its nearest paragraph


class Flow(Struct, frozen=True, forbid_unknown_fields=True):
    """An errand the product runs, as the bot offers it."""

    id: str
    label: str
    say: str
    articles: tuple[str, ...]
    ask_next: tuple[str, ...]
    personal: Personal | None = None


class Passages:
    """One article as it is quoted: whole, or by its paragraphs with their items."""

    def __init__(self, article: Article, since: date | None, reader: Reader) -> None:
        self.article = article
        self.label = article.label
        texts = ["\n".join((part.text, *part.items)) for part in article.paragraphs]
        whole = "\n".join(texts)
        self.is_whole = len(texts) == 1 or len(whole) <= WHOLE
        self._features = () if self.is_whole else tuple(reader.features(text)[0] for text in texts)
        self._quoted = tuple(
            Quoted(
                article.label,
                article.id,
                article.regulation,
                article.number,
                text,
                since,
                article.missing is not None,
            )
            for text in ([whole] if self.is_whole else texts)
        )

    def nearest(self, features: frozenset[str]) -> Quoted:
        """The paragraph that shares most with the question; the whole article when it is short."""
        if self.is_whole:
            return self._quoted[0]
        shared = [_shared(own & features) for own in self._features]
        if features & TIME_ASKED:
            shared = [
                number + TIME_TOLD * bool(TIME.search(quoted.quote))
                for number, quoted in zip(shared, self._quoted, strict=True)
            ]
        return self._quoted[shared.index(max(shared))]


class Said(Struct, frozen=True):
    """What an answer says whoever asks and in whatever words: all but the passages."""

    text: str
    cited: tuple[str, ...]
    flow: Flow | None
    actions: tuple[Action, ...]
    quick_replies: tuple[str, ...]


class Phrasing:
    """Words for every kind of decision. All text comes from data and from `knowledge`."""

    def __init__(self, reader: Reader, topics: Sequence[Topic]) -> None:
        self._titles_read = {topic.id: reader.features(topic.title)[0] for topic in topics}
        self._sentences = Sentences()
        self.flows = {flow.id: flow for flow in packaged.table(packaged.toml("flows.toml")["flow"], Flow, "flows.toml")}
        self._flow_of = {name: flow for flow in self.flows.values() for name in flow.articles}
        self._say = packaged.toml("referrals.toml")
        self._passages = {
            article.id: Passages(article, articles.regulation(place).in_force_on, reader)
            for place in JURISDICTIONS
            for article in articles.regulation(place).articles
        }
        self._said: tuple[date | None, dict[tuple[str, tuple[str, ...], str | None], Said]] = (None, {})
        self._titles = "，".join(
            f"《{articles.regulation(place).title}》共{len(articles.regulation(place).articles)}条"
            for place in JURISDICTIONS
        )

    def reply(self, decision: Decision, on: date) -> Reply:
        """`on` decides which rules' values stand in the sentences."""
        if decision.kind == "out_of_scope":
            return self._declined(decision, on)
        if decision.kind == "smalltalk":
            return Reply(
                kind="smalltalk",
                answered=True,
                text=decision.topic.reply or "" if decision.topic else "",
                quick_replies=tuple(self._say["smalltalk"]["quick"]),
                dialogue=decision.dialogue,
            )
        if decision.kind == "clarify":
            return Reply(
                kind="clarify",
                answered=True,
                text=self._say["clarify"] + "、".join(topic.title for topic in decision.options),
                articles=decision.articles,
                actions=tuple(
                    Action(topic.flow, topic.title, decision.place) for topic in decision.options if topic.flow
                ),
                quick_replies=tuple(topic.title for topic in decision.options),
                dialogue=decision.dialogue,
            )
        return self._answered(decision, on)

    def _answered(self, decision: Decision, on: date) -> Reply:
        said = self._said_on(decision, on)
        asked = decision.features
        if decision.topic and not all(self._passages[name].is_whole for name in said.cited):
            asked |= self._titles_read[decision.topic.id]
        return Reply(
            kind=decision.kind,
            answered=True,
            text=said.text,
            articles=decision.articles,
            citations=tuple([self._passages[name].nearest(asked) for name in said.cited]),
            flow=said.flow.id if said.flow else None,
            actions=said.actions,
            quick_replies=said.quick_replies,
            dialogue=decision.dialogue,
            personal=said.flow.personal if said.flow else None,
        )

    def _said_on(self, decision: Decision, on: date) -> Said:
        """Put together once a date for each topic, place and list of articles; look-ups by number are too many to keep."""
        if decision.topic is None:
            return self._put_together(decision, on)
        said_on, known = self._said
        if said_on != on:
            self._said = (on, known := {})
        key = (decision.topic.id, decision.cited, decision.place)
        said = known.get(key)
        if said is None:
            said = known[key] = self._put_together(decision, on)
        return said

    def _put_together(self, decision: Decision, on: date) -> Said:
        topic = decision.topic
        flow = self.flows.get(topic.flow) if topic and topic.flow else None
        cited = _spread(decision.cited, decision.place)
        lines = [flow.say] if flow else []
        gap = topic.gap if topic and not decision.place else None
        if not flow:
            lines += self._told(decision, cited, on)
        if gap:
            lines.append(self._say["flow-gap" if flow else "one-only"].format(place=PLACE_NAMES[gap]))
        offered = flow or (self._flow_of.get(cited[0]) if cited else None)
        quick = offered.ask_next if offered else ()
        if not decision.place and len(cited) > 1:
            quick = (*quick[:2], *(f"只看{PLACE_NAMES[place]}" for place in JURISDICTIONS))
        actions = (Action(offered.id, offered.label, decision.place),) if offered else ()
        return Said("\n".join(lines), cited, flow, actions, quick)

    def _told(self, decision: Decision, cited: tuple[str, ...], on: date) -> list[str]:
        """The sentences of the articles quoted, each under the name of its place when both are shown."""
        lines, seen = [], set[str]()
        both = not decision.place and len({name.split("-")[0] for name in cited}) > 1
        for name in cited:
            place = name.split("-")[0]
            if place in seen and decision.topic is not None:
                continue
            seen.add(place)
            said = decision.topic.say.get(place) if decision.topic else None
            sentence = fill(said, on) if said else self._sentences.of(name, on)
            lines.append(f"{PLACE_NAMES[place]}：{sentence}" if both or not decision.place else sentence)
            missing = self._passages[name].article.missing
            if missing:
                lines.append(self._say["missing"].format(missing=missing))
        return lines

    def _declined(self, decision: Decision, on: date) -> Reply:
        topic, refer = decision.topic, decision.refer or "unknown"
        citations: tuple[Quoted, ...] = ()
        if refer == "gap" and topic and decision.place:
            other = next(place for place in JURISDICTIONS if place != decision.place)
            name = topic.articles(other)[0]
            citations = (self._passages[name].nearest(decision.features | self._titles_read[topic.id]),)
            said = topic.say.get(other)
            told = f"{self._passages[name].label}——{fill(said, on) if said else self._sentences.of(name, on)}"
            text = self._say["gap"].format(place=PLACE_NAMES[decision.place], other=told)
        else:
            text = self._say[refer].format(titles=self._titles)
        return Reply(
            kind="out_of_scope",
            answered=False,
            text=text,
            citations=citations,
            quick_replies=tuple(self._say["smalltalk"]["quick"]),
            dialogue=decision.dialogue,
        )


def _shared(features: frozenset[str]) -> int:
    """A concept in common says as much as three neighbouring characters."""
    return len(features) + 2 * sum(feature[0] == "#" for feature in features)


def _spread(names: tuple[str, ...], place: str | None) -> tuple[str, ...]:
    """At most QUOTED articles; without a place the best of each regulation comes before the second of any."""
    if place or len(names) <= 1:
        return names[:QUOTED]
    firsts = [next((n for n in names if n.startswith(p)), None) for p in JURISDICTIONS]
    ordered = dict.fromkeys([name for name in firsts if name] + list(names))
    return tuple(ordered)[: max(2, QUOTED - 1)]
