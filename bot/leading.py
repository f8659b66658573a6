"""What goes before every topic: a scam first, then a wish to speak to somebody, a complaint, and what is unclear."""

import re

from bot.choosing import CORE, FOLLOWS
from bot.decision import Decision
from bot.denying import SWINDLE
from bot.leads import Leads, taken_back
from bot.matching import Matching
from bot.points import Chosen, Points
from bot.reading import Reading
from bot.replies import Dialogue

SHORT_ENOUGH = 12  # characters up to which a message can be unclear
BARELY = 6  # characters up to which a complaint that names nobody is about us
UNANSWERED = re.compile("没人接|打不通|占线|接不通|不接|没人在|找不到人")  # said of a telephone that did not help
BARE_PERSON = re.compile("(?:给|来|换|派|找)(?:我)?个(?:真|大活)?人(?:吧|呗|啊|来|行不|成不|说|讲)*")
THE_OTHER = re.compile(
    "^(?:他|她|它|对方|那人|那边|那个人|人家)|发过去|发给他|给他了|他[说讲让叫要]"
)  # after a scam these mean who did it


class Leading:
    def __init__(self, points: Points, matching: Matching, leads: Leads) -> None:
        self._points = points
        self._matching = matching
        self._leads = leads

    def led(self, text: str, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """The answer that the message is led to, if it is."""
        area, following = self._matching.choosing.last_area(dialogue), self._matching.following
        given = self._leads.given(text)
        was_scam = dialogue.refer == SWINDLE or (dialogue.point or "").startswith("scam")
        asks_for_one = BARE_PERSON.fullmatch(text) or "person" in given or (len(text) <= FOLLOWS and "desk" in given)
        reports = was_scam and "举报" in text
        if dialogue.turns and len(text) <= FOLLOWS and "own_report" in given:
            own = Chosen(self._points.by_id["query-channels"], "query-ways", 1.0, True)
            return self._matching.on_point(own, (), place, reading.features)
        if len(text) <= SHORT_ENOUGH and "able" in given:
            return Decision("smalltalk", True, topic=self._matching.by_id["help"], place=place)
        if was_scam and "own_way" in given:
            says = "repair-fee-asked" if "fee" in self._points.aspects(text) else "repair-steps"
            steps = Chosen(self._points.by_id[says], "flow-repair", 1.0, True)
            return self._matching.on_point(steps, (), place, reading.features)
        goes_on = was_scam and (
            "scam_next" in given
            or (
                len(text) <= SHORT_ENOUGH
                and not (self._points.named(text) or following.names_something(reading))
                and not (dialogue.scene and self._matching.scenes.said(dialogue.scene, text))
            )
            or (THE_OTHER.search(text) is not None and "own_way" not in given)
        )
        if ("scam" in given or (goes_on and not asks_for_one)) and not reports:
            return self._lead("scam", text, reading, place)
        if reports:
            return self._lead("person", text, reading, place)
        if asks_for_one or (
            dialogue.point is not None
            and dialogue.point.startswith("person")
            and (self._points.by_id["person-hours"].own_words.found(text) or UNANSWERED.search(text))
        ):
            return self._lead("person", text, reading, place)
        of_government = (dialogue.point or "").startswith("gov")
        is_listed = area == "severe" and "投诉" not in text  # somebody who was listed has remedies of their own
        has_own = dialogue.scene and self._matching.scenes.said(dialogue.scene, text)  # 能告它不, of who looked
        is_bare = len(text) <= BARELY  # 怎么投诉: of nobody else
        if (
            "complain" in given
            and not (of_government or is_listed or has_own)
            and (area or is_bare or CORE.search(text))
        ):
            return self._lead("complain", text, reading, place)
        if area in ("objection", "repair") and "both" in given:
            return self._lead("both", text, reading, place)
        if dialogue.turns and taken_back(reading.text) == "":
            return Decision("clarify", True, place=place, told="other")
        if dialogue.topic is None and len(text) <= FOLLOWS and "vague" in given:
            return Decision("clarify", True, place=place, told="other")
        if "unclear" in given and len(text) <= SHORT_ENOUGH:
            options = (self._matching.by_id["flow-withdrawal"], self._matching.by_id["flow-repair"])
            return Decision("clarify", True, options=options, place=place, told="unclear")
        return None

    def _lead(self, name: str, text: str, reading: Reading, place: str | None) -> Decision | None:
        chosen = self._points.best(text, self._points.aspects(text), {name: 1.0})
        if chosen is None:
            return None
        return self._matching.on_point(chosen, (), place, reading.features)
