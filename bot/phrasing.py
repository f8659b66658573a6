"""Puts a decision into words: plain sentences, then the quoted articles, then the next step."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from bot import packaged
from bot.decision import Decision
from bot.fronting import Fronting, parted
from bot.passages import TIME_ASKED, Passages
from bot.places import JURISDICTIONS, PLACE_NAMES
from bot.points import Points
from bot.reading import Reader
from bot.replies import Action, Centre, Personal, Quoted, Reply
from bot.saying import Said, Saying
from bot.sentences import fill
from bot.topics import Topic
from bot.verdicts import norm
from knowledge import articles

PERSON = "{person}"  # in a sentence: replaced by whom to ask in person
OFTEN = 2  # repetitions of one question from which on the answer names a person to ask
SHORT_SENTENCE = 14  # characters that a shortened sentence has at least


class Phrasing:
    """Words for every kind of decision. All text comes from data and from `knowledge`."""

    def __init__(self, reader: Reader, topics: Sequence[Topic], points: Points) -> None:
        self._points = points
        self._titles_read = {topic.id: reader.features(topic.title)[0] for topic in topics}
        self._say = packaged.toml("referrals.toml")
        self._passages = {
            article.id: Passages(article, articles.regulation(place).in_force_on, reader)
            for place in JURISDICTIONS
            for article in articles.regulation(place).articles
        }
        self._saying = Saying(reader, points, self._passages, self._say)
        self.flows = self._saying.flows
        self._fronting = Fronting(points, self.flows, self._passages, self._say)
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
        flow = self.flows.get(offers or "")
        ways = flow.ask_next[:3] if flow else ()
        say = self._say["once-more"]
        told, quoted = say["person-too"], tuple[Quoted, ...]()
        if ways:
            told = say["which"].format(ways="、".join(f"“{way}”" for way in ways))
        elif decision.cited:
            told, quoted = self._whole(decision.cited)
        return Reply(
            kind="clarify",
            answered=True,
            text=(say["person"] if decision.again else told) + PERSON,
            articles=decision.articles,
            citations=quoted,
            actions=(Action(flow.id, flow.label, decision.place),) if flow else (),
            quick_replies=(*ways, "转人工"),
            dialogue=decision.dialogue,
        )

    def _whole(self, cited: Sequence[str]) -> tuple[str, tuple[Quoted, ...]]:
        """That the regulation says no more than the articles do, which are quoted whole."""
        told = self._say["once-more"]["whole"].format(labels="、".join(self._passages[name].label for name in cited))
        missing = self._saying.missing(cited)
        return "".join((told, *missing)), tuple(self._passages[name].whole for name in cited)

    def _reckoned(self, decision: Decision) -> Reply:
        """An answer computed from days in the message."""
        flow = self._saying.flow_of.get(decision.cited[0]) if decision.cited else None
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
            full = self._saying.point_lines(decision.point, decision.place, on)
        elif topic and topic.flow in self.flows:
            full = [self.flows[topic.flow].say]
        elif topic:
            full = self._saying.told(decision, decision.cited, on)
        else:
            full = [self._saying.sentences.of(name, on) for name in decision.cited]
        say = self._say["once-more"]
        if decision.style == "cite":
            text = say["cite"].format(labels=labels)
        elif decision.style == "really":
            is_silent = any(norm(parted(line)[1], None) == "silent" for line in full)
            text = say["nearest" if is_silent else "really"].format(labels=labels) + "\n".join(full)
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
        said = self._saying.of(decision, on)
        citations = self._quoted(decision, said)
        text = self._fronting.fronted(decision, said)
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
            answered=decision.answered,
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
            asks_time = not TIME_ASKED.isdisjoint(said.features)
            return tuple(
                [
                    one.nearest(asked, shares, said.features, asks_time=asks_time)
                    for one, shares in zip(passages, said.shares, strict=True)
                ]
            )
        if decision.point is None and decision.topic and not all(one.is_whole for one in passages):
            asked |= self._titles_read[decision.topic.id]
        return tuple([one.nearest(asked) for one in passages])

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
                told = (
                    f"{self._passages[named].label}——{fill(said, on) if said else self._saying.sentences.of(named, on)}"
                )
                text = self._say["gap"].format(place=PLACE_NAMES[decision.place], other=told)
            if point:
                text = fill(point.says(decision.place), on)
            text = self._saying.of_the_text(text, decision.place)
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
