"""Answer, direct, ask back, small talk or decline."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from bot import lookups, packaged, reckoning, several
from bot.choosing import CLEAR, CORE, FAINT, FOLLOWS, LONG, PLAINLY, STORY, TAIL, WEAK, Choosing, squeezed
from bot.days import Days
from bot.dialogue import Following
from bot.english import English
from bot.leads import Leads, corrected, taken_back
from bot.likeness import Likeness
from bot.places import JURISDICTIONS
from bot.points import Chosen, Point, Points
from bot.ranking import Ranker, Scores, best_first
from bot.reading import Reader, Reading
from bot.replies import Dialogue, Kind
from bot.text import GAPS
from bot.topics import Topic
from knowledge import articles

SURE = 0.3  # small talk has few words; with less than this it may be anything
CLOSE = 0.8  # a second errand this near the first is asked about, when little was said
LITTLE = 6  # characters; with more than that the first reading is taken
NEARLY = 0.55  # an article this near an errand is answered when the words ask for the rule
NEARER = 0.66  # the same when they ask for an errand besides
NEAREST = 0.8  # the same when they are a question and ask for no errand
VERY_NEARLY = 0.75  # an errand this near an article is run when the words ask for an errand
ALMOST_THERE = 0.85  # the same when they only ask no question
MARKED = 0.5  # an errand this near whose own word is in the message goes first
OURS = 0.6  # a topic of ours this near what lies outside goes first when our words are used
ASKED = 0.45  # what follows a greeting is the message where a topic of ours is this near it
SAME = 1.5  # how much nearer a topic on the same articles is in a follow-up
SHOWN = 6  # articles that are ranked
LOOKED_AT = 12  # topics whose articles are ranked
SHORT_ENOUGH = 12  # characters of a message that can be unclear
END = 12  # characters at the end of a long story that are looked at alone
NAME = 120  # characters of the name of an answer
MORE = 16  # characters of a third question that are said again
REMEMBERED = 6  # answers back, of which none is sent once more


Style = Literal["full", "plain", "again", "cite", "english"]


OTHERS = (
    "pboc",
    "court",
    "bank",
    "market",
    "hotline",
    "traffic",
    "law",
    "sector",
    "police",
    "tax",
    "platform",
    "fine",
    "exam",
)
ASKING = PLAINLY | {"may", "who", "where", "list"}  # aspects of which each of two questions has one
MEASURED = frozenset({"days", "until", "fee", "bring"})  # asked at the end of a story, no errand
COMPARED = re.compile("照|像|学|那样|一样")  # 能照云南那样撤不 asks for the own place
BACK = re.compile("你们|这边|这里|条例|咱这|你这|算了|不管|说正经|换个")


class Denial(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that the regulations do not answer, unless others stand beside them."""

    refer: str
    words: tuple[str, ...]
    unless: tuple[str, ...]


class Decision(Struct, frozen=True):
    """What is to be said, before it is put into words. `cited` are the articles to quote, `articles` all that
    are ranked; `features` help to choose the passage.
    """

    kind: Kind
    answered: bool
    topic: Topic | None = None
    articles: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    place: str | None = None
    refer: str | None = None
    options: tuple[Topic, ...] = ()
    dialogue: Dialogue = Dialogue()
    features: frozenset[str] = frozenset()
    point: Point | None = None
    also: Point | None = None
    more: str = ""
    is_story: bool = False
    told: str | None = None
    style: Style = "full"
    again: int = 0


class Decider:
    """Reads a message and settles what kind of answer it gets."""

    def __init__(self, topics: Sequence[Topic], reader: Reader, ranker: Ranker) -> None:
        self.topics = topics
        self.reader = reader
        self.ranker = ranker
        self._by_id = {topic.id: topic for topic in topics}
        self._following = Following()
        self._articles = frozenset(
            article.id for place in JURISDICTIONS for article in articles.regulation(place).articles
        )
        self._last = {place: len(articles.regulation(place).articles) for place in JURISDICTIONS}
        data = packaged.toml("denials.toml")
        self._stays = frozenset[str](data["stays"])
        self._leaves = frozenset[str](data["stays_unless"])
        self.points = Points()
        likeness = Likeness(self.points.by_id.values(), reader.phrasing)
        self._choosing = Choosing(topics, self.points, self._following, likeness, self._leaves)
        self.leads = Leads()
        self._days = Days()
        self._english = English()
        self._denials = packaged.table(data["denial"], Denial, "denials.toml")
        words = sorted({word for row in self._denials for word in row.words}, key=len, reverse=True)
        self._denied = re.compile("|".join(map(re.escape, words)))

    def decide(self, message: str, on: date, home: str | None, dialogue: Dialogue) -> Decision:
        """The message is read once; nothing of it is kept in the decision but its features and the days it tells."""
        plain = self.reader.plain(message)
        if self._english.speaks(plain) and not self._denied.search(plain):
            return self._remembered(self._in_english(plain, dialogue.place or home), self.reader.read(""), on, dialogue)
        reading = self.reader.read(message)
        meant = corrected(reading.text)
        if meant:
            reading = self.reader.read(meant)
        place = reading.place or dialogue.place or home
        if reading.names_both and not (home and COMPARED.search(reading.text)):
            place = None
        decision = self._decision(reading, on, place, dialogue)
        if len(reading.bare) > STORY:
            decision = replace(decision, is_story=True)
        return self._remembered(decision, reading, on, dialogue)

    def _in_english(self, text: str, place: str | None) -> Decision:
        """A short sentence, with the point whose articles and Chinese words stand beside it."""
        place = next((name for name in JURISDICTIONS if name in text), place)
        row = self._english.row(text)
        if row is None:
            return Decision("out_of_scope", False, refer="english", place=place)
        if row.refer:
            return replace(Decision("out_of_scope", False, refer=row.refer, place=place), told=row.say)
        point = self.points.by_id.get(row.point or "")
        if point is None:
            return Decision("smalltalk", True, place=place, told=row.say)
        decision = self._on_point(Chosen(point, point.topics[0], 1.0, True), (), place, frozenset())
        return replace(decision, told=row.say, style="english")

    def _decision(self, reading: Reading, on: date, place: str | None, dialogue: Dialogue) -> Decision:
        text = squeezed(reading.text)
        if not text:
            return Decision("out_of_scope", False, refer="empty", place=place)
        refer = self._refer(reading)
        if refer == "injection":
            return Decision("out_of_scope", False, refer=refer, place=place)
        return (
            self._about_the_last(text, reading, place, dialogue)
            or self._led(text, reading, place, dialogue)
            or (Decision("out_of_scope", False, refer=refer, place=place) if refer else None)
            or self._elsewhere_still(text, reading, place, dialogue)
            or self._reckoned(text, reading, on, place, dialogue)
            or self._by_number(reading, place, dialogue)
            or self._several(reading, place, dialogue)
            or self._at_the_end(reading, place, dialogue)
            or self._by_topic(reading, place, dialogue)
        )

    def _remembered(self, decision: Decision, reading: Reading, on: date, dialogue: Dialogue) -> Decision:
        """The decision with the dialogue that comes after it; what was said before is not said in the same way again."""
        again = 0
        while (name := _name(decision, again)) in dialogue.said:
            again += 1
        keeps = decision.kind in ("smalltalk", "out_of_scope") and decision.point is None
        waited = reckoning.waited(reading.text)
        area = self.points.area(
            decision.point.id if decision.point else None, decision.topic.id if decision.topic else None
        )
        names = self.points.named(squeezed(reading.text)) or self._following.names_something(reading)
        after = Dialogue(
            area=dialogue.area if keeps or (dialogue.area and not names) else area,
            topic=dialogue.topic if keeps else decision.topic.id if decision.topic else None,
            point=dialogue.point if keeps else decision.point.id if decision.point else None,
            articles=dialogue.articles if keeps else decision.articles[:4],
            place=reading.place or dialogue.place,
            flow=dialogue.flow if keeps else self._flow(decision),
            options=tuple(topic.id for topic in decision.options),
            said=(name, *dialogue.said)[:REMEMBERED],
            again=again,
            refer=decision.refer if decision.kind == "out_of_scope" and decision.refer in OTHERS else None,
            failures=dialogue.failures + 1 if decision.refer in ("unknown", "noise") else 0,
            waited=waited.working_days if waited else dialogue.waited,
            ended_on=reckoning.day(reading.text) or dialogue.ended_on,
            decided_on=reckoning.decided(reading.text, on) or dialogue.decided_on,
            record_class=reckoning.record_class(reading.text) or dialogue.record_class,
            turns=dialogue.turns + 1,
        )
        return replace(decision, dialogue=after, again=again)

    def _flow(self, decision: Decision) -> str | None:
        if decision.point:
            return self.points.offers(decision.point) if decision.kind == "flow" else None
        return decision.topic.flow if decision.topic else None

    def _about_the_last(self, text: str, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """第几条, 再说一遍, 说简单点: the last answer in another form."""
        articles = tuple(name for name in dialogue.articles if name in self._articles)
        if not articles or len(text) > FOLLOWS:
            return None
        if len(text) <= LITTLE and self.leads.gives("go_on", text):
            topic, point = self._by_id.get(dialogue.topic or ""), self.points.by_id.get(dialogue.point or "")
            return Decision("clarify", True, topic, articles, articles[:1], place, point=point, told="which")
        styles: tuple[Style, ...] = ("cite", "again", "plain")
        style = next((style for style in styles if self.leads.gives(style, text)), None)
        if style is None or (style != "cite" and self.points.named(text)):
            return None
        topic, point = self._by_id.get(dialogue.topic or ""), self.points.by_id.get(dialogue.point or "")
        if point is not None:
            topic, articles = self._topic_of(point, topic), self._cited(point, topic, place) or articles
        return Decision(
            "article",
            True,
            topic=topic,
            articles=articles,
            cited=articles[:1] if place else articles[:2],
            place=place,
            features=reading.features,
            point=point,
            style=style,
        )

    def _led(self, text: str, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """A scam goes before everything else, and a wish to speak to somebody before every topic."""
        area = self._choosing.last_area(dialogue)
        was_scam = (dialogue.point or "").startswith("scam")
        asks_for_one = self.leads.gives("person", text)
        reports = was_scam and "举报" in text
        goes_on = self.leads.gives("scam_next", text) or (
            len(text) <= SHORT_ENOUGH and not self.points.named(text) and not self._following.names_something(reading)
        )
        warned = self.leads.gives("scam", text) or (was_scam and goes_on and not asks_for_one)
        if warned and not reports:
            return self._lead("scam", text, reading, place)
        if reports:
            return self._lead("person", text, reading, place)
        if asks_for_one or (
            dialogue.point is not None
            and dialogue.point.startswith("person")
            and self.points.by_id["person-hours"].own_words.found(text)
        ):
            return self._lead("person", text, reading, place)
        if self.leads.gives("complain", text) and area != "liability" and (area or CORE.search(text)):
            return self._lead("complain", text, reading, place)
        if area in ("objection", "repair") and self.leads.gives("both", text):
            return self._lead("both", text, reading, place)
        if dialogue.turns and taken_back(reading.text) == "":
            return Decision("clarify", True, place=place, told="other")
        if self.leads.gives("unclear", text) and len(text) <= SHORT_ENOUGH:
            options = (self._by_id["flow-withdrawal"], self._by_id["flow-repair"])
            return Decision("clarify", True, options=options, place=place, told="unclear")
        return None

    def _lead(self, name: str, text: str, reading: Reading, place: str | None) -> Decision | None:
        chosen = self.points.best(text, self.points.aspects(text), {name: 1.0})
        if chosen is None:
            return None
        return self._on_point(chosen, (), place, reading.features)

    def _elsewhere_still(self, text: str, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """After 那是法院管的, 钱还清了找谁 is still about the court: until something of ours is named."""
        if dialogue.refer not in OTHERS or len(text) > FOLLOWS or self.points.named(text) or BACK.search(text):
            return None
        scores = self.ranker.scores(reading.features)
        best = self.topics[int(scores.argmax())]
        if best.sort == "smalltalk" and scores.max() >= FAINT:
            return None
        if best.sort in ("article", "flow") and (scores.max() >= CLEAR or reading.concepts & self._stays):
            return None
        return Decision("out_of_scope", False, refer=dialogue.refer, place=place)

    def _reckoned(
        self, text: str, reading: Reading, on: date, place: str | None, dialogue: Dialogue
    ) -> Decision | None:
        """已经八天了, 10号星期二交的, 2023年5月8日终止: what follows from the days that are told."""
        named = self.points.named(text)
        area = next((name for name in ("repair", "objection") if name in named), None) or self._choosing.last_area(
            dialogue
        )
        starts = False
        if reckoning.waited(text) and not dialogue.point:
            best = self.topics[int(self.ranker.scores(reading.features).argmax())]
            starts = best.flow == "status"
        if area is None and reckoning.waited(text):
            area = "objection" if best.flow == "status" else self.points.area(None, best.id)
        if "start" in self.points.aspects(text):
            return None
        told = self._days.told(text, area, place or "", on, dialogue, self.points.aspects(text))
        if told is None:
            return None
        topic = self._by_id[told.topic]
        articles = topic.articles(place)
        return Decision(
            "flow" if starts else "article",
            True,
            topic=topic,
            articles=articles,
            cited=articles[: 1 if place else 2],
            place=place,
            features=reading.features,
            told=told.text,
        )

    def _several(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """Two questions are answered one after the other; a third is asked for again."""
        parts = several.questions(reading.bare)
        if len(parts) < 2 or len(reading.bare) > FOLLOWS:
            return None
        if not all(self.points.aspects(squeezed(part)) & ASKING for part in parts[:2]):
            return None
        first = self._by_topic(self.reader.read(parts[0]), place, dialogue)
        if first.point is None or not first.answered:
            return None
        after = replace(
            dialogue, point=first.point.id, topic=first.topic.id if first.topic else None, articles=first.articles
        )
        second = self._by_topic(self.reader.read(parts[1]), place, after)
        if second.point is None or second.point.id == first.point.id or not second.answered:
            return None
        whole = self._by_topic(reading, place, dialogue)
        if (
            whole.point is not None
            and whole.point.words
            and "+" in whole.point.words
            and whole.point.id not in (first.point.id, second.point.id)
        ):
            return whole
        articles = tuple(dict.fromkeys((*first.articles[:2], *second.articles[:2], *first.articles)))
        return replace(
            first,
            kind="article",
            also=second.point,
            articles=articles,
            cited=tuple(dict.fromkeys((*first.cited[:1], *second.cited[:1]))) if place else first.cited,
            more=squeezed(parts[2])[:MORE] if len(parts) > 2 else "",
        )

    def _at_the_end(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """A long story tells its matter all along and asks at its end: the end is heard as a follow-up to the whole."""
        if len(reading.bare) <= STORY:
            return None
        end = self.reader.read(reading.bare[-END:])
        if not self.points.aspects(squeezed(end.bare)) & MEASURED:
            return None
        whole = self._by_topic(reading, place, dialogue)
        if whole.topic is None or not whole.answered:
            return None
        told = replace(
            dialogue,
            topic=whole.topic.id,
            point=whole.point.id if whole.point else None,
            articles=whole.articles[:4],
            turns=dialogue.turns + 1,
        )
        asked = self._by_topic(end, place, told)
        area = self.points.area(whole.point.id if whole.point else None, whole.topic.id)
        if asked.point is None or self.points.area(asked.point.id, None) != area:
            return whole
        return replace(asked, kind="article")

    def _by_topic(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision:
        features = reading.features
        picked = self._picked(reading, dialogue)
        if picked:
            return self._picked_up(picked, reading, place, dialogue)
        scores = self.ranker.scores(features)
        if len(reading.bare) > LONG:
            scores = scores + self.ranker.scores(self.reader.features(reading.bare[-TAIL:])[0])
        if self.topics[int(scores.argmax())].sort == "smalltalk":
            features, scores = self._after_the_greeting(reading, features, scores)
        subject = self._following.subject(reading, dialogue)
        likely = self.topics[int(scores.argmax())].sort
        named = self.points.named(squeezed(reading.bare))
        if subject and named and self._choosing.last_area(dialogue) not in named:
            subject = None
        if subject and (reading.concepts or likely in ("article", "flow")):
            features = features | self.reader.features(subject)[0]
            scores = self._nearer_to(self._following.family(subject), self.ranker.scores(features))
        return self._among(best_first(scores, LOOKED_AT), scores.tolist(), reading, place, dialogue, features)

    def _picked_up(self, topic: Topic, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision:
        """那云南呢: the same point in another place, or the topic that was chosen."""
        point = self.points.by_id.get(dialogue.point or "") if topic.id == dialogue.topic else None
        if point is not None:
            return self._on_point(Chosen(point, topic.id, 1.0, True), (), place, reading.features)
        chosen = self.points.best("", frozenset(), {topic.id: 1.0})
        if chosen is not None:
            return self._on_point(chosen, (), place, reading.features)
        return self._on_topic(topic, (), place, reading.features)

    def _after_the_greeting(
        self, reading: Reading, features: frozenset[str], scores: Scores
    ) -> tuple[frozenset[str], Scores]:
        """师傅您好，我的信用报告在哪儿看 opens with small talk, and asks something besides."""
        rest = GAPS.sub(" ", reading.bare).strip().partition(" ")[2]
        if len(rest) <= LITTLE:
            return features, scores
        asked, _ = self.reader.features(rest)
        nearer = self.ranker.scores(asked)
        best = int(nearer.argmax())
        if self.topics[best].sort in ("article", "flow") and nearer[best] >= ASKED:
            return asked, nearer
        return features, scores

    def _among(
        self,
        order: list[int],
        scores: list[float],
        reading: Reading,
        place: str | None,
        dialogue: Dialogue,
        features: frozenset[str],
    ) -> Decision:
        order = self._keep_in_scope(order, scores, reading)
        order = self._as_asked(self._as_marked(order, scores, reading), scores, reading)
        best, second = self.topics[order[0]], self.topics[order[1]]
        pointed = self._choosing.choose(order, scores, reading, place, dialogue)
        is_unclear = (
            best.sort == second.sort == "flow"
            and len(reading.bare) <= LITTLE
            and scores[order[1]] > scores[order[0]] * CLOSE
            and not dialogue.options
        )
        if pointed is not None and is_unclear and not pointed.is_asked:
            pointed = None
        if pointed is not None and not (reading.is_elsewhere and best.id != "cross-region"):
            others = tuple(self.topics[index] for index in order)
            wants = self._choosing.starts(pointed, best, reading)
            decision = self._on_point(pointed, others, place, features, starts=wants)
            return decision if pointed.is_asked else self._not_again(decision, reading, dialogue)
        least = SURE if best.sort == "smalltalk" else WEAK
        if scores[order[0]] < least or not features:
            return Decision("out_of_scope", False, refer="unknown", place=place)
        if is_unclear:
            ranked = dict.fromkeys((*best.articles(place), *second.articles(place)))
            return Decision("clarify", True, articles=tuple(ranked), options=(best, second), place=place)
        if reading.is_elsewhere and best.sort in ("article", "flow") and best.id != "cross-region":
            return Decision("out_of_scope", False, refer="other-place", place=place)
        others = tuple(self.topics[index] for index in order[1:])
        return self._not_again(self._on_topic(best, others, place, features), reading, dialogue)

    def _not_again(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """A follow-up that nothing was found for does not get what was just said: ways of going on are offered."""
        if decision.kind not in ("article", "flow") or len(reading.bare) > FOLLOWS:
            return decision
        if _name(decision, 0) not in dialogue.said or self.ranker.scores(reading.features).max() >= CLEAR:
            return decision
        if self._following.asks_for_an_errand(reading):
            return decision
        return replace(decision, kind="clarify", told="which")

    def _picked(self, reading: Reading, dialogue: Dialogue) -> Topic | None:
        """The topic offered and chosen, or the one before when only a place is said."""
        name = self._following.chosen(reading, dialogue) if dialogue.options else None
        if name is None and dialogue.options:
            named = self.points.named(squeezed(reading.bare))
            name = next((option for option in dialogue.options if self.points.area(None, option) in named), None)
        if name is None and self._following.names_only_a_place(reading):
            name = dialogue.topic
        return self._by_id.get(name) if name else None

    def _nearer_to(self, names: frozenset[str], scores: Scores) -> Scores:
        return scores * [SAME if names.intersection(topic.articles(None)) else 1.0 for topic in self.topics]

    def _keep_in_scope(self, order: list[int], scores: list[float], reading: Reading) -> list[int]:
        """打架算不算失信 looks like criminal law, 我的异议咋样咯 like small talk, but both are about credit."""
        first = self.topics[order[0]]
        if first.sort in ("article", "flow") or first.refer in self._leaves or not reading.concepts & self._stays:
            return order
        ours = [index for index in order if self.topics[index].sort in ("article", "flow")]
        if not ours or scores[ours[0]] < max(WEAK, OURS * scores[order[0]]):
            return order
        return [*ours, *(index for index in order if index not in ours)]

    def _as_marked(self, order: list[int], scores: list[float], reading: Reading) -> list[int]:
        """授权公司查询我的信用报告 is about the grant, however much is said of the report."""
        best = self.topics[order[0]]
        if not best.yields or any(mark in reading.bare for mark in best.marks + best.keeps):
            return order
        for index in order[1:]:
            marks = self.topics[index].marks
            if scores[index] >= MARKED * scores[order[0]] and any(mark in reading.bare for mark in marks):
                return [index, *(other for other in order if other != index)]
        return order

    def _as_asked(self, order: list[int], scores: list[float], reading: Reading) -> list[int]:
        """Rule and errand on one matter lie close: the way of asking settles which of the two goes first."""
        sort = self.topics[order[0]].sort
        if sort == "flow" and self._following.asks_for_the_rule(reading):
            wanted, nearly = "article", NEARER if self._following.asks_for_an_errand(reading) else NEARLY
        elif sort == "flow" and self._following.may_ask_for_the_rule(reading):
            wanted, nearly = "article", NEAREST
        elif sort == "article" and self._following.wants_it_done(reading):
            wanted = "flow"
            nearly = VERY_NEARLY if self._following.asks_for_an_errand(reading) else ALMOST_THERE
        else:
            return order
        least = nearly * scores[order[0]]
        near = [index for index in order if self.topics[index].sort == wanted and scores[index] >= least]
        return [*near[:1], *(index for index in order if index not in near[:1])]

    def _on_topic(self, best: Topic, others: Sequence[Topic], place: str | None, features: frozenset[str]) -> Decision:
        if best.sort == "smalltalk":
            return Decision("smalltalk", True, topic=best, place=place)
        if best.sort == "out_of_scope":
            return Decision("out_of_scope", False, refer=best.refer, place=place)
        if place and (best.gap == place or (not others and not best.articles(place))):
            return Decision("out_of_scope", False, topic=best, refer="gap", place=place, features=features)
        ranked = dict.fromkeys(best.articles(place))
        for topic in others:
            if len(ranked) >= SHOWN:
                break
            if topic.sort in ("article", "flow") and not (place and topic.gap == place):
                ranked.update(dict.fromkeys(topic.articles(place)))
        cited = best.articles(place) or tuple(ranked)[:1]
        return Decision(
            "flow" if best.sort == "flow" else "article",
            True,
            topic=best,
            articles=tuple(ranked)[:SHOWN],
            cited=cited,
            place=place,
            features=features,
        )

    def _on_point(
        self,
        chosen: Chosen,
        others: Sequence[Topic],
        place: str | None,
        features: frozenset[str],
        *,
        starts: bool = False,
    ) -> Decision:
        point = chosen.point
        topic = self._topic_of(point, self._by_id.get(chosen.topic))
        is_gap = point.silent == place or (topic is not None and topic.gap == place and topic.id == chosen.topic)
        if place and is_gap and not point.articles(place):
            return Decision(
                "out_of_scope", False, topic=topic, refer="gap", place=place, features=features, point=point
            )
        cited = self._cited(point, topic, place)
        ranked = dict.fromkeys(cited)
        for other in others:
            if len(ranked) >= SHOWN:
                break
            if other.sort in ("article", "flow") and not (place and other.gap == place):
                ranked.update(dict.fromkeys(other.articles(place)))
        return Decision(
            "flow" if point.flow or starts else "article",
            True,
            topic=topic,
            articles=tuple(ranked)[:SHOWN],
            cited=cited,
            place=place,
            features=features,
            point=point,
        )

    def _topic_of(self, point: Point, topic: Topic | None) -> Topic | None:
        """The topic it was found under, or the first of its own that is ours."""
        if topic is not None and topic.sort in ("article", "flow"):
            return topic
        own = (self._by_id.get(name) for name in point.topics)
        return next((found for found in own if found is not None and found.sort in ("article", "flow")), None)

    @staticmethod
    def _cited(point: Point, topic: Topic | None, place: str | None) -> tuple[str, ...]:
        named = point.articles(place)
        if named is not None:
            first = (
                topic.articles(None)[0].partition("-")[0] if place is None and topic and topic.articles(None) else None
            )
            if first not in (None, JURISDICTIONS[0]):
                return tuple(sorted(named, key=lambda name: not name.startswith(f"{first}-")))
            return named
        return topic.articles(place) if topic else ()

    def _refer(self, reading: Reading) -> str | None:
        if not self._denied.search(reading.text):
            return None
        text = reading.text
        for row in self._denials:
            if any(word in text for word in row.words) and not any(word in text for word in row.unless):
                return row.refer
        return None

    def _by_number(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        numbers = lookups.articles(reading.bare, reading.place is not None)
        chapter = None if numbers else lookups.chapter(reading.bare)
        if dialogue.topic is None and dialogue.articles and self._following.names_only_a_place(reading):
            numbers = tuple(dict.fromkeys(int(name.split("-")[1]) for name in dialogue.articles))
        if not numbers and chapter is None:
            return None
        if reading.is_elsewhere:
            return Decision("out_of_scope", False, refer="other-place", place=place)
        places = (place,) if place else JURISDICTIONS
        if chapter is not None:
            found = tuple(
                article.id
                for name in places
                for article in articles.regulation(name).articles
                if lookups.chapter(article.chapter) == chapter
            )
        else:
            found = tuple(f"{p}-{n}" for n in numbers for p in places if 1 <= n <= self._last[p])
        if not found:
            return Decision("out_of_scope", False, refer="no-such-article", place=place)
        shown = found[:SHOWN]
        return Decision("article", True, articles=shown, cited=shown, place=place, features=reading.features)


def _name(decision: Decision, again: int) -> str:
    """Names an answer, so that it is not given twice in the same words."""
    about = decision.topic.id if decision.topic else decision.refer or " ".join(decision.cited)
    if decision.point:
        about = decision.point.spoken(decision.place)
    also = decision.also.id if decision.also else ""
    return (
        f"{about}/{also}/{decision.refer or ''}/{decision.place or ''}/{decision.style}/{decision.told or ''}/{again}"[
            :NAME
        ]
    )
