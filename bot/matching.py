"""Finds what a message is about: topics by score, reordered by the way of asking, and the point that answers."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from bot.choosing import CLEAR, FOLLOWS, LONG, TAIL, WEAK, Choosing, squeezed, told_and_asked
from bot.decision import Decision, name_of
from bot.dialogue import Following
from bot.likeness import Likeness
from bot.ordering import Ordering
from bot.places import JURISDICTIONS
from bot.points import Chosen, Point, Points
from bot.ranking import Ranker, Scores, best_first
from bot.reading import Reader, Reading
from bot.replies import Dialogue
from bot.scenes import Scene, Scenes
from bot.several import ASKING
from bot.staging import Staging
from bot.text import GAPS
from bot.topics import Topic
from bot.verdicts import norm

# Asks whether all that was said before is all right.
ALL_RIGHT = re.compile("(.{4,}?)[,，。 ]+(?:行|好|可以|成|中|要得)(?:吧|嘛|不|哈|噶)[?？。!！]*")
SURE = 0.3  # least score of small talk, which has few words
CLOSE = 0.8  # share of the best score from which a second errand is asked about, after a short message
LITTLE = 6  # characters up to which a message counts as short
ASKED = 0.45  # score from which the words after a greeting count as the question
MOVED = 0.5  # score above which a message that names another place is about the topic, not only about the place
SAME = 1.5  # factor for topics on the same articles, in a follow-up
ALSO = re.compile(  # 云南也是三天吗: the same question there, with a number or verdict from here
    "(?:那|那么|要是)?(?:在|换|换到)?也(?:是|要|得|有|能|按|算|给|可以|得是)?(?:这样|一样|如此|这么|照这样|[0-9一二两三四五六七八九十半]+个?(?:工作日|天|日|年|个月|月|万|块))?(?:吗|么|不|吧|没|嘛|啊)*[?？]?"
)
HERE_TOO = re.compile(  # 那我们这边呢: the same at home
    "(?:那|那么|要是|换成)?(?:在|到)?(?:[我俺咱]们?|咱们)(?:自己)?(?:这边|这儿|这里|这头|这地方|那边|那儿|本地|市里|省里)(?:的|呢|咋样|怎么样|啊|呀)*[?？]?"
    "|那?(?:这边|这儿|这里|这头)的?(?:呢|咋样|怎么样)[?？]?"
)
SENT_TO = re.compile(
    "(?:转报|转给|转到|发给|发到|发往|报给|报送|报到|寄到|寄给|传到|传给|带到|抄送).{0,8}"
)  # another place is only the addressee
BARE_ERRAND = re.compile(  # 帮我申请, 那就给我办: an errand of what was just spoken of
    "(?:那|好的?|行|就|请|麻烦|要得|可以|你|您|现在|马上|赶紧|[,，。 ])*(?:帮|给|替)(?:我|俺)(?:也|现在|马上|赶紧|直接|先)?(?:申请|办理?|弄|提交?|递|开始|整|操作|撤掉?|修)"
    "(?:一下|一个|一份|了|吧|呗|嘛|下|上|啊|呀|哈|咯|[。!！])*"
)
COURTESIES = frozenset({"hello", "thanks", "bye", "acknowledge"})  # none of these answers a question
QUESTION = 10  # characters from which a message that asks is more than a courtesy: 晚上好，还在上班吗 has nine
OF_THE_BOT = frozenset({"identity", "help"})
TOLD = 18  # characters from which a message is no question about the bot: 你们科里有人把我家的记录往外传
FOR_THEM = re.compile("[他她]|娃|孩|儿子|女儿|闺女|姑娘|孙")  # somebody who was told of before
FEW = 4  # characters up to which a message tells nothing
SHOWN = 6  # articles that a decision ranks
LOOKED_AT = 12  # topics whose articles are ranked


class Matching:
    """`stays` are our own concepts, which keep a message in scope; `leaves` are referrals that nothing brings back."""

    def __init__(
        self,
        topics: Sequence[Topic],
        reader: Reader,
        ranker: Ranker,
        points: Points,
        stays: frozenset[str],
        leaves: frozenset[str],
    ) -> None:
        self._topics = topics
        self._reader = reader
        self._ranker = ranker
        self._points = points
        self._no_courtesies = np.array([float(topic.id not in COURTESIES) for topic in topics])
        self._not_of_the_bot = np.array([float(topic.id not in OF_THE_BOT) for topic in topics])
        self.by_id = {topic.id: topic for topic in topics}
        self._by_flow = {topic.flow: topic for topic in reversed(topics) if topic.sort == "flow"}
        self._beside = {
            place: [dict.fromkeys(topic.beside(place)) for topic in topics] for place in (None, *JURISDICTIONS)
        }
        self.following = Following()
        self.scenes = Scenes()
        likeness = Likeness(points.by_id.values(), reader.phrasing)
        self._nearer_to = {
            subject: np.array([SAME if names.intersection(topic.articles(None)) else 1.0 for topic in topics])
            for subject, names in self.following.families.items()
        }
        self.choosing = Choosing(topics, points, self.following, likeness, leaves)
        self._ordering = Ordering(topics, self.following, stays, leaves)
        self.staging = Staging(topics, points, self.following, self.choosing, self.scenes)

    def by_topic(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision:
        features = reading.features
        wanted = self.wanted(reading, dialogue)
        if wanted:
            return self._on_topic(wanted, (), place, features)
        picked = self._picked(reading, dialogue)
        if picked:
            return self.on_last(picked, reading, place, dialogue)
        scores = self._ranker.scores(features)
        if len(reading.bare) > LONG:
            scores = scores + self._ranker.scores(self._reader.features(reading.bare[-TAIL:])[0])
        likely = self._topics[int(scores.argmax())].sort
        if likely == "smalltalk":
            features, scores = self._without_small_talk(reading, features, scores)
            likely = self._topics[int(scores.argmax())].sort
        subject = self.following.subject(reading, dialogue)
        if subject:
            named = self._points.named(squeezed(reading.bare))
            if named and self.choosing.last_area(dialogue) not in named:
                subject = None
        if subject and (reading.concepts or likely in ("article", "flow")):
            features = features | self._reader.features(subject)[0]
            scores = self._ranker.scores(features) * self._nearer_to[subject]
        heard, told = self.scenes.told(told_and_asked(squeezed(reading.bare))), None
        if heard is not None:
            told = self.staging.holds(heard, scores, reading, dialogue)
            scores = self.staging.raised(scores, told, reading) if told else scores
        values = best_first(scores, LOOKED_AT)
        decision = self._among([*values], values, reading, place, dialogue, features, told)
        return replace(decision, scene=heard.id) if heard and not decision.scene else decision

    def likeliest(self, features: frozenset[str]) -> Topic:
        """The topic that is nearest by score alone."""
        return self._topics[self._ranker.best(features)[0]]

    def can_join(self, reading: Reading, dialogue: Dialogue, but: Collection[str]) -> bool:
        """Whether the answer can be a point, other than some, with words that must stand together. For a first message this is told from
        the conditions alone, without looking for the topic; within a dialogue it is always true.
        """
        if dialogue.turns or dialogue.articles or dialogue.options or dialogue.topic or dialogue.scene:
            return True
        text = told_and_asked(squeezed(reading.bare))
        return self._points.can_join(text, self._points.aspects(text), but) or self.scenes.told(text) is not None

    def on_last(self, topic: Topic, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision:
        """那云南呢: the same point in another place, or the topic that was chosen."""
        point = self._points.by_id.get(dialogue.point or "") if topic.id == dialogue.topic else None
        if point is not None:
            decision = self.on_point(Chosen(point, topic.id, 1.0, True), (), place, reading.features)
            return replace(decision, style="there") if place and not point.own and decision.answered else decision
        chosen = self._points.best("", frozenset(), {topic.id: 1.0})
        if chosen is not None:
            return self.on_point(chosen, (), place, reading.features)
        decision = self._on_topic(topic, (), place, reading.features)
        return replace(decision, style="there") if place and decision.answered and dialogue.place != place else decision

    def _without_small_talk(
        self, reading: Reading, features: frozenset[str], scores: Scores
    ) -> tuple[frozenset[str], Scores]:
        """师傅您好，我的信用报告在哪儿看 begins with a greeting and then asks something; 让我儿子去窗口拿，好吧 ends as small talk does, and no
        好的 may answer it, nor 她只回了个“嗯”，我就看了，行吧.
        """
        if (told := ALL_RIGHT.fullmatch(reading.bare)) is not None:
            asked, _ = self._reader.features(told[1])
            nearer = self._ranker.scores(asked)
            if self._topics[int(nearer.argmax())].sort != "smalltalk":
                return asked, nearer
        rest = GAPS.sub(" ", reading.bare).strip().partition(" ")[2]
        if len(rest) > LITTLE:
            asked, _ = self._reader.features(rest)
            nearer = self._ranker.scores(asked)
            best = int(nearer.argmax())
            if self._topics[best].sort in ("article", "flow") and nearer[best] >= ASKED:
                return asked, nearer
        if len(reading.bare) >= TOLD:
            scores = scores * self._not_of_the_bot
        if len(reading.bare) >= QUESTION and ASKING.search(reading.bare):
            scores = scores * self._no_courtesies
        return features, scores

    def _among(
        self,
        order: list[int],
        scores: Mapping[int, float],
        reading: Reading,
        place: str | None,
        dialogue: Dialogue,
        features: frozenset[str],
        told: Scene | None = None,
    ) -> Decision:
        order = self._ordering.settled(order, scores, reading)
        best, second = self._topics[order[0]], self._topics[order[1]]
        is_elsewhere = reading.is_elsewhere and SENT_TO.search(reading.text) is None
        pointed = self.choosing.choose(order, scores, reading, place, dialogue)
        is_in_one = told is not None or dialogue.scene is not None
        in_scene = self.staging.in_scene(pointed, told, reading, dialogue) if is_in_one else None
        is_unclear = (
            best.sort == second.sort == "flow"
            and len(reading.bare) <= LITTLE
            and scores[order[1]] > scores[order[0]] * CLOSE
            and not dialogue.options
        )
        if in_scene is not None and not (is_elsewhere and best.id != "cross-region"):
            wants = self.following.asks_for_an_errand(reading) and self.choosing.starts(
                in_scene, best, reading, dialogue
            )
            decision = self.on_point(in_scene, order, place, features, starts=wants)
            return replace(decision, scene=told.id if told else dialogue.scene)
        if pointed is not None and is_unclear and not pointed.is_asked:
            pointed = None
        if (
            told is not None
            and not told.is_mild
            and pointed is not None
            and self.staging.leads_away(told, pointed, best, scores[order[0]])
        ):
            pointed = self._points.best("", frozenset(), {best.id: 1.0})  # its answer without any aspect
        if pointed is not None and not (is_elsewhere and best.id != "cross-region"):
            wants = self.choosing.starts(pointed, best, reading, dialogue)
            decision = self.on_point(pointed, order, place, features, starts=wants)
            if best.sort == "out_of_scope":
                decision = self.unsettled(decision)
            if decision.kind == "flow" and self.staging.only_tells(told, reading, dialogue):
                decision = replace(decision, kind="article")
            return decision if pointed.is_asked else self._not_again(decision, reading, dialogue)
        least = SURE if best.sort == "smalltalk" else WEAK
        if scores[order[0]] < least or not features:
            return Decision("out_of_scope", False, refer="unknown", place=place)
        if is_unclear:
            ranked = dict.fromkeys((*best.articles(place), *second.articles(place)))
            return Decision("clarify", True, articles=tuple(ranked), options=(best, second), place=place)
        if is_elsewhere and best.sort in ("article", "flow") and best.id != "cross-region":
            return Decision("out_of_scope", False, refer="other-place", place=place)
        decision = self._on_topic(best, order[1:], place, features)
        if decision.kind == "flow" and self.staging.only_tells(told, reading, dialogue):
            decision = replace(decision, kind="article")
        return self._not_again(decision, reading, dialogue)

    def _not_again(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """A follow-up for which nothing was found is not answered by the last answer again: the resident is offered
        other questions.
        """
        if decision.kind not in ("article", "flow") or len(reading.bare) > FOLLOWS:
            return decision
        if name_of(decision, 0) not in dialogue.said or self._ranker.best(reading.features)[1] >= CLEAR:
            return decision
        if self.following.asks_for_an_errand(reading) or self._only_adds(decision, reading, dialogue):
            return decision
        return replace(decision, kind="clarify", told="which")

    def _only_adds(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> bool:
        """都欠了两年多了: tells more and asks nothing, so the last answer still holds and is given once more."""
        if decision.point is None or not self.following.is_errand(reading) or not dialogue.said:
            return False
        return len(reading.bare.strip()) > FEW and name_of(decision, 1) not in dialogue.said

    def _picked(self, reading: Reading, dialogue: Dialogue) -> Topic | None:
        """The topic that was picked from those offered, or the last one when the message only names a place."""
        if not dialogue.options and not dialogue.topic:
            return None
        name = self.following.chosen(reading, dialogue) if dialogue.options else None
        if name is None and dialogue.options:
            named = self._points.named(squeezed(reading.bare))
            name = next((option for option in dialogue.options if self._points.area(None, option) in named), None)
        is_of_place = self.following.names_only_a_place(reading) or HERE_TOO.fullmatch(squeezed(reading.text))
        if name is None and (is_of_place or self._moves(reading, dialogue)):
            name = dialogue.topic
        return self.by_id.get(name) if name else None

    def wanted(self, reading: Reading, dialogue: Dialogue) -> Topic | None:
        """那就帮我办吧: the errand that the last answer offers, or was. Of somebody else's matter none is begun."""
        if not dialogue.turns or self._is_of_another(dialogue) or not BARE_ERRAND.fullmatch(squeezed(reading.bare)):
            return None
        point, topic = self._points.by_id.get(dialogue.point or ""), self.by_id.get(dialogue.topic or "")
        if point is None and topic is None:
            return None
        return self._by_flow.get((self._points.offers(point) if point else topic and topic.flow) or "")

    def _is_of_another(self, dialogue: Dialogue) -> bool:
        scene = self.scenes.by_id.get(dialogue.scene or "")
        return scene is not None and scene.is_of_another

    def _moves(self, reading: Reading, dialogue: Dialogue) -> bool:
        """罚是在丽江挨的: only tells another place; asks nothing and names nothing else to look up."""
        if reading.place in (None, dialogue.place) or not dialogue.topic or len(reading.bare) > FOLLOWS:
            return False
        text = squeezed(reading.bare)
        if ALSO.fullmatch(text) and dialogue.point:
            return True
        if self._points.aspects(text) or self._points.named(text) or self.following.supposes(reading):
            return False
        return self._ranker.best(reading.features)[1] < MOVED

    def _on_topic(self, best: Topic, others: Sequence[int], place: str | None, features: frozenset[str]) -> Decision:
        if best.sort == "smalltalk":
            return Decision("smalltalk", True, topic=best, place=place)
        if best.sort == "out_of_scope":
            return Decision("out_of_scope", False, refer=best.refer, place=place)
        if place and (best.gap == place or (not others and not best.articles(place))):
            return Decision("out_of_scope", False, topic=best, refer="gap", place=place, features=features)
        ranked = self._ranked(best.articles(place), others, place)
        cited = best.articles(place) or ranked[:1]
        return Decision(
            "flow" if best.sort == "flow" else "article",
            True,
            topic=best,
            articles=ranked,
            cited=cited,
            place=place,
            features=features,
        )

    def _ranked(self, cited: Sequence[str], others: Iterable[int], place: str | None) -> tuple[str, ...]:
        """The articles that are cited, then those of the other topics in turn."""
        ranked, beside = dict.fromkeys(cited), self._beside[place]
        for other in others:
            if len(ranked) >= SHOWN:
                break
            ranked |= beside[other]
        return tuple(ranked)[:SHOWN]

    def barred(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """The answer of a bar, such as that somebody is under age, in place of an errand: where the message tells it, or
        where it was told before and the errand is for that person. 帮我弄 in a talk of somebody else begins none either.
        """
        if decision.kind == "flow" and self._is_of_another(dialogue) and BARE_ERRAND.fullmatch(squeezed(reading.bare)):
            decision = replace(decision, kind="article")
        told = (decision.scene, dialogue.scene if FOR_THEM.search(reading.bare) else None)
        bars = [scene for name in told if (scene := self.scenes.by_id.get(name or "")) is not None and scene.is_bar]
        if decision.kind != "flow" or not bars:
            return decision
        scene = bars[0]
        said = self._points.best("", frozenset(), dict.fromkeys(scene.under.split(), 1.0))
        if said is None:
            return replace(decision, kind="article")
        return replace(self.on_point(said, (), decision.place, decision.features), scene=scene.id)

    @staticmethod
    def unsettled(decision: Decision) -> Decision:
        """Of a matter between another system and ours: it counts as declined where the regulations are silent on it."""
        point, places = decision.point, (decision.place,) if decision.place else JURISDICTIONS
        is_silent = point is not None and all(norm(point.says(name), point.norm) == "silent" for name in places)
        return replace(decision, answered=False) if is_silent else decision

    def on_point(
        self,
        chosen: Chosen,
        others: Iterable[int],
        place: str | None,
        features: frozenset[str],
        *,
        starts: bool = False,
    ) -> Decision:
        point = chosen.point
        topic = self.topic_of(point, self.by_id.get(chosen.topic))
        is_gap = point.silent == place or (topic is not None and topic.gap == place and topic.id == chosen.topic)
        if place and is_gap and not point.articles(place):
            return Decision(
                "out_of_scope", False, topic=topic, refer="gap", place=place, features=features, point=point
            )
        cited = self.cited(point, topic, place)
        return Decision(
            "flow" if point.flow or starts else "article",
            True,
            topic=topic,
            articles=self._ranked(cited, others, place),
            cited=cited,
            place=place,
            features=features,
            point=point,
        )

    def topic_of(self, point: Point, topic: Topic | None) -> Topic | None:
        """The topic under which the point was found, or the first of its topics that is within our subject."""
        if topic is not None and topic.sort in ("article", "flow"):
            return topic
        own = (self.by_id.get(name) for name in point.topics)
        return next((found for found in own if found is not None and found.sort in ("article", "flow")), None)

    @staticmethod
    def cited(point: Point, topic: Topic | None, place: str | None) -> tuple[str, ...]:
        named = point.articles(place)
        if named is not None:
            first = (
                topic.articles(None)[0].partition("-")[0] if place is None and topic and topic.articles(None) else None
            )
            if first not in (None, JURISDICTIONS[0]):
                return tuple(sorted(named, key=lambda name: not name.startswith(f"{first}-")))
            return named
        return topic.articles(place) if topic else ()
