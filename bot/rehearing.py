"""Replaces the chosen point where the message is clearly asked in the way of another one.

Some answers are left alone: computed days, two questions in one, articles by number, comparisons, and errands that were
named outright.
"""

import re

from msgspec.structs import replace

from bot.aspects import joined
from bot.beginning import flow_of
from bot.choosing import PLAINLY, squeezed, told_and_asked
from bot.decision import Decision
from bot.denying import ALIKE_SYSTEMS, ALWAYS, OTHERS, Denying
from bot.matching import SHOWN, Matching
from bot.others import Others
from bot.points import Chosen, Point, Points
from bot.ranking import Ranker
from bot.reading import Reading
from bot.replies import Dialogue
from bot.ways import AGREED, BEYOND, KNOWN, OPENED, WITHIN, Margin, Nearest, Ways

FEW_WORDS = 10  # characters up to which the words of a message settle it
FEW_IN_TALK = 3  # within a talk, which tells what they are about
FEW_IN_SCENE = 6  # where it is known what has happened
MAY = ("吗", "么", "嘛", "不", "吧", "没")  # at its end a message asks whether it may be done
UNSURE = "which"  # asks back, since nothing new was found for a follow-up
NAMED = 0.7  # score from which an errand, a general rule or what is not given counts as named outright
ERRAND_NAMED = 0.45  # the same beside a message that resembles others' matter: 授权 三天有效 给猎头
NOT_OURS = "not-ours"
LEFT_OPEN = ("gap", "unknown")  # declined since nothing was found, not since another body would know
OURS_NAMED = re.compile(
    "信用(?:中国|平台|网|记录|报告|档案|信息(?!公示系统))|公共信用|社会信用|失信信息|严重失信"
)  # names of our own
STRANGE = -0.45  # above it a message is not taken for ours; docs/bot.md tells on what these three were fitted
UNSEEN_COUNTS = 3.2
NEAREST_COUNTS = -1.8
LEAVES, FEW_TO_LEAVE = 0.35, 5  # the least surplus of others, and characters that are too few, within a talk
LED = ("scam", "person")  # points that a message is led to; by likeness only in a first message, and plainly


class Rehearing:
    def __init__(
        self, points: Points, matching: Matching, ranker: Ranker, ways: Ways, others: Others, denying: Denying
    ) -> None:
        self._points = points
        self._matching = matching
        self._ranker = ranker
        self._ways = ways
        self._others = others
        self._denying = denying

    def heard(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """The decision, or the one for the nearer point."""
        decision = self._told(decision, reading, dialogue)
        if decision.also or decision.more or decision.told not in (None, UNSURE) or decision.style != "full":
            return decision
        can_be_known = not dialogue.turns and self._can_be_known(decision, reading)
        can_be_another = self._can_be_another(decision, reading, dialogue)
        if not (can_be_known or can_be_another):
            return decision
        found = self._found(decision, reading, dialogue)
        if found is None:
            return decision
        said = self._said(decision, found)
        if said.kind == "flow" and decision.kind != "flow":
            return decision  # an errand is begun by what is wanted, not by likeness
        if not (said.cited or found.point.cites or found.point.id.startswith(LED)):
            return decision
        is_known = can_be_known and found.is_clear(KNOWN)
        if not is_known and not (can_be_another and found.is_clear(self._margin(decision, said, reading, dialogue))):
            return decision
        is_wanted = self._matching.following.asks_for_an_errand(reading) and not _asks_may(reading)
        if decision.kind == "flow" and is_wanted:
            is_same = self._points.offers(found.point) == flow_of(decision, self._points)
            said = replace(said, kind="flow") if is_same else said  # the errand that is wanted, with a nearer sentence
        if decision.kind == "out_of_scope" and decision.refer not in LEFT_OPEN:
            said = self._matching.unsettled(said)
        articles = tuple(dict.fromkeys((*said.articles, *decision.articles)))[:SHOWN]
        return replace(said, articles=articles, scene=decision.scene)

    def unheard(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """三月街赶庙会哪天最热闹: what is nearer to what is asked of others is declined, unless something says that it is ours:
        an event that is recognised, a topic named outright, a word that nobody needs for another matter. Who wants a person, a
        swindle, reckoned days and numbers of articles are heard before.
        """
        if decision.told or decision.style != "full" or decision.kind not in ("article", "flow"):
            return decision
        if decision.topic is None or decision.scene is not None or self._denying.is_plainly_ours(reading):
            return decision
        if decision.point is not None and self._is_of(decision.point, reading):
            return decision
        named = ERRAND_NAMED if decision.kind == "flow" else NAMED
        if self._ranker.best(reading.features)[1] >= named or not self._is_of_others(reading, dialogue):
            return decision
        return Decision("out_of_scope", False, refer=NOT_OURS, place=decision.place)

    @staticmethod
    def _is_of(point: Point, reading: Reading) -> bool:
        """Whether a message is led to the point, or has joined words that an editor wrote for it."""
        return point.id.startswith(LED) or bool(joined(point.words, squeezed(reading.bare)))

    def _is_of_others(self, reading: Reading, dialogue: Dialogue) -> bool:
        """Within a talk few words say little, and strange ones less: there it has to resemble what others are asked."""
        surplus = self._others.surplus(reading.features)
        if dialogue.turns and (len(reading.bare) <= FEW_TO_LEAVE or surplus < LEAVES):
            return False
        unseen, nearest = self._ways.strangeness(reading.features)
        return surplus + UNSEEN_COUNTS * unseen + NEAREST_COUNTS * nearest > STRANGE

    def _told(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Decision:
        """With what the first message tells, where a lead or reckoned days have settled it before any topic. Who reports
        a scam tells what the swindler said.
        """
        if dialogue.turns or decision.scene is not None or decision.kind == "smalltalk":
            return decision
        if decision.point is not None and decision.point.id.startswith("scam"):
            return decision
        heard = self._matching.scenes.told(told_and_asked(squeezed(reading.bare)))
        return replace(decision, scene=heard.id) if heard else decision

    def _found(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> Nearest | None:
        """The nearest point, unless it may not be said here."""
        area = self._matching.choosing.last_area(dialogue)
        found = self._ways.nearest(reading.features, decision.point, area)
        if found is None or not found.is_clear(WITHIN) or found.point.other_words.found(squeezed(reading.bare)):
            return None  # the last: words that its editor kept from it
        is_there = area is not None and self._points.area(found.point.id, None) == area
        is_elsewhere = found.point.follows and not is_there  # said only where its area was just spoken of
        is_led = found.point.id.startswith(LED)
        if (is_led or is_elsewhere) and (dialogue.turns or not found.is_clear(OPENED)):
            return None
        return None if dialogue.turns and self._stays(decision, found.point, reading) else found

    def _margin(self, decision: Decision, said: Decision, reading: Reading, dialogue: Dialogue) -> Margin:
        if decision.kind == "out_of_scope":
            return BEYOND if self._names_ours(decision, reading) else OPENED
        was_led = decision.point is not None and decision.point.id.startswith(LED)
        if dialogue.turns:
            has_own = decision.scene is not None and decision.scene == dialogue.scene
            return OPENED if was_led or has_own else BEYOND
        is_led = decision.point is None or was_led
        if not (decision.kind == "flow" or is_led or said.cited[:1] != decision.cited[:1]):
            return WITHIN
        agrees = said.point is not None and self._matching.likeliest(reading.features).id in said.point.topics
        return AGREED if agrees and not is_led and decision.kind != "flow" else BEYOND

    def _can_be_known(self, decision: Decision, reading: Reading) -> bool:
        """Words of another system and errands that were named outright stand above any likeness."""
        if decision.kind == "out_of_scope":
            is_firm = (
                decision.refer in ALWAYS or self._denying.has_word(reading.text) or self._denying.is_of_another(reading)
            )
            return decision.refer in LEFT_OPEN or not is_firm
        is_rule = decision.kind == "article" and decision.point is None  # nobody wrote ways of asking for it
        if not (is_rule or decision.kind == "flow") or self._ranker.best(reading.features)[1] < NAMED:
            return True
        return not is_rule and _asks_may(reading) and not self._matching.following.asks_for_an_errand(reading)

    def _can_be_another(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> bool:
        few = FEW_WORDS
        if dialogue.turns:
            few = FEW_IN_SCENE if self._is_asked_within(decision, reading, dialogue) else FEW_IN_TALK
        if len(reading.bare) <= few:
            return False
        if decision.kind == "flow" and self._matching.wanted(reading, dialogue) is not None:
            return False
        if decision.kind == "flow" or (decision.kind == "out_of_scope" and decision.refer in LEFT_OPEN):
            return self._ranker.best(reading.features)[1] < NAMED
        if self._names_ours(decision, reading):
            return True
        return decision.told == UNSURE or (decision.kind == "article" and decision.point is not None)

    def _names_ours(self, decision: Decision, reading: Reading) -> bool:
        """Whether what was declined speaks of our own records: 户口迁走了，信用记录还在吗."""
        if decision.refer not in OTHERS or decision.refer in ALIKE_SYSTEMS:
            return False
        return OURS_NAMED.search(reading.text) is not None and not self._denying.is_of_another(reading)

    def _is_asked_within(self, decision: Decision, reading: Reading, dialogue: Dialogue) -> bool:
        """Whether the scene has an answer of its own, or its area one to what is asked: 从哪天算."""
        if dialogue.scene is None or decision.scene is not None:
            return dialogue.scene is not None
        return decision.point is not None and bool(
            decision.point.aspects & self._points.aspects(squeezed(reading.bare)) & (PLAINLY | {"ifnot"})
        )

    def _stays(self, decision: Decision, other: Point, reading: Reading) -> bool:
        """罚是在丽江挨的 moves the matter to a place, 要钱吗 names none: in a talk both keep to it."""
        if reading.place:
            return True
        area = self._points.area(
            decision.point.id if decision.point else None, decision.topic.id if decision.topic else None
        )
        text = squeezed(reading.bare)
        leaves = self._points.area(other.id, None) != area
        return leaves and len(text) <= FEW_IN_TALK and not self._points.named(text)

    def _said(self, decision: Decision, found: Nearest) -> Decision:
        own = decision.topic.id if decision.topic else ""
        topic = own if own in found.point.topics else found.point.topics[0]
        return self._matching.on_point(Chosen(found.point, topic, 1.0, True), (), decision.place, decision.features)


def _asks_may(reading: Reading) -> bool:
    return reading.bare.rstrip("?？ ").endswith(MAY)
