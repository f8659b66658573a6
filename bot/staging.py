"""What the scene changes in the choice: which topic is raised, which point answers, where the talk goes on."""

import re
from collections.abc import Sequence

from bot.aspects import Words
from bot.choosing import BRIEF, FAINT, FOLLOWS, PLAINLY, SHORT, Choosing, squeezed, told_and_asked
from bot.decision import Decision
from bot.dialogue import Following
from bot.points import Chosen, Points
from bot.ranking import Scores
from bot.reading import Reading
from bot.replies import Dialogue
from bot.scenes import Scene, Scenes
from bot.topics import Topic

UNASKED = frozenset({"how", "effect"})  # aspects that leave a mild scene as it is: 咋办
NEUTRAL = frozenset({"liability", "person", "general"})  # areas that do not end a scene
KNOWN = 0.8  # score from which a topic of ours is the question, whatever else the message tells
SURELY = 0.8  # the same for a topic outside our subject, or within a dialogue
RAISED = 1.01  # factor by which a topic of the scene is put above the best
IN_SCENE = 40  # characters up to which a message that does not tell a scene can be asked within the last one
# 房东非要看我的信用: somebody else demands it, so it is no errand of the resident.
DEMANDED = re.compile("非要|硬要|非得|才签|才租|才肯|逼我")
TOLD_OF = re.compile("[他她]")  # 他的表彰能撤吗: of whom the talk has been, whatever else it tells
WANTED = Words("@gone 修复 帮我 给我 想办 我想 我要 申请")  # somebody tells of a fine and wants it removed


class Staging:
    def __init__(
        self, topics: Sequence[Topic], points: Points, following: Following, choosing: Choosing, scenes: Scenes
    ) -> None:
        self._topics = topics
        self._points = points
        self._following = following
        self._choosing = choosing
        self._scenes = scenes
        self._index_of = {topic.id: index for index, topic in enumerate(topics)}

    def holds(self, heard: Scene, scores: Scores, reading: Reading, dialogue: Dialogue) -> Scene | None:
        """The scene that was told, where it counts; else it is only remembered. What is asked in few words within the last
        one tells no other: 会算到我头上吗.
        """
        if self._is_asked_within(heard, reading, dialogue):
            return None
        if not heard.is_bar and self._is_known(scores, reading, dialogue):
            return None
        is_another = dialogue.scene not in (None, heard.id)
        return None if heard.is_mild and is_another and len(reading.bare) <= FOLLOWS else heard

    def _is_asked_within(self, heard: Scene, reading: Reading, dialogue: Dialogue) -> bool:
        text = squeezed(reading.bare)
        is_brief = len(text) <= BRIEF
        if dialogue.scene in (None, heard.id) or not (is_brief or (len(text) <= SHORT and TOLD_OF.search(text))):
            return False
        return self._scenes.said(dialogue.scene, text, is_brief) is not None

    def _is_known(self, scores: Scores, reading: Reading, dialogue: Dialogue) -> bool:
        """Whether the message clearly matches a topic or asks for an errand."""
        number = int(scores.argmax())
        best, strength = self._topics[number], scores.item(number)
        if DEMANDED.search(reading.bare):
            return False
        if best.sort == "flow" and strength >= FAINT and self._following.asks_for_an_errand(reading):
            return True
        return strength >= (KNOWN if best.sort in ("article", "flow") and not dialogue.turns else SURELY)

    def raised(self, scores: Scores, scene: Scene, reading: Reading) -> Scores:
        """The scores with the best topic of the scene first, unless one of its area is first already or a mild scene is
        only where something is asked.
        """
        if scene.is_mild and self._points.aspects(squeezed(reading.bare)) - UNASKED:
            return scores
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

    def in_scene(
        self, pointed: Chosen | None, told: Scene | None, reading: Reading, dialogue: Dialogue
    ) -> Chosen | None:
        """The scene's own answer; None where the point that was chosen without the scene stands."""
        now = told or (self._scenes.by_id.get(dialogue.scene or "") if dialogue.turns else None)
        if now is None:
            return None
        text = told_and_asked(squeezed(reading.bare))
        aspects = self._points.aspects(text)
        home = self._home(now)
        if len(text) <= IN_SCENE or told is not None:
            is_brief = told is None and len(text) <= SHORT and not self._points.named(text) - home
            said = self._scenes.said(now.id, text, is_brief)
            if said is not None:
                return self._at(said)
        is_asked = pointed is not None and pointed.is_asked
        is_at_home = pointed is not None and self._points.area(pointed.point.id, None) in home
        if told is not None:
            leaves = (told.is_mild and is_asked and aspects - UNASKED) or (
                is_asked and is_at_home and not (told.is_sure and not aspects & PLAINLY)
            )
            return self._at(told.point) if told.point and not leaves else None
        if len(text) > FOLLOWS or self._points.named(text) - home:
            return None
        if pointed is not None and is_asked and pointed.point.words:
            return None
        asked = self._scenes.asked(now.id, text, aspects)
        return self._at(asked) if asked is not None else None

    def only_tells(self, told: Scene | None, reading: Reading, dialogue: Dialogue) -> bool:
        """Whether the message supposes something, or tells what has happened and wants nothing done. It then starts no
        errand.
        """
        if dialogue.turns and self._following.supposes(reading):
            return True
        return told is not None and told.is_mild and not WANTED.found(reading.bare)

    def leads_away(self, told: Scene, pointed: Chosen, best: Topic, strength: float) -> bool:
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
        """The scene after a decision: the decision's own, unless the answer tells another one and it is mild and new, or
        that of an area; else the one before, unless the answer leaves its areas and tells another one.
        """
        point = decision.point.id if decision.point else None
        area = self._points.area(point, decision.topic.id if decision.topic else None)
        entered = self._scenes.begun(point or (decision.topic.id if decision.topic else None), area)
        if decision.scene is not None:
            heard = self._scenes.by_id[decision.scene]
            is_new_and_mild = heard.is_mild and heard.id != dialogue.scene
            gives_way = (is_new_and_mild or heard.area is not None) and area not in self._home(heard)
            return entered.id if entered and gives_way else heard.id
        before = self._scenes.by_id.get(dialogue.scene or "")
        if before is not None and (area is None or area in NEUTRAL or area in self._home(before)):
            return before.id
        return entered.id if entered else before.id if before else None

    def _at(self, point: str) -> Chosen:
        said = self._points.by_id[point]
        return Chosen(said, said.topics[0], 1.0, True)
