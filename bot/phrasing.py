"""Puts a decision into words: plain sentences, then the quoted articles, then the next step."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from bot import packaged
from bot.choosing import squeezed
from bot.decision import Decision
from bot.passages import TIME_ASKED, Passages
from bot.places import JURISDICTIONS, PLACE_NAMES
from bot.points import Point, Points
from bot.reading import Reader
from bot.replies import Action, Centre, Personal, Quoted, Reply
from bot.sentences import Sentences, fill
from bot.topics import Topic
from bot.verdicts import asks_for_the_text, front, norm
from knowledge import articles

PERSON = "{person}"  # in a sentence: replaced by whom to ask in person
OFTEN = 2  # repetitions of one question from which on the answer names a person to ask
QUOTED = 3  # articles quoted in one answer
SHORT_SENTENCE = 14  # characters that a shortened sentence has at least

# An aspect, other words that ask for it, and what a sentence that answers it contains.
UNWRITTEN: tuple[tuple[str, re.Pattern[str] | None, re.Pattern[str]], ...] = (
    ("times", re.compile("几次|几回|多少次|多少回|次数"), re.compile("次|回")),
    ("fee", None, re.compile("费|钱|罚|赔|元|补偿|没收")),
    ("days", None, re.compile(r"\d|天|日|立即|及时|马上|当场|当时|期限|随时")),
    ("until", None, re.compile(r"\d|年|月|期|一直|随时|自动|终身")),
    ("bring", None, re.compile("材料|证|带|书面|附|文书|承诺书")),
    ("proxy", None, re.compile("代|委托|替|本人|监护")),
)
_NO = re.compile(r"条例里?(?:都)?没有")


class Flow(Struct, frozen=True, forbid_unknown_fields=True):
    """An errand of the product, as the bot offers it."""

    id: str
    label: str
    say: str
    articles: tuple[str, ...]
    ask_next: tuple[str, ...]
    verdict: str
    personal: Personal | None = None


class Said(Struct, frozen=True):
    """The parts of an answer that do not depend on the message: all but the passages."""

    text: str
    cited: tuple[str, ...]
    flow: Flow | None
    actions: tuple[Action, ...]
    quick_replies: tuple[str, ...]
    features: frozenset[str] = frozenset()
    shares: tuple[tuple[int, ...], ...] = ()  # of these, of each article's paragraphs


class Phrasing:
    """Words for every kind of decision. All text comes from data and from `knowledge`."""

    def __init__(self, reader: Reader, topics: Sequence[Topic], points: Points) -> None:
        self._reader = reader
        self._points = points
        self._titles_read = {topic.id: reader.features(topic.title)[0] for topic in topics}
        self._sentences = Sentences()
        self.flows = {flow.id: flow for flow in packaged.table(packaged.toml("flows.toml")["flow"], Flow, "flows.toml")}
        self._flow_of = {name: flow for flow in self.flows.values() for name in flow.articles}
        self._say = packaged.toml("referrals.toml")
        self._higher = {place: one.title for one in articles.regulations() if not one.has_text for place in one.covers}
        self._passages = {
            article.id: Passages(article, articles.regulation(place).in_force_on, reader)
            for place in JURISDICTIONS
            for article in articles.regulation(place).articles
        }
        self._said: tuple[date | None, dict[tuple[str, str, str, bool, tuple[str, ...], str | None], Said]] = (
            None,
            {},
        )
        self._titles = "，".join(
            f"《{articles.regulation(place).title}》共{len(articles.regulation(place).articles)}条"
            for place in JURISDICTIONS
        )

    def reply(self, decision: Decision, on: date, centres: Mapping[str, Centre]) -> Reply:
        """`on` decides which rules' values stand in the sentences; `centres` are whom to ask in person."""
        reply = self._reply(decision if decision.style != "english" else replace(decision, told=None), on)
        if decision.style == "english" and decision.told:
            reply = replace(reply, text=f"{fill(decision.told, on)}\n{reply.text}")
        if decision.again >= OFTEN:
            say = self._say["chat" if decision.kind == "smalltalk" else "once-more"]
            kept = fill(decision.point.again, on) if decision.point and decision.point.again else ""
            reply = replace(reply, text=kept + say["person" if decision.again % 2 else "person-too"] + PERSON)
        if decision.more:
            reply = replace(
                reply,
                text=f"{reply.text}\n{self._say['one-more'].format(more=decision.more)}",
                quick_replies=(decision.more, *reply.quick_replies[:2]),
            )
        if decision.is_story and reply.answered and decision.topic and decision.topic.sort in ("article", "flow"):
            reply = replace(reply, text=f"{reply.text}\n{self._say['heard'].format(title=decision.topic.title)}")
        text = reply.text
        if PERSON in text:
            text = text.replace(PERSON, self._person(decision.place, centres))
        if not decision.answered and "12345" not in text:
            text += self._say["person"]["short"]
        if decision.dialogue.failures > 1:
            say = self._say["person"]
            failed = say["failed" if decision.dialogue.failures % 2 == 0 else "failed-too"]
            text = failed + self._person(decision.place, centres)
        return reply if text is reply.text else replace(reply, text=text)

    def _person(self, place: str | None, centres: Mapping[str, Centre]) -> str:
        """Telephone, windows and hours of the place, or of both."""
        say = self._say["person"]
        known = [centres[name] for name in ((place,) if place else JURISDICTIONS) if name in centres]
        if not known:
            return str(say["anywhere"])
        told = (
            say["centre"].format(name=one.name, telephone=one.telephone, windows=one.windows, hours=one.hours)
            for one in known
        )
        return "".join(told) + str(say["hotline"])

    def _reply(self, decision: Decision, on: date) -> Reply:
        if decision.told and decision.kind in ("article", "flow"):
            return self._reckoned(decision)
        if decision.style == "uncited":
            said = self._say["once-more"]["uncited"]
            return Reply("article", True, said, quick_replies=("转人工",), dialogue=decision.dialogue)
        if decision.style in ("cite", "again", "plain", "really") and decision.cited:
            return self._once_more(decision, on)
        if decision.kind == "out_of_scope":
            return self._declined(decision, on)
        if decision.kind == "smalltalk":
            return Reply(
                kind="smalltalk",
                answered=True,
                text=self._chat(decision),
                quick_replies=tuple(self._say["smalltalk"]["quick"]),
                dialogue=decision.dialogue,
            )
        if decision.kind == "clarify" and decision.told == "which":
            return self._which(decision)
        if decision.kind == "clarify" and decision.told == "either":
            say = self._say["places"]
            return Reply(
                "clarify", True, say["either"], quick_replies=(*PLACE_NAMES.values(),), dialogue=decision.dialogue
            )
        if decision.kind == "clarify" and decision.told == "other":
            say = self._say["other"]
            told = say["again"] + PERSON if decision.again else say["say"]
            return Reply("clarify", True, told, quick_replies=tuple(say["quick"]), dialogue=decision.dialogue)
        if decision.kind == "clarify":
            return Reply(
                kind="clarify",
                answered=True,
                text=self._say["unclear" if decision.told else "clarify"].format(
                    options="、".join(topic.title for topic in decision.options)
                ),
                articles=decision.articles,
                actions=tuple(
                    Action(topic.flow, topic.title, decision.place) for topic in decision.options if topic.flow
                ),
                quick_replies=tuple(topic.title for topic in decision.options),
                dialogue=decision.dialogue,
            )
        return self._answered(decision, on)

    def _chat(self, decision: Decision) -> str:
        if decision.told:
            return decision.told
        return (decision.topic.reply or "" if decision.topic else "") if not decision.again else self._say["chat-again"]

    def _which(self, decision: Decision) -> Reply:
        """In place of a repeated answer: what can be asked next on the subject."""
        offers = self._points.offers(decision.point) if decision.point else decision.topic and decision.topic.flow
        flow = self.flows.get(offers or "") or (self._flow_of.get(decision.cited[0]) if decision.cited else None)
        ways = flow.ask_next[:3] if flow else ()
        say = self._say["once-more"]
        told = say["which"].format(ways="、".join(f"“{way}”" for way in ways)) if ways else say["person-too"]
        return Reply(
            kind="clarify",
            answered=True,
            text=(say["person"] if decision.again else told) + PERSON,
            articles=decision.articles,
            actions=(Action(flow.id, flow.label, decision.place),) if flow else (),
            quick_replies=(*ways, "转人工"),
            dialogue=decision.dialogue,
        )

    def _reckoned(self, decision: Decision) -> Reply:
        """An answer computed from days in the message."""
        flow = self._flow_of.get(decision.cited[0]) if decision.cited else None
        late = self.flows["status"] if flow and flow.id == "objection" else flow
        offered = tuple(dict.fromkeys(found for found in (late, flow) if found))
        return Reply(
            kind=decision.kind,
            answered=True,
            flow="status" if decision.kind == "flow" else None,
            personal=self.flows["status"].personal if decision.kind == "flow" else None,
            text=(decision.told or "") + (PERSON if decision.again else ""),
            articles=decision.articles,
            citations=tuple(self._passages[name].nearest(decision.features) for name in decision.cited),
            actions=tuple(Action(found.id, found.label, decision.place) for found in offered),
            quick_replies=offered[0].ask_next if offered else (),
            dialogue=decision.dialogue,
        )

    def _once_more(self, decision: Decision, on: date) -> Reply:
        """The last answer in another form: the number of its article, the same again, or one short sentence."""
        labels = "、".join(self._passages[name].label for name in decision.cited)
        topic = decision.topic
        if decision.point:
            full = self._point_lines(decision.point, decision.place, on)
        elif topic and topic.flow in self.flows:
            full = [self.flows[topic.flow].say]
        elif topic:
            full = self._told(decision, decision.cited, on)
        else:
            full = [self._sentences.of(name, on) for name in decision.cited]
        say = self._say["once-more"]
        if decision.style == "cite":
            text = say["cite"].format(labels=labels)
        elif decision.style == "really":
            text = say["really"].format(labels=labels) + "\n".join(full)
        elif decision.style == "again":
            text = say["again"] + "\n".join(full)
        else:
            text = say["plain"] + "\n".join(shortened(line) for line in full)
        if decision.again:
            text += PERSON
        return Reply(
            kind="article",
            answered=True,
            text=text,
            articles=decision.articles,
            citations=tuple(self._passages[name].nearest(decision.features) for name in decision.cited),
            quick_replies=tuple(say["quick"]),
            dialogue=decision.dialogue,
        )

    def _answered(self, decision: Decision, on: date) -> Reply:
        said = self._said_on(decision, on)
        citations = self._quoted(decision, said)
        text = self._fronted(decision, said)
        if decision.style == "there" and decision.place:
            text = (
                self._say["places"]["here" if decision.point and decision.point.own else "there"].format(
                    place=PLACE_NAMES[decision.place]
                )
                + text
            )
        elif decision.style == "compare":
            text = f"{self._say['places']['compare']}\n{text}"
        if decision.again:
            text = self._otherwise(decision, said, on)
        return Reply(
            kind=decision.kind,
            answered=True,
            text=text,
            articles=decision.articles,
            citations=citations,
            flow=said.flow.id if said.flow else None,
            actions=said.actions,
            quick_replies=said.quick_replies,
            dialogue=decision.dialogue,
            personal=said.flow.personal if said.flow else self._facts(decision),
        )

    def _quoted(self, decision: Decision, said: Said) -> tuple[Quoted, ...]:
        """The passages nearest to the question, and to the sentence or title that answers it."""
        asked, passages = decision.features, [self._passages[name] for name in said.cited]
        if said.shares:
            asked -= said.features
            asks_time = not TIME_ASKED.isdisjoint(said.features)
            return tuple(
                [
                    one.nearest(asked, shares, asks_time=asks_time)
                    for one, shares in zip(passages, said.shares, strict=True)
                ]
            )
        if decision.point is None and decision.topic and not all(one.is_whole for one in passages):
            asked |= self._titles_read[decision.topic.id]
        return tuple([one.nearest(asked) for one in passages])

    def _fronted(self, decision: Decision, said: Said) -> str:
        """The text with the verdict before each sentence that does not begin with it, and before all the article's
        number if asked for.
        """
        text, point, say = said.text, decision.point, self._say["verdict"]
        if decision.asked:
            flow = said.flow or (self.flows.get(decision.topic.flow or "") if decision.topic else None)
            declared = point.norm if point else "may" if flow else None
            verdict = point.verdict if point else flow.verdict if flow else ""
            lines = []
            for number, line in enumerate(text.split("\n")):
                head, sentence = parted(line)
                is_other = (
                    decision.also is not None and number > 0
                )  # this line answers another question, or is another place's
                verdict_of = (
                    "" if is_other or decision.is_spoilt else front(decision.asked, sentence, declared, verdict, say)
                )
                if not verdict_of and not is_other:
                    verdict_of = self._unwritten(decision.asked, sentence, point)
                lines.append(head + verdict_of + sentence)
            text = "\n".join(lines)
        if decision.is_spoilt:
            pairs = [parted(line) for line in text.split("\n")]
            text = "\n".join(
                head + (say["depends"] if norm(said, None) == "may" else "") + said for head, said in pairs
            )
        if decision.style == "judged":
            lines = []
            for line in text.split("\n"):
                head, sentence = parted(line)
                is_barred = norm(sentence, None) == "not"
                lines.append(
                    head
                    + say["improper" if is_barred else "judged"]
                    + sentence.removeprefix("不行：").removeprefix("不行，")
                )
            text = "\n".join(lines)
        if decision.is_numbered and said.cited:
            shown = said.cited[:1] if decision.place else said.cited[:2]
            labels = "、".join(self._passages[name].label for name in shown)
            silent = norm(parted(text)[1], None) == "silent"
            text = self._say["once-more"]["nearest" if silent else "number"].format(labels=labels) + "\n" + text
        return text

    def _unwritten(self, asked: str, sentence: str, point: Point | None) -> str:
        """条例写没写几天: "not written", where the best sentence neither contains it nor says so itself."""
        if norm(sentence, None) == "silent" or not asks_for_the_text(asked):
            return ""
        text = squeezed(asked)
        wanted = self._points.aspects(text) - (point.aspects if point else frozenset())
        for aspect, said, meant in UNWRITTEN:
            if (aspect in wanted or (said and said.search(text))) and not meant.search(sentence):
                return str(self._say["unwritten"][aspect])
        return ""

    def _facts(self, decision: Decision) -> Personal | None:
        """Which of the resident's own facts complete an answer: those of its topic, or of the errand that it offers."""
        topic = decision.topic
        if topic is None:
            return None
        offered = self.flows.get(topic.flow or "") if decision.is_offered else None
        return offered.personal if offered else topic.personal

    def _otherwise(self, decision: Decision, said: Said, on: date) -> str:
        """For a repeated question: first the verdict and a choice, then a person to ask."""
        say = self._say["once-more"]
        if decision.again == 1 and decision.point and decision.point.again:
            return fill(decision.point.again, on)
        if said.flow:
            return str(say["flow"]).format(label=said.flow.label) + PERSON
        if decision.again == 1:
            return f"{said.text}\n{say['same']}"
        return str(say["person" if decision.again % 2 else "person-too"]) + PERSON

    def _said_on(self, decision: Decision, on: date) -> Said:
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
            lines += self._told(decision, cited, on)
        if gap:
            lines.append(self._say["flow-gap" if flow else "one-only"].format(place=PLACE_NAMES[gap]))
        offered = flow or offer or (self._flow_of.get(cited[0]) if cited else None)
        return self._said_with("\n".join(lines), cited, flow, offered, decision.place)

    def _put_point(self, decision: Decision, point: Point, on: date) -> Said:
        lines = self._point_lines(point, decision.place, on) or self._told(decision, decision.cited[:1], on)
        if decision.also:
            also = self._point_lines(decision.also, decision.place, on)
            lines += [self._say["also"] + also[0], *also[1:]] if also else []
        offers = self._points.offers(point)
        offered = self.flows.get(offers) if offers else None
        cited = _spread(decision.cited, decision.place)
        flow = offered if decision.kind == "flow" else None
        said = self._said_with("\n".join(lines), cited, flow, offered, decision.place)
        features = self._reader.features("".join(lines))[0]
        passages = [self._passages[name] for name in cited]
        if all(one.is_whole for one in passages):
            return said
        return replace(said, features=features, shares=tuple([one.shares(features) for one in passages]))

    def _said_with(
        self, text: str, cited: tuple[str, ...], flow: Flow | None, offered: Flow | None, place: str | None
    ) -> Said:
        quick = offered.ask_next if offered else ()
        if not place and len(cited) > 1:
            quick = (*quick[:2], *(f"只看{PLACE_NAMES[name]}" for name in JURISDICTIONS))
        actions = (Action(offered.id, offered.label, place),) if offered else ()
        return Said(text, cited, flow, actions, quick)

    def _point_lines(self, point: Point, place: str | None, on: date) -> list[str]:
        """The sentence of the place; without a place those of both under their names, where they differ."""
        if place:
            return [self._of_the_text(fill(said, on), place)] if (said := point.says(place)) else []
        told = {name: self._of_the_text(fill(said, on), name) for name in JURISDICTIONS if (said := point.says(name))}
        if len(set(told.values())) == 1:
            return [*told.values()][:1]
        return [f"{PLACE_NAMES[name]}：{text}" for name, text in told.items()]

    def _of_the_text(self, said: str, place: str) -> str:
        """Adds to a "no" of a place's own regulation that it speaks of this text alone, where a higher-ranking one
        applies too.
        """
        if place not in self._higher or not _NO.search(said):
            return said
        note: str = self._say["higher"].format(title=self._higher[place], place=PLACE_NAMES[place])
        return said + note

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
            point = decision.point
            named = topic.elsewhere(decision.place) or (point.elsewhere(decision.place) if point else None)
            text = ""
            if named:
                citations = (self._passages[named].nearest(decision.features | self._titles_read[topic.id]),)
                said = topic.say.get(named.partition("-")[0])
                told = f"{self._passages[named].label}——{fill(said, on) if said else self._sentences.of(named, on)}"
                text = self._say["gap"].format(place=PLACE_NAMES[decision.place], other=told)
            if point:
                text = fill(point.says(decision.place), on)
            text = self._of_the_text(text, decision.place)
            if decision.point and decision.again:
                say = self._say["once-more"]
                text = f"{text}\n{say['same']}" if decision.again == 1 else say["person"] + PERSON
        else:
            text = self._say[refer].format(titles=self._titles)
            if decision.told:
                text = f"{decision.told}\n{text}"
            if decision.again:
                text = self._say["once-more"]["declined"] + text.split("。")[0] + "。" + PERSON
        return Reply(
            kind="out_of_scope",
            answered=False,
            text=text,
            citations=citations,
            quick_replies=tuple(self._say["smalltalk"]["quick"]),
            dialogue=decision.dialogue,
        )


def shortened(sentence: str) -> str:
    """Only the verdict: up to the first full stop or colon, and at least a few words."""
    head, rest = parted(sentence)
    parts = re.split("(?<=[。；])", rest)
    first = parts[0]
    if len(first) > SHORT_SENTENCE and "，" in first:
        cut = first.find("，", SHORT_SENTENCE)
        while cut > 0 and first[cut - 1] == "的":  # a condition without its noun is no verdict
            cut = first.find("，", cut + 1)
        first = first[:cut] if cut > 0 else first
    return head + first.rstrip("，；。") + "。"


def parted(line: str) -> tuple[str, str]:
    """The place's name at the beginning of a line, and the rest."""
    head, colon, rest = line.partition("：")
    return (head + colon, rest) if head in PLACE_NAMES.values() else ("", line)


def _spread(names: tuple[str, ...], place: str | None) -> tuple[str, ...]:
    """At most QUOTED articles; without a place the best of each regulation comes before the second of any."""
    if place or len(names) <= 1:
        return names[:QUOTED]
    firsts = [next((n for n in names if n.startswith(p)), None) for p in JURISDICTIONS]
    ordered = dict.fromkeys([name for name in firsts if name] + list(names))
    return tuple(ordered)[: max(2, QUOTED - 1)]
