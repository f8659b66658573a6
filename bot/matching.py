"""Finds what a message is about: topics by score, reordered by the way of asking, and the point that answers."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from bot.aspects import Words
from bot.choosing import CLEAR, CORE, FAINT, FOLLOWS, LONG, PLAINLY, TAIL, WEAK, Choosing, squeezed, told_and_asked
from bot.decision import Decision, name_of
from bot.dialogue import Following
from bot.likeness import Likeness
from bot.places import JURISDICTIONS
from bot.points import Chosen, Point, Points
from bot.ranking import Ranker, Scores, best_first
from bot.reading import Reader, Reading
from bot.replies import Dialogue
from bot.scenes import Scene, Scenes
from bot.text import GAPS
from bot.topics import Topic

SURE = 0.3  # least score of small talk, which has few words
CLOSE = 0.8  # share of the best score from which a second errand is asked about, after a short message
LITTLE = 6  # characters up to which a message counts as short
ARTICLE_IF_RULE_ASKED = 0.55  # share of an errand's score from which an article goes first, if asked for the rule
ARTICLE_BESIDE_ERRAND = 0.66  # the same if asked for an errand too
ARTICLE_IF_QUESTION = 0.8  # the same for a question that asks for no errand
ERRAND_IF_ASKED = 0.75  # share of an article's score from which an errand goes first, if asked for an errand
ERRAND_IF_NO_QUESTION = 0.85  # the same if there is only no question
TALE, TALES = 16, 0.4  # a message of TALE characters is no small talk where a topic of ours has TALES of its score
OURS_TOLD = 0.65  # the same when the message tells of a fine that is to be removed, or of a record
OURS_ASKED = re.compile(
    "修复|异议|公示|披露|罚.{0,14}(?:拿掉|弄掉|消|撤|删|去掉|抹|挂|网上)|(?:拿掉|弄掉|消|撤|删|抹).{0,12}罚"
)
MARKED = 0.5  # share of the best score from which an errand goes first if its own word is in the message
OURS = 0.6  # share from which a topic of ours goes before one outside our subject, when the message has our words
ASKED = 0.45  # score of a topic of ours from which what follows a greeting is taken for the message
MOVED = 0.5  # score above which a message that names another place is about the topic, not only about the place
SAME = 1.5  # factor for topics on the same articles, in a follow-up
UNASKED = frozenset({"how", "effect"})  # aspects that leave a mild scene as it is: 咋办
NEUTRAL = frozenset({"liability", "person", "general"})  # areas that do not end a scene
ALSO = re.compile(  # 云南也是三天吗: the same question there, with a number or verdict from here
    "(?:那|那么|要是)?(?:在|换|换到)?也(?:是|要|得|有|能|按|算|给|可以|得是)?(?:这样|一样|如此|这么|照这样|[0-9一二两三四五六七八九十半]+个?(?:工作日|天|日|年|个月|月|万|块))?(?:吗|么|不|吧|没|嘛|啊)*[?？]?"
)
HERE_TOO = re.compile(  # 那我们这边呢: the same at home
    "(?:那|那么|要是|换成)?(?:在|到)?(?:[我俺咱]们?|咱们)(?:自己)?(?:这边|这儿|这里|这头|这地方|那边|那儿|本地|市里|省里)(?:的|呢|咋样|怎么样|啊|呀)*[?？]?"
)
SENT_TO = re.compile(
    "(?:转报|转给|转到|发给|发到|发往|报给|报送|报到|寄到|寄给|传到|传给|带到|抄送).{0,8}"
)  # another place is only the addressee
FEW = 4  # characters up to which a message tells nothing
KNOWN = 0.8  # score from which a topic of ours is the question, whatever else the message tells
SURELY = 0.8  # the same for a topic outside our subject, or within a dialogue
RAISED = 1.01  # factor by which a topic of the scene is put above the best
IN_SCENE = 40  # characters up to which a message that does not tell a scene can be asked within the last one
SHOWN = 6  # articles that a decision ranks
LOOKED_AT = 12  # topics whose articles are ranked


# 房东非要看我的信用: somebody else demands it, so it is no errand of the resident.
DEMANDED = re.compile("非要|硬要|非得|才签|才租|才肯|逼我")
WANTED = Words("@gone 修复 帮我 给我 想办 我想 我要 申请")  # somebody tells of a fine and wants it removed


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
        self._stays = stays
        self._leaves = leaves
        self.by_id = {topic.id: topic for topic in topics}
        self._index_of = {topic.id: index for index, topic in enumerate(topics)}
        self.following = Following()
        self.scenes = Scenes()
        likeness = Likeness(points.by_id.values(), reader.phrasing)
        self._nearer_to = {
            subject: np.array([SAME if names.intersection(topic.articles(None)) else 1.0 for topic in topics])
            for subject, names in self.following.families.items()
        }
        self.choosing = Choosing(topics, points, self.following, likeness, leaves)

    def by_topic(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision:
        features = reading.features
        picked = self._picked(reading, dialogue)
        if picked:
            return self.on_last(picked, reading, place, dialogue)
        scores = self._ranker.scores(features)
        if len(reading.bare) > LONG:
            scores = scores + self._ranker.scores(self._reader.features(reading.bare[-TAIL:])[0])
        likely = self._topics[int(scores.argmax())].sort
        if likely == "smalltalk":
            features, scores = self._after_the_greeting(reading, features, scores)
            likely = self._topics[int(scores.argmax())].sort
        subject = self.following.subject(reading, dialogue)
        named = self._points.named(squeezed(reading.bare))
        if subject and named and self.choosing.last_area(dialogue) not in named:
            subject = None
        if subject and (reading.concepts or likely in ("article", "flow")):
            features = features | self._reader.features(subject)[0]
            scores = self._ranker.scores(features) * self._nearer_to[subject]
        told = self.scenes.told(told_and_asked(squeezed(reading.bare)))
        heard = told
        if told is not None and not told.is_bar and self._is_known(scores, reading, dialogue):
            told = None
        if told is not None and told.is_mild and dialogue.scene not in (None, told.id) and len(reading.bare) <= FOLLOWS:
            told = None
        if told is not None and not (told.is_mild and self._points.aspects(squeezed(reading.bare)) - UNASKED):
            scores = self._raised(scores, told)
        order = best_first(scores, LOOKED_AT)
        values = dict(zip(order, map(scores.item, order), strict=True))
        decision = self._among(order, values, reading, place, dialogue, features, told)
        return replace(decision, scene=heard.id) if heard and not decision.scene else decision

    def can_join(self, reading: Reading, dialogue: Dialogue, but: Collection[str]) -> bool:
        """Whether the answer can be a point, other than some, with words that must stand together. For a first message this is told from
        the conditions alone, without looking for the topic; within a dialogue it is always true.
        """
        if dialogue.turns or dialogue.articles or dialogue.options or dialogue.topic or dialogue.scene:
            return True
        text = told_and_asked(squeezed(reading.bare))
        return self._points.can_join(text, self._points.aspects(text), but) or self.scenes.told(text) is not None

    def _is_known(self, scores: Scores, reading: Reading, dialogue: Dialogue) -> bool:
        """Whether the message clearly matches a topic or asks for an errand. The scene that it tells is then only
        remembered.
        """
        best = self._topics[int(scores.argmax())]
        strength = float(scores.max())
        if DEMANDED.search(reading.bare):
            return False
        if best.sort == "flow" and strength >= FAINT and self.following.asks_for_an_errand(reading):
            return True
        return strength >= (KNOWN if best.sort in ("article", "flow") and not dialogue.turns else SURELY)

    def _raised(self, scores: Scores, scene: Scene) -> Scores:
        """The scores with the best topic of the scene first, unless one of its area is first already."""
        under = [self._index_of[name] for name in scene.under.split()]
        if not under:
            return scores
        best = int(scores.argmax())
        homes = {self._points.area(None, self._topics[index].id) for index in under}
        if best in under or (
            self._topics[best].sort in ("article", "flow") and self._points.area(None, self._topics[best].id) in homes
        ):
            return scores
        first = max(under, key=lambda index: (scores[index], -under.index(index)))
        raised = scores.copy()
        raised[first] = max(float(scores[best]) * RAISED, FAINT)
        return raised

    def _in_scene(
        self, pointed: Chosen | None, told: Scene | None, reading: Reading, dialogue: Dialogue
    ) -> Chosen | None:
        """The scene's own answer; None where the point that was chosen without the scene stands."""
        now = told or (self.scenes.by_id.get(dialogue.scene or "") if dialogue.turns else None)
        if now is None:
            return None
        text = told_and_asked(squeezed(reading.bare))
        aspects = self._points.aspects(text)
        if len(text) <= IN_SCENE or told is not None:
            said = self.scenes.said(now.id, text)
            if said is not None:
                return self._at(said)
        home = self._home(now)
        is_asked = pointed is not None and pointed.is_asked
        is_at_home = pointed is not None and self._points.area(pointed.point.id, None) in home
        if told is not None:
            leaves = (told.is_mild and is_asked and aspects - UNASKED) or (
                is_asked and is_at_home and not (told.is_sure and not aspects & PLAINLY)
            )
            return self._at(told.point) if told.point and not leaves else None
        if len(text) > FOLLOWS or self._points.named(text) - home or self.choosing.last_area(dialogue) not in home:
            return None
        if pointed is not None and is_asked and pointed.point.words:
            return None
        asked = self.scenes.asked(now.id, text, aspects)
        return self._at(asked) if asked is not None else None

    def _only_tells(self, told: Scene | None, reading: Reading, dialogue: Dialogue) -> bool:
        """Whether the message supposes something, or tells what has happened and wants nothing done. It then starts no
        errand.
        """
        if dialogue.turns and self.following.supposes(reading):
            return True
        return told is not None and told.is_mild and not WANTED.found(reading.bare)

    def _leads_away(self, told: Scene, pointed: Chosen, best: Topic, strength: float) -> bool:
        """Whether the point is of another area than the scene that the message tells. Its words were then found by
        chance, unless it belongs to the best topic.
        """
        if best.id in pointed.point.topics and strength >= FAINT and (pointed.is_asked or not told.is_bar):
            return False
        return told.point is None and self._points.area(pointed.point.id, None) not in self._home(told) | NEUTRAL

    def _home(self, scene: Scene) -> frozenset[str]:
        """The areas of a scene."""
        found = {self._points.area(None, name) for name in scene.under.split()} | {scene.area}
        if scene.point:
            found.add(self._points.area(scene.point, None))
        return frozenset([area for area in found if area])

    def goes_on(self, decision: Decision, dialogue: Dialogue) -> str | None:
        """The scene after a decision: the decision's own, else the one before if the answer stays in its areas, else
        that of the answer's area.
        """
        if decision.scene is not None:
            return decision.scene
        before = self.scenes.by_id.get(dialogue.scene or "")
        area = self._points.area(
            decision.point.id if decision.point else None, decision.topic.id if decision.topic else None
        )
        if before is not None and (area is None or area in NEUTRAL or area in self._home(before)):
            return before.id
        entered = self.scenes.of_area(area)
        return entered.id if entered else None

    def _at(self, point: str) -> Chosen:
        said = self._points.by_id[point]
        return Chosen(said, said.topics[0], 1.0, True)

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

    def _after_the_greeting(
        self, reading: Reading, features: frozenset[str], scores: Scores
    ) -> tuple[frozenset[str], Scores]:
        """师傅您好，我的信用报告在哪儿看 begins with a greeting and then asks something."""
        rest = GAPS.sub(" ", reading.bare).strip().partition(" ")[2]
        if len(rest) <= LITTLE:
            return features, scores
        asked, _ = self._reader.features(rest)
        nearer = self._ranker.scores(asked)
        best = int(nearer.argmax())
        if self._topics[best].sort in ("article", "flow") and nearer[best] >= ASKED:
            return asked, nearer
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
        order = self._keep_in_scope(order, scores, reading)
        order = self._as_asked(self._as_marked(order, scores, reading), scores, reading)
        best, second = self._topics[order[0]], self._topics[order[1]]
        is_elsewhere = reading.is_elsewhere and SENT_TO.search(reading.text) is None
        pointed = self.choosing.choose(order, scores, reading, place, dialogue)
        in_scene = self._in_scene(pointed, told, reading, dialogue)
        is_unclear = (
            best.sort == second.sort == "flow"
            and len(reading.bare) <= LITTLE
            and scores[order[1]] > scores[order[0]] * CLOSE
            and not dialogue.options
        )
        if in_scene is not None and not (is_elsewhere and best.id != "cross-region"):
            others = map(self._topics.__getitem__, order)
            wants = self.following.asks_for_an_errand(reading) and self.choosing.starts(
                in_scene, best, reading, dialogue
            )
            decision = self.on_point(in_scene, others, place, features, starts=wants)
            return replace(decision, scene=told.id if told else dialogue.scene)
        if pointed is not None and is_unclear and not pointed.is_asked:
            pointed = None
        if (
            told is not None
            and not told.is_mild
            and pointed is not None
            and self._leads_away(told, pointed, best, scores[order[0]])
        ):
            pointed = self._points.best("", frozenset(), {best.id: 1.0})  # its answer without any aspect
        if pointed is not None and not (is_elsewhere and best.id != "cross-region"):
            others = map(self._topics.__getitem__, order)
            wants = self.choosing.starts(pointed, best, reading, dialogue)
            decision = self.on_point(pointed, others, place, features, starts=wants)
            if decision.kind == "flow" and self._only_tells(told, reading, dialogue):
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
        after = tuple(self._topics[index] for index in order[1:])
        decision = self._on_topic(best, after, place, features)
        if decision.kind == "flow" and self._only_tells(told, reading, dialogue):
            decision = replace(decision, kind="article")
        return self._not_again(decision, reading, dialogue)

    def _not_again(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """A follow-up for which nothing was found is not answered by the last answer again: the resident is offered
        other questions.
        """
        if decision.kind not in ("article", "flow") or len(reading.bare) > FOLLOWS:
            return decision
        if name_of(decision, 0) not in dialogue.said or self._ranker.scores(reading.features).max() >= CLEAR:
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
        name = self.following.chosen(reading, dialogue) if dialogue.options else None
        if name is None and dialogue.options:
            named = self._points.named(squeezed(reading.bare))
            name = next((option for option in dialogue.options if self._points.area(None, option) in named), None)
        is_of_place = self.following.names_only_a_place(reading) or HERE_TOO.fullmatch(squeezed(reading.text))
        if name is None and (is_of_place or self._moves(reading, dialogue)):
            name = dialogue.topic
        return self.by_id.get(name) if name else None

    def _moves(self, reading: Reading, dialogue: Dialogue) -> bool:
        """罚是在丽江挨的: only tells another place; asks nothing and names nothing else to look up."""
        if reading.place in (None, dialogue.place) or not dialogue.topic or len(reading.bare) > FOLLOWS:
            return False
        text = squeezed(reading.bare)
        if ALSO.fullmatch(text) and dialogue.point:
            return True
        if self._points.aspects(text) or self._points.named(text) or self.following.supposes(reading):
            return False
        return bool(self._ranker.scores(reading.features).max() < MOVED)

    def _keep_in_scope(self, order: list[int], scores: Mapping[int, float], reading: Reading) -> list[int]:
        """打架算不算失信 resembles criminal law, 我的异议咋样咯 small talk, but both are about credit."""
        if self._topics[order[0]].refer == "injection" and scores[order[0]] < CLEAR:
            order = order[1:]  # 让邻居替我提; attempts to instruct the bot are in denials.toml
        first = self._topics[order[0]]
        if first.sort in ("article", "flow") or first.refer in self._leaves:
            return order
        is_long = first.sort == "smalltalk" and len(reading.bare) > TALE
        is_named = bool(reading.concepts & self._stays)
        if not is_named and not OURS_ASKED.search(reading.text) and not (is_long and CORE.search(reading.text)):
            return order
        ours = [index for index in order if self._topics[index].sort in ("article", "flow")]
        if not ours or scores[ours[0]] < max(
            WEAK, (TALES if is_long else OURS if is_named else OURS_TOLD) * scores[order[0]]
        ):
            return order
        return [*ours, *(index for index in order if index not in ours)]

    def _as_marked(self, order: list[int], scores: Mapping[int, float], reading: Reading) -> list[int]:
        """授权公司查询我的信用报告 is about the grant, however much is said of the report."""
        best = self._topics[order[0]]
        if not best.yields or any(mark in reading.bare for mark in best.marks + best.keeps):
            return order
        for index in order[1:]:
            marks = self._topics[index].marks
            if scores[index] >= MARKED * scores[order[0]] and any(mark in reading.bare for mark in marks):
                return [index, *(other for other in order if other != index)]
        return order

    def _as_asked(self, order: list[int], scores: Mapping[int, float], reading: Reading) -> list[int]:
        """Rule and errand on one subject have similar scores: the way of asking settles which of them goes first."""
        sort = self._topics[order[0]].sort
        if sort == "flow" and self.following.asks_for_the_rule(reading):
            wanted, nearly = (
                "article",
                ARTICLE_BESIDE_ERRAND if self.following.asks_for_an_errand(reading) else ARTICLE_IF_RULE_ASKED,
            )
        elif sort == "flow" and self.following.may_ask_for_the_rule(reading):
            wanted, nearly = "article", ARTICLE_IF_QUESTION
        elif sort == "article" and self.following.wants_it_done(reading):
            wanted = "flow"
            nearly = ERRAND_IF_ASKED if self.following.asks_for_an_errand(reading) else ERRAND_IF_NO_QUESTION
        else:
            return order
        least = nearly * scores[order[0]]
        near = [index for index in order if self._topics[index].sort == wanted and scores[index] >= least]
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

    def on_point(
        self,
        chosen: Chosen,
        others: Iterable[Topic],
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
