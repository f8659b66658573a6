"""Questions about the last answer: its article, its reason, the same again, in simpler words, or whether it was understood correctly."""

import re

from msgspec.structs import replace

from bot import packaged
from bot.choosing import FOLLOWS, PLAINLY
from bot.decision import Decision, Style
from bot.leads import Leads
from bot.matching import Matching
from bot.places import JURISDICTIONS
from bot.points import Chosen, Point, Points
from bot.reading import Reading
from bot.replies import Dialogue
from bot.saying import Flow
from bot.topics import Topic
from bot.verdicts import norm

LITTLE = 6  # characters up to which a message can ask to go on
BARE = 9  # characters up to which a question can be about what was told before: 这合规吗
JUDGED = re.compile(
    "^(?:那|这|他们?|它|这样|这么[办干做搞弄]?|那样)*(?:不?合规矩?|不?合法|合不合[法规]|违法|违规|违不违|像话|对吗|对不对|允许|行得通|应该吗|合理)"
    "|^(?:它们?|他们?|人家|单位|公司|平台)(?:能)?(?:这么|这样)[干办做搞弄]?(?:行|中|成|可以|对)"
)
WHY = re.compile(
    "(?:那|这|这个|你)*(?:凭[什甚啥]么?|凭啥子|为[什甚]么|为啥|为什么不行|为啥不行|凭什么不行|凭啥不行|有啥依据|根据啥)(?:呢|啊|呀|嘛|不行|不能)*"
)
BARRED = re.compile("^(?:不行[：，])?不得")


class LastAnswer:
    def __init__(self, points: Points, matching: Matching, leads: Leads, articles: frozenset[str]) -> None:
        self._points = points
        self._matching = matching
        self._leads = leads
        self._articles = articles
        flows = packaged.table(packaged.toml("flows.toml")["flow"], Flow, "flows.toml")
        self._next = {flow.id: flow.next for flow in flows}

    def again(self, text: str, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """第几条, 再说一遍, 说简单点: the last answer in another form."""
        why = self._why(text, place, dialogue)
        if why is not None:
            return why
        articles = tuple(name for name in dialogue.articles if name in self._articles)
        is_of_a_person = (dialogue.point or "").startswith("person")
        if is_of_a_person and not articles and len(text) <= FOLLOWS and self._leads.gives("cite", text):
            spoken = self._points.by_id.get(dialogue.point or "")
            return Decision("article", True, place=place, point=spoken, style="uncited")
        if not articles or len(text) > FOLLOWS:
            return None
        if len(text) <= LITTLE and self._leads.gives("go_on", text):
            topic, point = self._matching.by_id.get(dialogue.topic or ""), self._points.by_id.get(dialogue.point or "")
            ahead = self._ahead(topic)
            if ahead is not None and ahead.id != dialogue.point:
                return self._matching.on_point(Chosen(ahead, ahead.topics[0], 1.0, True), (), place, reading.features)
            return Decision("clarify", True, topic, articles, articles[:1], place, point=point, told="which")
        spoken = self._points.by_id.get(dialogue.point or "")
        if len(text) <= BARE and spoken is not None and spoken.own and JUDGED.match(text):
            said = spoken.says(place) if place else next(iter(spoken.own.values()))
            if norm(said, spoken.norm) == "must" or BARRED.match(said):
                return replace(
                    self._matching.on_point(Chosen(spoken, spoken.topics[0], 1.0, True), (), place, reading.features),
                    style="judged",
                )
        styles: tuple[Style, ...] = ("cite", "really", "again", "plain")
        if (dialogue.point or "").startswith("scam"):
            styles = ("again", "plain")
        style = next((style for style in styles if self._leads.gives(style, text)), None)
        if style is None or (style != "cite" and self._points.named(text)):
            return None
        if style == "again" and self._points.aspects(text) & PLAINLY:
            return None  # 后一件再讲讲 拿啥证 asks something
        topic, point = self._matching.by_id.get(dialogue.topic or ""), self._points.by_id.get(dialogue.point or "")
        if point is not None:
            topic, articles = (
                self._matching.topic_of(point, topic),
                self._matching.cited(point, topic, place) or articles,
            )
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

    def _ahead(self, topic: Topic | None) -> Point | None:
        """What follows once an errand is filed, after an answer that leads into it."""
        if topic is None or topic.sort != "flow" or topic.flow is None:
            return None
        return self._points.by_id.get(self._next.get(topic.flow) or "")

    def _why(self, text: str, place: str | None, dialogue: Dialogue) -> Decision | None:
        """凭什么 after a no, a duty or a silence: the article of the last answer, or that the place has no such rule."""
        spoken, topic = self._points.by_id.get(dialogue.point or ""), self._matching.by_id.get(dialogue.topic or "")
        if (
            spoken is None
            or not WHY.fullmatch(text)
            or (dialogue.scene and self._matching.scenes.said(dialogue.scene, text))
        ):
            return None
        if place and spoken.silent == place and topic is not None:
            if topic.elsewhere(place) is None:  # an errand that has its rule here, where the point has none
                topic = self._matching.topic_of(spoken, None)
            return Decision("out_of_scope", False, topic=topic, refer="gap", place=place)
        said = spoken.says(place or JURISDICTIONS[0]) or spoken.says(JURISDICTIONS[-1])
        topic = self._matching.topic_of(spoken, topic)
        cited = self._matching.cited(spoken, topic, place)
        if norm(said, spoken.norm) not in ("not", "must", "silent") or not cited:
            return None
        return Decision("article", True, topic, cited, cited[: 1 if place else 2], place, point=spoken, style="really")
