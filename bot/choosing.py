"""Chooses the point to answer with, among the topics that match.

A point gets the score of its topic, from 0 to 1 where the best topic has 1. In a follow-up, points of the area that was
just discussed come first, then those of neighbouring areas; only a message that names something else leaves them. If an
errand matches best, a point goes before it when the question is about the law.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter

from msgspec import Struct

from bot.aspects import TEXTS, joined
from bot.dialogue import Following
from bot.leads import taken_back
from bot.likeness import Likeness
from bot.places import JURISDICTIONS
from bot.points import Chosen, Point, Points
from bot.reading import Reading
from bot.replies import Dialogue
from bot.several import ASKING
from bot.topics import Topic
from bot.verdicts import norm

WEAK = 0.22  # below this score no topic matches; see docs/bot.md for how it was set
LONG, TAIL = 40, 32  # a message longer than LONG asks at its end: the last TAIL characters count twice
STORY, HEAD = 60, 16  # of a message longer than STORY only the first HEAD and the last TAIL characters are read
FOLLOWS = 26  # characters up to which a message can be a follow-up
KEPT = 0.8  # score of the thread's topics in a follow-up
KEPT_LAST = 0.9  # score of the topics of the last point
FAINT, CLEAR = 0.4, 0.6  # another topic below FAINT gives way to the thread, one above CLEAR goes before it
BRIEF = 8  # characters up to which a message that names nothing else stays in the thread, whatever the scores
YIELDS = 0.45  # factor for scores outside the thread, when they are faint
BESIDE = 0.75  # score of topics in the areas beside the thread
FOREIGN = 0.75  # factor for scores outside the thread, when they are not faint
CERTAIN = 0.5  # from this score of an article on, points are taken from RIVAL topics only
RIVAL = 0.8  # the least score of those
SECOND = 0.95  # the highest score that the second topic can have
STRAYS = 0.55  # topics below this score offer no points
ALIKE = 0.3  # least likeness between a follow-up and a point of the thread, when no point's own words were found
SUPPOSED = 0.2  # the same for a message that supposes something (要是…), which means no errand
NEXT_TO = 0.85  # factor for likeness in an area beside the thread that the message does not name
ALSO_ASKED = 0.1  # added to the likeness when the message asks for the point's aspect
JUST_SAID = 0.3  # taken off the likeness of a point that was said already
LEAVES = 0.2  # by so much a point of the thread must beat one whose own words or aspect were found elsewhere
MET = 0.15  # by so much more, when those were found in the thread itself
RULES = frozenset({"must", "told", "ifnot", "fee", "days", "start", "until", "auto", "proxy", "who"})  # start no errand
ENDINGS = ("吗", "么", "嘛", "?")
LENGTHS = frozenset({"days", "until", "start"})  # 满几个月能申请修复 asks for a number and starts no errand
WANTS = re.compile("帮|给我|替我|我要|我想")
HOW = frozenset({"how", "where", "yesno", "effect"})
PLAINLY = frozenset({"fee", "days", "must", "told", "auto", "start", "until", "proxy", "bring", "condition", "where"})
SHORT = 14  # characters of a message that holds little besides the matter and what is asked about it
BARELY = frozenset({"fee", "days", "until", "start", "proxy", "bring", "auto"})  # asked of a matter in so few words
ELSE_ASKED = re.compile("罚|哪条|哪一条|第几条|提醒|喊|叫我")  # by which something else is meant
CORE = re.compile("信用|失信|修复|异议|公示|名单|披露|惩戒|守信|承诺|罚|违约|表彰|志愿|捐|采集|标注|条例")


class Thread(Struct, frozen=True):
    """The area that a follow-up stays in, and the factor for scores outside it; a bare message names nothing at all."""

    area: str
    others: float
    is_bare: bool


class Asked(Struct, frozen=True):
    """What is known of a message when a point is chosen: text, aspects, areas that it names, best topic with its score."""

    reading: Reading
    text: str
    aspects: frozenset[str]
    named: frozenset[str]
    best: Topic
    strength: float


class Choosing:
    """`leaves` are referrals that an aspect alone does not turn into an answer."""

    def __init__(
        self,
        topics: Sequence[Topic],
        points: Points,
        following: Following,
        likeness: Likeness,
        leaves: frozenset[str],
    ) -> None:
        self._topics = topics
        self._points = points
        self._following = following
        self._likeness = likeness
        self._leaves = leaves
        self._near_by_of = {
            area: (
                {name: BESIDE for one in points.beside(area) for name in points.topics_of(one)},
                frozenset(points.beside(area)),
            )
            for area in points.areas
        }

    def last_area(self, dialogue: Dialogue) -> str | None:
        """The area of the last answer."""
        return self._points.area(dialogue.point, dialogue.topic) if dialogue.turns else None

    def choose(
        self, order: list[int], scores: Mapping[int, float], reading: Reading, place: str | None, dialogue: Dialogue
    ) -> Chosen | None:
        """`order` ranks the topics by `scores`, best first. Returns None where the topic itself is the answer."""
        text = told_and_asked(squeezed(reading.bare))
        aspects, named = self._points.aspects(text), self._points.named(text)
        strength = max(map(scores.__getitem__, order))
        asked = Asked(reading, text, aspects, named, self._topics[order[0]], strength)
        thread = self._thread(asked, dialogue)
        chosen = self._nearest(asked, self._near(order, scores, strength, thread))
        if thread:
            chosen = self._followed(
                asked, chosen, thread, self._kept(order, scores, asked.strength, thread, dialogue), dialogue
            )
        chosen = self._alike(asked, chosen, thread, place, dialogue) or self._of_what_is_named(asked, chosen, dialogue)
        if thread and thread.is_bare and (chosen is None or not chosen.is_asked):
            return self._at_home(asked, chosen, order, scores, thread, dialogue)
        if chosen is None:
            return self._near_by(asked, dialogue)
        if not chosen.is_asked:
            bare = self._points.best(text, aspects, {asked.best.id: 1.0})
            return bare if bare is not None and asked.strength >= WEAK else None
        return chosen if self._holds(asked, chosen, thread) else self._near_by(asked, dialogue)

    def starts(self, chosen: Chosen, best: Topic, reading: Reading, dialogue: Dialogue) -> bool:
        """Whether the best matching errand is started together with the point's answer; a follow-up that asks where it
        is done is only a question.
        """
        if best.sort != "flow" or self._points.offers(chosen.point) != best.flow:
            return False
        if chosen.point.sure and self._forbids(chosen.point):
            return False
        bare = reading.bare.rstrip()
        aspects = self._points.aspects(squeezed(reading.bare))
        if aspects & LENGTHS and not WANTS.search(bare):
            return False
        if self._following.asks_for_an_errand(reading) and bare[-1:] not in ENDINGS:
            return True
        if "where" in aspects:
            return not dialogue.turns
        is_how = bool(aspects & {"how", "where"}) and aspects <= HOW
        is_at_home = self._points.area(chosen.point.id, None) == self._points.area(None, best.id)
        return is_at_home and not aspects & RULES and (is_how or self._following.is_errand(reading))

    @staticmethod
    def _forbids(point: Point) -> bool:
        """Whether it says no in any place."""
        return any(norm(point.says(place), point.norm) == "not" for place in JURISDICTIONS)

    def _nearest(self, asked: Asked, near: dict[str, float]) -> Chosen | None:
        text, aspects, best = asked.text, asked.aspects, asked.best
        is_certain = best.sort == "article" and asked.strength >= CERTAIN
        if is_certain:
            near = {name: value for name, value in near.items() if value >= RIVAL or name == best.id}
        chosen = self._points.best(text, aspects, near)
        if len(asked.reading.bare) > LONG and chosen is not None and chosen.topic != best.id:
            chosen = self._points.best(text, aspects, {best.id: 1.0})
        if best.sort in ("article", "flow") and len(text) <= FOLLOWS and not is_certain:
            home = self._points.in_area(text, aspects, best.id)
            if home is not None and (chosen is None or home.value > chosen.value):
                chosen = home
        return chosen

    def _of_what_is_named(self, asked: Asked, chosen: Chosen | None, dialogue: Dialogue) -> Chosen | None:
        """信用承诺收费吗: a first message that names one matter and asks plainly gets the answer of that area, even one that
        is otherwise only a follow-up. A point whose own words were found stays.
        """
        text, aspects = asked.text, asked.aspects
        if dialogue.turns or len(asked.named) != 1 or len(text) > SHORT:
            return chosen
        if not aspects & BARELY or "who" in aspects or ELSE_ASKED.search(text) or not ASKING.search(text):
            return chosen
        (area,) = asked.named
        if area in ("government", "liability", "general", "person"):
            return chosen
        if (
            chosen is not None
            and chosen.is_asked
            and (chosen.point.words or self._points.area(chosen.point.id, None) == area)
        ):
            return chosen
        near = {name: KEPT_LAST if name == asked.best.id else KEPT for name in self._points.topics_of(area)}
        found = self._points.best(text, aspects, near, within=frozenset((area,)), spoken_of=frozenset((area,)))
        return found if found is not None and found.point.aspects & aspects & BARELY else chosen

    def _followed(
        self, asked: Asked, chosen: Chosen | None, thread: Thread, kept: dict[str, float], dialogue: Dialogue
    ) -> Chosen | None:
        text, aspects = asked.text, asked.aspects
        within = frozenset(self._threads(thread, dialogue))
        stays = self._points.best(text, aspects, kept, within=within, last=dialogue.point, spoken_of=within)
        if stays is not None and (chosen is None or stays.value >= chosen.value):
            chosen = stays
        near_by, beside = self._near_by_of[thread.area]
        leads = self._points.best(text, aspects, near_by, within=beside)
        if leads is not None and leads.point.words and (chosen is None or leads.value > chosen.value):
            chosen = leads
        return chosen

    def _alike(
        self, asked: Asked, chosen: Chosen | None, thread: Thread | None, place: str | None, dialogue: Dialogue
    ) -> Chosen | None:
        """For a follow-up, the point that is most alike, from the thread, the areas beside it and those that the
        message names. A point that was just said counts less. A point whose own words or aspect were found is kept,
        unless it is outside the thread and much less alike.
        """
        if not dialogue.turns or len(asked.text) > FOLLOWS or asked.reading.place not in (None, dialogue.place):
            return None
        said = {head for head, slash, _ in (name.partition("/") for name in dialogue.said) if slash}
        is_new = chosen is not None and chosen.point.spoken(place) not in said
        is_clear = asked.strength >= CLEAR and asked.best.sort in ("article", "flow", "smalltalk")
        if (
            is_clear
            and chosen is not None
            and (thread is None or (not thread.is_bare and self._in(asked.best, thread.area)))
        ):
            return None
        if thread is None and chosen is not None and chosen.is_asked and is_new:
            return None
        areas = dict.fromkeys(sorted(asked.named), 1.0)
        if thread:
            areas = dict.fromkeys(self._points.beside(thread.area), NEXT_TO) | areas
            areas |= dict.fromkeys(self._threads(thread, dialogue), 1.0)
        near = self._likeness.of(asked.reading.features)
        least = SUPPOSED if self._following.supposes(asked.reading) else ALIKE
        stays = False  # asked once more, or met in the thread, so not about another matter
        if chosen is not None and chosen.is_asked and thread is not None:
            stays = not is_new
            if is_new:
                least = max(ALIKE, near.item(self._points.number_of[chosen.point.id])) + LEAVES
            if is_new and self._points.area(chosen.point.id, None) == thread.area:
                least += MET
                stays = True
        best = None
        (likely,) = (near + ALSO_ASKED > least).nonzero()
        alike = [(near.item(number), self._points.in_order[number]) for number in likely.tolist()]
        for share, point in sorted(alike, key=lambda one: (-one[0], one[1].id)):
            part = areas.get(self._points.area(point.id, None) or "", 0.0)
            if not part or (stays and part < 1.0):
                continue
            value = share * part + (ALSO_ASKED if point.aspects & asked.aspects else 0.0)
            if point.spoken(place) in said:
                value -= JUST_SAID
            if value > least and not point.other_words.found(asked.text):
                best, least = point, value
        return Chosen(best, best.topics[0], least, True) if best else None

    def _near_by(self, asked: Asked, dialogue: Dialogue) -> Chosen | None:
        """For a follow-up that matches no topic, or only one outside our subject: a point whose own words are found,
        from the areas that are named, the last one, or those beside it.
        """
        area = self.last_area(dialogue)
        is_ours = asked.best.sort in ("article", "flow")
        if area is None or len(asked.text) > FOLLOWS or asked.strength >= (WEAK if is_ours else FAINT):
            return None
        for areas in (asked.named, frozenset((area, *self._points.beside(area)))):
            near = {name: KEPT for one in sorted(areas) for name in self._points.topics_of(one)}
            found = self._points.best(
                asked.text, asked.aspects, near, within=areas, last=dialogue.point, spoken_of=frozenset((area,))
            )
            if found is None or not found.is_asked:
                continue
            if found.point.words or (asked.named and found.point.aspects & asked.aspects & PLAINLY):
                return found
        return None

    def _at_home(
        self,
        asked: Asked,
        chosen: Chosen | None,
        order: list[int],
        scores: Mapping[int, float],
        thread: Thread,
        dialogue: Dialogue,
    ) -> Chosen | None:
        """Who names nothing and asks for no aspect stays in the thread: its best topic there, else the last point."""
        is_else = asked.best.sort in ("smalltalk", "out_of_scope") and not self._following.asks_of_another(asked.text)
        if is_else and asked.strength >= FAINT:
            return None
        areas = {thread.area, *self._points.beside(thread.area)}
        if chosen is not None and self._points.area(chosen.point.id, None) in areas and asked.strength >= WEAK:
            return self._points.best(asked.text, asked.aspects, {asked.best.id: 1.0}) or chosen
        for index in order:
            if scores[index] >= WEAK and self._points.area(None, self._topics[index].id) == thread.area:
                return self._points.best(asked.text, asked.aspects, {self._topics[index].id: 1.0})
        last = self._points.by_id.get(dialogue.point or "")
        return Chosen(last, dialogue.topic or last.topics[0], 0.0, False) if last else None

    def _threads(self, thread: Thread, dialogue: Dialogue) -> tuple[str, ...]:
        """The area of the last answer, and the last area that was named, where a message without a noun has led away
        from it.
        """
        if thread.is_bare and dialogue.area in self._points.areas and dialogue.area != thread.area:
            return (thread.area, dialogue.area)
        return (thread.area,)

    def _holds(self, asked: Asked, chosen: Chosen, thread: Thread | None) -> bool:
        """Whether the point goes before the best topic."""
        best, strength = asked.best, asked.strength
        if thread:
            is_met = chosen.is_asked and chosen.point.follows and strength < CLEAR
            is_met = is_met or self._following.asks_of_another(asked.text)
            asks = bool(asked.aspects - {"yesno", "effect"}) and strength < CLEAR
            return best.sort != "smalltalk" or strength < FAINT or is_met or asks
        if strength < WEAK or best.sort == "smalltalk":
            return False
        if best.sort == "out_of_scope":
            if best.id in chosen.point.topics and joined(chosen.point.words, asked.text):
                return True  # an editor has put it between the two systems
            is_named = self._points.area(chosen.point.id, None) in asked.named
            is_sure = is_named or best.refer not in self._leaves or bool(chosen.point.words)
            return is_sure and CORE.search(asked.text) is not None
        if best.sort == "flow" and not chosen.point.flow:
            if chosen.point.sure and len(asked.reading.bare) <= LONG:
                return True
            return self._is_of_another_area(asked, chosen) or self._is_of_the_rule(asked, chosen)
        return True

    def _is_of_another_area(self, asked: Asked, chosen: Chosen) -> bool:
        """Whether the message names the area of the point and not that of the errand."""
        home = self._points.area(None, asked.best.id)
        return self._points.area(chosen.point.id, None) in asked.named and home not in asked.named

    def _is_of_the_rule(self, asked: Asked, chosen: Chosen) -> bool:
        """Whether the message asks about the law; a long story does not count."""
        reading, point = asked.reading, chosen.point
        if len(reading.bare) > LONG:
            return False
        is_plain = bool(point.aspects & asked.aspects & PLAINLY)
        if self._following.asks_for_the_rule(reading):
            return bool(point.words) or is_plain
        by_errand = self._following.asks_for_an_errand(reading)
        if point.words:
            ends = reading.bare.rstrip(" ?")[-1:] in ENDINGS
            asks = ends or not self._following.wants_it_done(reading) or asked.aspects & PLAINLY - {"told"}
            return bool(asks) or (asked.strength < FAINT and not by_errand)
        return is_plain and len(asked.text) <= FOLLOWS and not by_errand

    def _thread(self, asked: Asked, dialogue: Dialogue) -> Thread | None:
        """The area of the last answer, if the message stays in it and names nothing else."""
        area = self.last_area(dialogue)
        if area is None or len(asked.text) > FOLLOWS or taken_back(asked.reading.text) is not None:
            return None
        named, strength = asked.named, asked.strength
        is_bare = not named and not self._following.names_something(asked.reading)
        is_bare = is_bare or (not named and self._following.points_back(asked.reading))
        is_nearer = strength < CLEAR or len(asked.text) <= BRIEF or self._in(asked.best, area)
        if is_bare or area in named or (not named and is_nearer):
            return Thread(area, YIELDS if is_bare or strength < FAINT else FOREIGN, is_bare)
        return None

    def _near(
        self, order: list[int], scores: Mapping[int, float], strength: float, thread: Thread | None
    ) -> dict[str, float]:
        """The score of each topic, 1 for the best; lower for all of them in a thread."""
        others = thread.others if thread else 1.0
        near = {self._topics[order[0]].id: others}
        least = STRAYS * strength if strength > 0 else math.inf
        for index in sorted(order[1:], key=scores.__getitem__, reverse=True):
            if scores[index] < least:
                break
            near[self._topics[index].id] = min(SECOND, scores[index] / strength) * others
        return near

    def _kept(
        self, order: list[int], scores: Mapping[int, float], strength: float, thread: Thread, dialogue: Dialogue
    ) -> dict[str, float]:
        """The scores of the thread's topics, highest first."""
        last = self._points.by_id.get(dialogue.point or "")
        own = set(last.topics if last else (dialogue.topic or "",))
        near = dict.fromkeys(chain(*map(self._points.topics_of, self._threads(thread, dialogue))), KEPT)
        for rank, index in enumerate(order):
            name = self._topics[index].id
            if name in near and not thread.is_bare:
                near[name] = max(near[name], 1.0 if rank == 0 else min(SECOND, scores[index] / max(strength, WEAK)))
        for name in own & set(near):
            near[name] = max(near[name], KEPT_LAST)
        return dict(sorted(near.items(), key=itemgetter(1), reverse=True))

    def _in(self, topic: Topic, area: str) -> bool:
        return topic.id in self._points.topics_of(area)


def told_and_asked(text: str) -> str:
    """The text; of a long story only the beginning, which tells the subject, and the end, which asks."""
    return text if len(text) <= STORY else text[:HEAD] + text[-TAIL:]


@lru_cache(TEXTS)
def squeezed(text: str) -> str:
    """Without blanks."""
    return "".join(text.split())
