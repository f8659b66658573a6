"""Answer, direct, ask back, small talk or decline."""

import re
from collections.abc import Sequence

from msgspec import Struct

from bot import lookups, packaged
from bot.dialogue import Following
from bot.places import JURISDICTIONS
from bot.ranking import Ranker, Scores, best_first
from bot.reading import Reader, Reading
from bot.replies import Dialogue, Kind
from bot.text import GAPS
from bot.topics import Topic
from knowledge import articles

WEAK = 0.22  # below this no topic is near; see docs/bot.md for how it was set
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
LONG, TAIL = 40, 32  # a long story asks at its end: the end counts once more
SAME = 1.5  # how much nearer a topic on the same articles is in a follow-up
SHOWN = 6  # articles that are ranked
LOOKED_AT = 12  # topics whose articles are ranked


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


class Decider:
    """Reads a message and settles what kind of answer it gets."""

    def __init__(self, topics: Sequence[Topic], reader: Reader, ranker: Ranker) -> None:
        self.topics = topics
        self.reader = reader
        self.ranker = ranker
        self._by_id = {topic.id: topic for topic in topics}
        self._following = Following()
        self._last = {place: len(articles.regulation(place).articles) for place in JURISDICTIONS}
        data = packaged.toml("denials.toml")
        self._stays = frozenset[str](data["stays"])
        self._leaves = frozenset[str](data["stays_unless"])
        self._denials = packaged.table(data["denial"], Denial, "denials.toml")
        words = sorted({word for row in self._denials for word in row.words}, key=len, reverse=True)
        self._denied = re.compile("|".join(map(re.escape, words)))

    def decide(self, message: str, home: str | None, dialogue: Dialogue) -> Decision:
        """The message is read once; nothing of it is kept in the decision but its features."""
        reading = self.reader.read(message)
        place = None if reading.names_both else reading.place or dialogue.place or home
        refer = self._refer(reading)
        if refer:
            return self._decline(refer, place, dialogue)
        decision = self._by_number(reading, place, dialogue)
        if decision is None:
            decision = self._by_topic(reading, place, dialogue)
        after = Dialogue(
            topic=decision.topic.id if decision.topic else None,
            articles=decision.articles[:4],
            place=reading.place or dialogue.place,
            flow=decision.topic.flow if decision.topic else None,
            options=tuple(topic.id for topic in decision.options),
            turns=dialogue.turns + 1,
        )
        if decision.kind in ("smalltalk", "out_of_scope"):
            after = Dialogue(
                topic=dialogue.topic,
                articles=dialogue.articles,
                place=reading.place or dialogue.place,
                flow=dialogue.flow,
                turns=dialogue.turns + 1,
            )
        return _with_dialogue(decision, after)

    def _by_topic(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision:
        features = reading.features
        picked = self._picked(reading, dialogue)
        if picked:
            return self._on_topic(picked, (), place, features)
        scores = self.ranker.scores(features)
        if len(reading.bare) > LONG:
            scores = scores + self.ranker.scores(self.reader.features(reading.bare[-TAIL:])[0])
        if self.topics[int(scores.argmax())].sort == "smalltalk":
            features, scores = self._after_the_greeting(reading, features, scores)
        subject = self._following.subject(reading, dialogue)
        likely = self.topics[int(scores.argmax())].sort
        if subject and (reading.concepts or likely in ("article", "flow")):
            features = features | self.reader.features(subject)[0]
            scores = self._nearer_to(self._following.family(subject), self.ranker.scores(features))
        return self._among(best_first(scores, LOOKED_AT), scores.tolist(), reading, place, dialogue, features)

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
        least = SURE if best.sort == "smalltalk" else WEAK
        if scores[order[0]] < least or not features:
            return Decision("out_of_scope", False, refer="unknown", place=place)
        if (
            best.sort == second.sort == "flow"
            and len(reading.bare) <= LITTLE
            and scores[order[1]] > scores[order[0]] * CLOSE
            and not dialogue.options
        ):
            ranked = dict.fromkeys((*best.articles(place), *second.articles(place)))
            return Decision("clarify", True, articles=tuple(ranked), options=(best, second), place=place)
        if reading.is_elsewhere and best.sort in ("article", "flow") and best.id != "cross-region":
            return Decision("out_of_scope", False, refer="other-place", place=place)
        others = tuple(self.topics[index] for index in order[1:])
        return self._on_topic(best, others, place, features)

    def _picked(self, reading: Reading, dialogue: Dialogue) -> Topic | None:
        """The topic offered and chosen, or the one before when only a place is said."""
        name = self._following.chosen(reading, dialogue) if dialogue.options else None
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

    def _refer(self, reading: Reading) -> str | None:
        if not reading.text.strip():
            return "empty"
        if not self._denied.search(reading.text):
            return None
        text = reading.text
        for row in self._denials:
            if any(word in text for word in row.words) and not any(word in text for word in row.unless):
                return row.refer
        return None

    def _decline(self, refer: str, place: str | None, dialogue: Dialogue) -> Decision:
        kept = Dialogue(
            topic=dialogue.topic,
            articles=dialogue.articles,
            place=dialogue.place,
            flow=dialogue.flow,
            turns=dialogue.turns + 1,
        )
        return Decision("out_of_scope", False, refer=refer, place=place, dialogue=kept)

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


def _with_dialogue(decision: Decision, dialogue: Dialogue) -> Decision:
    return Decision(
        decision.kind,
        decision.answered,
        topic=decision.topic,
        articles=decision.articles,
        cited=decision.cited,
        place=decision.place,
        refer=decision.refer,
        options=decision.options,
        dialogue=dialogue,
        features=decision.features,
    )
